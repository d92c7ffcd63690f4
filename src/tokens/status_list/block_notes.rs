//! Whose block is whose, on its way to the store: a queue that issuing never waits for. While the store is
//! away the notes wait; a note that is lost only leaves its tokens out when its application is revoked.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::sleep};

use super::StatusLists;
use crate::store::{Block, BlockNoted, RevocationList, StoreError};

/// The most notes that wait; about 100 bytes each.
const MOST: usize = 65_536;

/// How long a store that does not answer is left alone.
const RETRY_AFTER: Duration = Duration::from_secs(1);

#[derive(Debug, Clone)]
pub(super) struct Note {
    pub(super) client_id: Box<str>,
    pub(super) block: Block,
    /// In Unix seconds.
    pub(super) opened_at: u64,
}

#[derive(Debug, Default)]
pub(super) struct BlockNotes {
    waiting: Mutex<Waiting>,
    more: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    notes: VecDeque<Note>,
    lost: u64,
}

impl BlockNotes {
    /// The oldest note goes where there are too many: its tokens are the first to end by themselves.
    pub(super) fn push(&self, note: Note) {
        let mut waiting = self.waiting();
        waiting.notes.push_back(note);
        if waiting.notes.len() > MOST {
            waiting.notes.pop_front();
            waiting.lost += 1;
            if waiting.lost.is_power_of_two() {
                tracing::error!(
                    lost = waiting.lost,
                    "the store is away for too long: revoking an application will miss some of its tokens"
                );
            }
        }
        drop(waiting);
        self.more.notify_one();
    }

    fn oldest(&self) -> Option<Note> {
        self.waiting().notes.front().cloned()
    }

    fn done(&self, done: &Note) {
        let mut waiting = self.waiting();
        // It may be gone by now: too many came behind it.
        if waiting.notes.front().is_some_and(|note| note.block == done.block) {
            waiting.notes.pop_front();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StatusLists {
    /// Notes in the store whose the blocks are, as they are opened; never ends.
    pub async fn keep_noting(&self, revocations: &dyn RevocationList) {
        loop {
            // A permit is kept for a note that comes before this waits.
            self.notes.more.notified().await;
            let mut away = false;
            while let Err(error) = self.note_all(revocations).await {
                if !std::mem::replace(&mut away, true) {
                    tracing::warn!(%error, "whose tokens are where is noted when the store answers");
                }
                sleep(RETRY_AFTER).await;
            }
        }
    }

    /// Notes what waits to be noted.
    ///
    /// # Errors
    /// [`StoreError`], when the store does not answer; what is left waits on.
    pub async fn note_all(&self, revocations: &dyn RevocationList) -> Result<(), StoreError> {
        while let Some(note) = self.notes.oldest() {
            if u64::from(note.block.list.expires_at) > self.clock.now() {
                self.note(&note, revocations).await?;
            }
            self.notes.done(&note);
        }
        Ok(())
    }

    async fn note(&self, note: &Note, revocations: &dyn RevocationList) -> Result<(), StoreError> {
        let Note { client_id, block, opened_at } = note;
        match revocations.note_block(client_id, *block, *opened_at).await? {
            BlockNoted::Noted => Ok(()),
            BlockNoted::OwnerRevoked => {
                // First no more tokens, then none of those that are on it.
                self.abandon(*block);
                revocations.revoke_blocks(&[*block]).await
            }
        }
    }

    /// How many blocks the store has not been told of.
    #[must_use]
    pub fn unnoted_blocks(&self) -> usize {
        self.notes.waiting().notes.len()
    }
}
