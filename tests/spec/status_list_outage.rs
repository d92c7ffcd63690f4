//! The lists while the store is away, and how seldom it is asked: a store that a test can switch off.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use signet::store::{
    Answer, Block, BlockNoted, Entry, ListId, RevocationEvent, RevocationList, Store, StoreError,
};
use tokio::sync::broadcast;

use super::status_list_tokens::{Reference, fetch, now};
use crate::support::{Request, TestServer, eventually, test_clock};

/// A store whose answers a test can hold back.
#[derive(Debug)]
struct Fragile {
    inner: Arc<dyn RevocationList>,
    away: AtomicBool,
    asked: AtomicUsize,
}

impl Fragile {
    fn around(store: &mut Store) -> Arc<Self> {
        let inner = Arc::clone(&store.revocations);
        let fragile =
            Arc::new(Self { inner, away: AtomicBool::default(), asked: AtomicUsize::default() });
        store.revocations = fragile.clone();
        fragile
    }

    fn or_away<'a, T: Send + 'a>(&self, answer: Answer<'a, T>) -> Answer<'a, T> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) {
            return Box::pin(async { Err(StoreError::Unavailable("away".to_owned())) });
        }
        answer
    }
}

impl RevocationList for Fragile {
    fn revoke<'a>(&'a self, entries: &'a [Entry]) -> Answer<'a, ()> {
        self.inner.revoke(entries)
    }
    fn revoke_blocks<'a>(&'a self, blocks: &'a [Block]) -> Answer<'a, ()> {
        self.inner.revoke_blocks(blocks)
    }
    fn is_revoked(&self, entry: Entry) -> Answer<'_, bool> {
        self.inner.is_revoked(entry)
    }
    fn bitmap(&self, list: ListId) -> Answer<'_, Option<Vec<u8>>> {
        self.or_away(self.inner.bitmap(list))
    }
    fn lists(&self, now: u64) -> Answer<'_, Vec<ListId>> {
        self.or_away(self.inner.lists(now))
    }
    fn note_block<'a>(
        &'a self,
        client_id: &'a str,
        block: Block,
        opened_at: u64,
    ) -> Answer<'a, BlockNoted> {
        if self.away.load(Ordering::SeqCst) {
            return Box::pin(async { Err(StoreError::Unavailable("away".to_owned())) });
        }
        self.inner.note_block(client_id, block, opened_at)
    }
    fn end_application<'a>(
        &'a self,
        client_id: &'a str,
        now: u64,
        until: u64,
    ) -> Answer<'a, Vec<Block>> {
        self.inner.end_application(client_id, now, until)
    }
    fn events(&self) -> broadcast::Receiver<RevocationEvent> {
        self.inner.events()
    }
}

fn with_fragile_store() -> (TestServer, Arc<Fragile>) {
    let clock = Arc::new(test_clock());
    let mut store = Store::memory(clock.clone());
    let fragile = Fragile::around(&mut store);
    (TestServer::with_store(&clock, store), fragile)
}

#[tokio::test]
async fn while_the_store_is_away_the_copy_at_hand_serves_until_it_expires() {
    let (server, store) = with_fragile_store();
    let reference = Reference::of_a_new_token(&server).await;
    let copy = fetch(&server, &reference.path).await;
    store.away.store(true, Ordering::SeqCst);
    server.clock.advance(Duration::from_secs(899));
    assert_eq!(fetch(&server, &reference.path).await, copy, "the same copy, not signed anew");

    server.clock.advance(Duration::from_secs(1));
    let late = server.send(Request::get(&reference.path)).await;
    late.assert_error(503, "temporarily_unavailable");
    assert!(late.header("Retry-After").is_some(), "{late:?}");
    let unseen = Reference::of_a_new_token(&server).await;
    assert_eq!(server.send(Request::get(&unseen.path)).await.status, 503);

    store.away.store(false, Ordering::SeqCst);
    server.clock.advance(Duration::from_secs(1));
    fetch(&server, &reference.path).await;
}

#[tokio::test]
async fn while_the_store_is_away_no_list_is_left_out_of_the_aggregation() {
    let (server, store) = with_fragile_store();
    Reference::of_a_new_token(&server).await;
    store.away.store(true, Ordering::SeqCst);
    let answer = server.send(Request::get("/status-lists")).await;
    answer.assert_error(503, "temporarily_unavailable");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
}

#[tokio::test]
async fn tokens_are_issued_while_the_store_is_away_and_their_blocks_noted_afterwards() {
    let (server, store) = with_fragile_store();
    store.away.store(true, Ordering::SeqCst);
    let reference = Reference::of_a_new_token(&server).await;
    store.away.store(false, Ordering::SeqCst);
    let now = now(&server);
    eventually("the block is noted", async || {
        let noted = store.inner.end_application("service", now - 1, now + 600).await.unwrap();
        noted.contains(&Block {
            list: reference.entry().list,
            number: u16::try_from(reference.index / 256).unwrap(),
        })
    })
    .await;
}

#[tokio::test]
async fn the_store_is_asked_once_a_second_for_a_list_that_many_fetch() {
    let (server, store) = with_fragile_store();
    let reference = Reference::of_a_new_token(&server).await;
    for _ in 0..3 {
        let fetches = (0..8).map(|_| fetch(&server, &reference.path));
        let tokens: HashSet<String> =
            futures_util::future::join_all(fetches).await.into_iter().collect();
        assert_eq!(tokens.len(), 1);
    }
    assert_eq!(store.asked.load(Ordering::SeqCst), 1);
    server.clock.advance(Duration::from_secs(1));
    fetch(&server, &reference.path).await;
    assert_eq!(store.asked.load(Ordering::SeqCst), 2);
    // The same while it does not answer.
    store.away.store(true, Ordering::SeqCst);
    server.clock.advance(Duration::from_secs(1));
    for _ in 0..3 {
        fetch(&server, &reference.path).await;
    }
    assert_eq!(store.asked.load(Ordering::SeqCst), 3);
}
