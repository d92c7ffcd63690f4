//! A Redis that comes late, dies, hangs, or hands its place on.

use std::time::Duration;

use signet::{
    clock::Stopwatch,
    store::{Entry, RevocationEvent, Store, StoreError},
};

use crate::{
    support::{
        eventually, free_port,
        redis_server::{
            PATIENCE, RedisServer, answering, open, open_with,
            sentinels::{Sentinels, replica_of},
        },
    },
    world::{MINUTE, World, assert_replayed},
};

async fn answers(store: &Store) -> bool {
    store.revocations.lists(0).await.is_ok()
}

async fn heals(store: &Store) {
    eventually("the store answers again", async || answers(store).await).await;
    eventually("that is known", async || store.availability.is_available()).await;
}

/// Whether a command fails, and at once.
async fn fails_fast(store: &Store) {
    let start = Stopwatch::start();
    for _ in 0..20 {
        let error = store.revocations.lists(0).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    }
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    assert!(!store.availability.is_available());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_may_come_after_us() {
    let mut server = RedisServer::prepared(free_port(), &[]);
    let store = open(&server.url());
    assert!(!answers(&store).await);
    fails_fast(&store).await;
    server.start_again().await;
    heals(&store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_never_answers_costs_a_bounded_time_once() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let store = open(&format!("redis://{}", silent.local_addr().unwrap()));
    let start = Stopwatch::start();
    assert!(!answers(&store).await);
    assert!(start.elapsed() < 4 * PATIENCE, "{:?}", start.elapsed());
    fails_fast(&store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_crashes_is_found_again() {
    let mut server = RedisServer::start().await;
    let store = open(&server.url());
    assert!(answers(&store).await);
    server.kill();
    assert!(!answers(&store).await);
    fails_fast(&store).await;
    server.start_again().await;
    heals(&store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs_is_given_up_and_found_again() {
    let server = RedisServer::start().await;
    let store = open(&server.url());
    assert!(answers(&store).await);
    server.freeze().await;
    let start = Stopwatch::start();
    assert!(!answers(&store).await);
    assert!(!answers(&store).await);
    assert!(start.elapsed() < 4 * PATIENCE, "{:?}", start.elapsed());
    eventually("it is given up", async || !store.availability.is_available()).await;
    fails_fast(&store).await;
    server.thaw().await;
    heals(&store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_at_once_do_not_queue_for_one_that_is_away() {
    let server = RedisServer::prepared(free_port(), &[]);
    let store = open(&server.url());
    assert!(!answers(&store).await);
    let start = Stopwatch::start();
    let asking: tokio::task::JoinSet<_> = (0..1000)
        .map(|_| {
            let store = store.clone();
            async move { answers(&store).await }
        })
        .collect();
    assert!(asking.join_all().await.into_iter().all(|answered| !answered));
    assert!(start.elapsed() < 2 * PATIENCE, "{:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_became_a_replica_takes_no_writes_and_is_told_as_away() {
    let (server, other) = (RedisServer::start().await, RedisServer::start().await);
    let store = open(&server.url());
    assert!(answers(&store).await);
    server.command(&["REPLICAOF", "127.0.0.1", &other.port.to_string()]).await;
    let world = World::over(store.clone());
    let entry = Entry { list: world.list(), index: 1 };
    assert!(store.revocations.revoke(&[entry]).await.is_err());
    eventually("it is given up", async || !store.availability.is_available()).await;
    server.command(&["REPLICAOF", "NO", "ONE"]).await;
    eventually("it is written again", async || store.revocations.revoke(&[entry]).await.is_ok())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_master_is_found_within_seconds() {
    let mut servers = Sentinels::start().await;
    let store = open(&servers.url());
    let world = World::over(store.clone());
    let entry = Entry { list: world.list(), index: 1 };
    store.revocations.revoke(&[entry]).await.unwrap();
    servers.master.kill();
    let start = Stopwatch::start();
    eventually("the new master is written", async || {
        store.revocations.revoke(&[entry]).await.is_ok()
    })
    .await;
    assert!(start.elapsed() < Duration::from_secs(25), "{:?}", start.elapsed());
    assert!(store.revocations.is_revoked(entry).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_hear_that_they_may_have_missed_something() {
    let mut server = RedisServer::start().await;
    let store = open(&server.url());
    let mut events = store.revocations.events();
    let missed = async |events: &mut tokio::sync::broadcast::Receiver<_>| {
        let heard = async { while events.recv().await.unwrap() != RevocationEvent::Missed {} };
        tokio::time::timeout(Duration::from_secs(10), heard).await.expect("Missed");
    };
    missed(&mut events).await;
    server.kill();
    server.start_again().await;
    missed(&mut events).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_no_replica_acknowledges_does_not_count() {
    let master = RedisServer::with(&["--repl-diskless-sync-delay", "0"]).await;
    let replica = replica_of(&master).await;
    let store = open_with(&master.url(), |config| config.wait_replicas = 1);
    let world = World::over(store.clone());
    let entry = Entry { list: world.list(), index: 1 };
    // A master counts a replica a moment later than the replica itself.
    eventually("the replica acknowledges", async || {
        store.families.begin(&world.new_family()).await.is_ok()
    })
    .await;
    store.revocations.revoke(&[entry]).await.unwrap();

    replica.freeze().await;
    let start = Stopwatch::start();
    let refused = store.families.begin(&world.new_family()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    let family = world.new_family();
    let refused = store.families.begin(&family).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(start.elapsed() < 4 * PATIENCE, "{:?}", start.elapsed());
    assert_eq!(store.families.find(family.id, world.now).await.unwrap(), None, "nothing is left");
    let late = Entry { index: 2, ..entry };
    assert!(store.revocations.revoke(&[late]).await.is_err());
    assert!(store.revocations.is_revoked(late).await.unwrap(), "better there than nowhere");
    assert!(store.availability.is_available(), "what needs no replica goes on");

    replica.thaw().await;
    eventually("grants count again", async || {
        store.families.begin(&world.new_family()).await.is_ok()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_full_begins_nothing_and_still_revokes() {
    let server = RedisServer::start().await;
    let world = World::over(answering(open(&server.url())).await);
    let [replayed, ended] = [world.begin().await, world.begin().await];
    world.refresh(&replayed, 1, 0).await;
    server.command(&["CONFIG", "SET", "maxmemory", "1"]).await;
    assert!(world.families().begin(&world.new_family()).await.is_err());
    assert!(world.families().refresh(&world.presented(&ended, 1)).await.is_err());

    assert_replayed(&world.refresh(&replayed, 1, MINUTE).await);
    assert!(world.families().end(ended.id, world.now).await.unwrap().is_some());
    let entry = Entry { list: world.list(), index: 7 };
    for _ in 0..2 {
        world.revocations().revoke(&[entry]).await.unwrap();
        assert!(world.revocations().is_revoked(entry).await.unwrap());
    }
    let client_id = world.client_id.as_str();
    world.revocations().end_application(client_id, world.now, world.now + MINUTE).await.unwrap();
    for key in server.command(&["KEYS", "*"]).await {
        let seconds: i64 = server.command(&["TTL", &key]).await[0].parse().unwrap();
        assert!(seconds > 0, "{key} expires in {seconds} s");
    }
}
