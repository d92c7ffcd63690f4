//! A store that a test switches off and on: while it is off, every question is answered as by one that is
//! away; what it knew, it knows again.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use signet::store::{
    Answer, Block, BlockNoted, Cursor, Decided, DeviceDecision, DeviceRequest, DeviceRequests,
    EndedFamily, Entry, Family, FamilyId, Identifier, ListId, Memory, NewDeviceRequest, NewFamily,
    Owner, Page, Polled, Redemptions, Refresh, RefreshFamilies, Refreshed, RevocationEvent,
    RevocationList, Spent, Store, StoreError, Uses,
};
use tokio::sync::{broadcast, watch};

use super::TestClock;

/// The switch.
#[derive(Debug)]
pub struct SwitchedStore {
    memory: Memory,
    away: AtomicBool,
    /// Whether revocations alone cannot be kept.
    read_only: AtomicBool,
    /// Whether revocations are kept waiting.
    held: watch::Sender<bool>,
    asked: AtomicU32,
    /// After how many questions it goes away.
    patience: AtomicU32,
}

impl SwitchedStore {
    pub fn new(clock: &Arc<TestClock>) -> (Arc<Self>, Store) {
        let switched = Arc::new(Self {
            memory: Memory::new(clock.clone()),
            away: AtomicBool::default(),
            read_only: AtomicBool::default(),
            held: watch::Sender::new(false),
            asked: AtomicU32::default(),
            patience: AtomicU32::new(u32::MAX),
        });
        let store = Store {
            families: switched.clone(),
            device_requests: switched.clone(),
            revocations: switched.clone(),
            redemptions: switched.clone(),
            ..Store::memory(clock.clone())
        };
        (switched, store)
    }

    pub fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
        self.patience.store(u32::MAX, Ordering::SeqCst);
    }

    /// Goes away after so many questions more.
    pub fn away_after(&self, questions: u32) {
        self.patience.store(self.asked() + questions, Ordering::SeqCst);
    }

    pub fn set_read_only(&self, read_only: bool) {
        self.read_only.store(read_only, Ordering::SeqCst);
    }

    /// Keeps revocations waiting, until they are let go.
    pub fn hold_revocations(&self, held: bool) {
        self.held.send_replace(held);
    }

    /// How many revocations and redemptions are kept waiting.
    pub fn waiting(&self) -> usize {
        self.held.receiver_count()
    }

    /// How often it was asked.
    pub fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    fn ask<'a, T: Send + 'a>(
        &'a self,
        question: impl FnOnce(&'a Memory) -> Answer<'a, T>,
    ) -> Answer<'a, T> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) || asked >= self.patience.load(Ordering::SeqCst) {
            return Box::pin(ready(Err(StoreError::Unavailable("switched off".to_owned()))));
        }
        question(&self.memory)
    }

    fn write<'a, T: Send + 'a>(
        &'a self,
        question: impl FnOnce(&'a Memory) -> Answer<'a, T> + Send + 'a,
    ) -> Answer<'a, T> {
        if self.read_only.load(Ordering::SeqCst) {
            return Box::pin(ready(Err(StoreError::Unavailable("read-only".to_owned()))));
        }
        Box::pin(async move {
            let mut held = self.held.subscribe();
            held.wait_for(|held| !held).await.unwrap();
            self.ask(question).await
        })
    }
}

impl RefreshFamilies for SwitchedStore {
    fn begin<'a>(&'a self, family: &'a NewFamily) -> Answer<'a, ()> {
        self.ask(|memory| RefreshFamilies::begin(memory, family))
    }

    fn refresh<'a>(&'a self, refresh: &'a Refresh<'a>) -> Answer<'a, Refreshed> {
        self.ask(|memory| memory.refresh(refresh))
    }

    fn find(&self, id: FamilyId, now: u64) -> Answer<'_, Option<Family>> {
        self.ask(|memory| RefreshFamilies::find(memory, id, now))
    }

    fn of<'a>(
        &'a self,
        owner: Owner<'a>,
        after: Option<Cursor>,
        limit: usize,
        now: u64,
    ) -> Answer<'a, Page> {
        self.ask(|memory| memory.of(owner, after, limit, now))
    }

    fn standing<'a>(
        &'a self,
        owner: Owner<'a>,
        after: Option<Cursor>,
        limit: usize,
        now: u64,
    ) -> Answer<'a, Page> {
        self.ask(|memory| memory.standing(owner, after, limit, now))
    }

    fn end(&self, id: FamilyId, now: u64) -> Answer<'_, Option<EndedFamily>> {
        self.ask(|memory| memory.end(id, now))
    }

    fn forget(&self, id: FamilyId) -> Answer<'_, ()> {
        self.ask(|memory| memory.forget(id))
    }
}

impl DeviceRequests for SwitchedStore {
    fn begin<'a>(&'a self, request: &'a NewDeviceRequest) -> Answer<'a, ()> {
        self.ask(|memory| DeviceRequests::begin(memory, request))
    }

    fn by_user_code(&self, user_code: Identifier, now: u64) -> Answer<'_, Option<DeviceRequest>> {
        self.ask(|memory| memory.by_user_code(user_code, now))
    }

    fn find(&self, id: FamilyId, now: u64) -> Answer<'_, Option<DeviceRequest>> {
        self.ask(|memory| DeviceRequests::find(memory, id, now))
    }

    fn decide<'a>(
        &'a self,
        id: FamilyId,
        decision: DeviceDecision<'a>,
        now: u64,
    ) -> Answer<'a, Decided> {
        self.ask(|memory| memory.decide(id, decision, now))
    }

    fn poll(&self, id: FamilyId, now: u64, answered_since: u64) -> Answer<'_, Polled> {
        self.ask(|memory| memory.poll(id, now, answered_since))
    }

    fn hand_out(&self, id: FamilyId, now: u64) -> Answer<'_, bool> {
        self.ask(|memory| memory.hand_out(id, now))
    }
}

impl Redemptions for SwitchedStore {
    fn redeem(&self, identifier: Identifier, expires_at: u64) -> Answer<'_, Spent> {
        self.write(move |memory| memory.redeem(identifier, expires_at))
    }

    fn uses(&self, identifier: Identifier) -> Answer<'_, Uses> {
        self.ask(move |memory| memory.uses(identifier))
    }
}

impl RevocationList for SwitchedStore {
    fn revoke<'a>(&'a self, entries: &'a [Entry]) -> Answer<'a, ()> {
        self.write(|memory| memory.revoke(entries))
    }

    fn revoke_blocks<'a>(&'a self, blocks: &'a [Block]) -> Answer<'a, ()> {
        self.write(|memory| memory.revoke_blocks(blocks))
    }

    fn is_revoked(&self, entry: Entry) -> Answer<'_, bool> {
        self.ask(|memory| memory.is_revoked(entry))
    }

    fn bitmap(&self, list: ListId) -> Answer<'_, Option<Vec<u8>>> {
        self.ask(|memory| memory.bitmap(list))
    }

    fn lists(&self, now: u64) -> Answer<'_, Vec<ListId>> {
        self.ask(|memory| memory.lists(now))
    }

    fn note_block<'a>(
        &'a self,
        client_id: &'a str,
        block: Block,
        opened_at: u64,
    ) -> Answer<'a, BlockNoted> {
        self.ask(|memory| memory.note_block(client_id, block, opened_at))
    }

    fn end_application<'a>(
        &'a self,
        client_id: &'a str,
        now: u64,
        until: u64,
    ) -> Answer<'a, Vec<Block>> {
        self.write(move |memory| memory.end_application(client_id, now, until))
    }

    fn events(&self) -> broadcast::Receiver<RevocationEvent> {
        self.memory.events()
    }
}
