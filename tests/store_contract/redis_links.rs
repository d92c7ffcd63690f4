//! One store asked from several runtimes: a link for each, that ends with it, and that all break and heal
//! together.

use std::{future::Future, sync::mpsc, thread};

use signet::store::Store;
use tokio::runtime::{Builder, Handle};

use crate::support::{
    eventually,
    redis_server::{RedisServer, answering, open},
};

/// A thread with a runtime of its own, as those that answer requests are.
struct Elsewhere {
    handle: Handle,
    ended: Option<(tokio::sync::oneshot::Sender<()>, thread::JoinHandle<()>)>,
}

impl Elsewhere {
    fn start() -> Self {
        let (started, handle) = mpsc::channel();
        let (running, ended) = tokio::sync::oneshot::channel();
        let thread = thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            started.send(runtime.handle().clone()).unwrap();
            drop(runtime.block_on(ended));
        });
        Self { handle: handle.recv().unwrap(), ended: Some((running, thread)) }
    }

    async fn run<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> T {
        self.handle.spawn(task).await.unwrap()
    }

    /// Whether the store answers here.
    async fn answers(&self, store: &Store) -> bool {
        let store = store.clone();
        self.run(async move { store.revocations.lists(0).await.is_ok() }).await
    }

    fn end(&mut self) {
        if let Some((running, thread)) = self.ended.take() {
            drop(running);
            thread.join().unwrap();
        }
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.end();
    }
}

/// How many connections the server has, without that of who asks.
async fn connections(server: &RedisServer) -> usize {
    server.command(&["CLIENT", "LIST"]).await.len() - 1
}

/// The first link and the one that hears the news.
const WITHOUT_OTHERS: usize = 2;

async fn has(server: &RedisServer, others: usize) {
    let expected = WITHOUT_OTHERS + others;
    let counted = async || connections(server).await == expected;
    eventually("each runtime has a link of its own", counted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_runtime_has_one_link_and_not_one_per_command() {
    let server = RedisServer::start().await;
    let store = answering(open(&server.url())).await;
    has(&server, 0).await;
    let threads = [Elsewhere::start(), Elsewhere::start()];
    for round in 0..50 {
        for thread in &threads {
            assert!(thread.answers(&store).await, "round {round}");
        }
    }
    has(&server, 2).await;
    for thread in &threads {
        let store = store.clone();
        let all_answer = async move {
            let asking: tokio::task::JoinSet<_> = (0..200)
                .map(|_| {
                    let store = store.clone();
                    async move { store.revocations.lists(0).await.is_ok() }
                })
                .collect();
            asking.join_all().await.into_iter().all(|answered| answered)
        };
        assert!(thread.run(all_answer).await);
    }
    assert_eq!(connections(&server).await, WITHOUT_OTHERS + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runtime_that_ends_takes_its_link_with_it_and_no_other() {
    let server = RedisServer::start().await;
    let store = answering(open(&server.url())).await;
    let (mut short, long) = (Elsewhere::start(), Elsewhere::start());
    assert!(short.answers(&store).await && long.answers(&store).await);
    has(&server, 2).await;
    short.end();
    for _ in 0..50 {
        assert!(long.answers(&store).await);
        assert!(store.revocations.lists(0).await.is_ok());
    }
    has(&server, 1).await;
    assert_eq!(store.availability.last_outage(), None);
    // Those that come later have room.
    for _ in 0..100 {
        assert!(Elsewhere::start().answers(&store).await);
    }
    has(&server, 1).await;
    let late = Elsewhere::start();
    assert!(late.answers(&store).await);
    has(&server, 2).await;
    assert_eq!(store.availability.last_outage(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_under_use_is_healed_for_every_runtime() {
    let mut server = RedisServer::start().await;
    let store = answering(open(&server.url())).await;
    let threads = [Elsewhere::start(), Elsewhere::start()];
    for thread in &threads {
        assert!(thread.answers(&store).await);
    }
    has(&server, 2).await;
    let users: Vec<_> = threads
        .iter()
        .map(|thread| {
            let store = store.clone();
            thread.handle.spawn(async move {
                loop {
                    let _ = store.revocations.lists(0).await;
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                }
            })
        })
        .collect();
    for _ in 0..3 {
        server.kill();
        eventually("it is given up", async || !store.availability.is_available()).await;
        for thread in &threads {
            assert!(!thread.answers(&store).await);
        }
        server.start_again().await;
        for thread in &threads {
            eventually("the store answers again", async || thread.answers(&store).await).await;
        }
        eventually("that is known", async || store.availability.is_available()).await;
        has(&server, 2).await;
    }
    for user in users {
        user.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_breaks_alone_breaks_all_and_all_come_back() {
    let server = RedisServer::start().await;
    let store = answering(open(&server.url())).await;
    let thread = Elsewhere::start();
    assert!(thread.answers(&store).await);
    has(&server, 1).await;
    // The youngest that is not the one that asks.
    let list = server.command(&["CLIENT", "LIST"]).await;
    let youngest = list.iter().rev().find(|client| !client.contains("cmd=client")).unwrap();
    let id = youngest.split_whitespace().next().unwrap().strip_prefix("id=").unwrap().to_owned();
    assert_eq!(server.command(&["CLIENT", "KILL", "ID", &id]).await, ["1"]);
    eventually("the store answers there", async || thread.answers(&store).await).await;
    eventually("the store answers here", async || store.revocations.lists(0).await.is_ok()).await;
    eventually("that is known", async || store.availability.is_available()).await;
    has(&server, 1).await;
}
