//! The store's contract, over memory and over a real redis-server that the tests start themselves.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;

use std::{sync::Arc, time::Duration};

use signet::{
    clock::{Clock, SystemClock},
    store::{Memory, SingleUse, Spent, StoreError},
};
use support::{
    eventually,
    redis_server::{RedisServer, open},
};

fn memory() -> Memory {
    Memory::new(Arc::new(SystemClock))
}

fn in_a_minute() -> u64 {
    SystemClock.now() + 60
}

async fn contract(store: impl SingleUse + 'static) {
    let store = Arc::new(store);
    let (one, other) = ([1; 32], [2; 32]);
    assert_eq!(store.spend(one, in_a_minute()).await.unwrap(), Spent::Now);
    assert_eq!(store.spend(one, in_a_minute()).await.unwrap(), Spent::Before);
    assert_eq!(store.spend(other, in_a_minute()).await.unwrap(), Spent::Now);

    let racers: Vec<_> = (0..50)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.spend([3; 32], in_a_minute()).await.unwrap() })
        })
        .collect();
    let mut winners = 0;
    for racer in racers {
        winners += usize::from(racer.await.unwrap() == Spent::Now);
    }
    assert_eq!(winners, 1, "one of fifty at once spends it");
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_keeps_the_contract() {
    contract(memory()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_with_a_fallback_keeps_the_contract() {
    let server = RedisServer::start().await;
    contract(open(&server.url()).single_use).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_replica_has_seen_used_another_refuses() {
    let server = RedisServer::start().await;
    let (one, other) = (open(&server.url()).single_use, open(&server.url()).single_use);
    assert_eq!(one.spend([7; 32], in_a_minute()).await.unwrap(), Spent::Now);
    assert_eq!(other.spend([7; 32], in_a_minute()).await.unwrap(), Spent::Before);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_redis_away_each_process_remembers_and_it_heals_by_itself() {
    let mut server = RedisServer::start().await;
    let store = open(&server.url()).single_use;
    assert_eq!(store.spend([1; 32], in_a_minute()).await.unwrap(), Spent::Now);

    server.kill();
    assert_eq!(store.spend([1; 32], in_a_minute()).await.unwrap(), Spent::Before, "seen before");
    assert_eq!(store.spend([2; 32], in_a_minute()).await.unwrap(), Spent::Now, "issuing goes on");
    assert_eq!(store.spend([2; 32], in_a_minute()).await.unwrap(), Spent::Before);

    server.start_again().await;
    let mut number = 10;
    eventually("what is used is shared again", async || {
        number += 1;
        store.spend([number; 32], in_a_minute()).await.unwrap();
        !server.command(&["KEYS", "*"]).await.concat().is_empty()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_does_not_answer_costs_a_bounded_time() {
    // Listens and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let store = open(&format!("redis://{}", silent.local_addr().unwrap())).single_use;
    let spent = tokio::time::timeout(Duration::from_secs(20), store.spend([1; 32], in_a_minute()));
    assert_eq!(spent.await.expect("within twenty seconds").unwrap(), Spent::Now);
}

#[test]
fn memory_forgets_at_the_expiry_and_refuses_when_full() {
    #[derive(Debug)]
    struct At(std::sync::atomic::AtomicU64);
    impl Clock for At {
        fn now(&self) -> u64 {
            self.0.load(std::sync::atomic::Ordering::SeqCst)
        }
    }
    let clock = Arc::new(At(1000.into()));
    let store = Memory::new(clock.clone());
    let spend = |number: u32, expires_at| {
        let mut identifier = [0; 32];
        identifier[..4].copy_from_slice(&number.to_be_bytes());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(store.spend(identifier, expires_at))
    };
    assert_eq!(spend(0, 1010).unwrap(), Spent::Now);
    clock.0.store(1009, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(spend(0, 1010).unwrap(), Spent::Before);
    clock.0.store(1010, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(spend(0, 1020).unwrap(), Spent::Now, "its time had come");

    let mut refused = 0;
    for number in 1..=200_001 {
        refused += usize::from(matches!(spend(number, 2000), Err(StoreError::Full)));
    }
    assert_eq!(refused, 2, "it holds 200,000, one of them from before");
    assert_eq!(spend(5, 2000).unwrap(), Spent::Before, "nothing was forgotten to make room");
}
