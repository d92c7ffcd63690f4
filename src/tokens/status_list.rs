//! Status lists, the issuer's side (Token Status List, draft-ietf-oauth-status-list-21): a place on a list
//! for every access token. Places are given out by this process alone, without a word to the store; a
//! list's name says by itself that it is ours. Must not know who asks, nor what HTTP is.
//!
//! 1. [`StatusLists::place`] gives a token a place: a list, and an index on it.
//! 2. The index comes from a block that its application has to itself. [`StatusLists::keep_noting`] tells
//!    the store in the background whose block it is, so that an application can be revoked whole.
//! 3. [`PublishedLists`] signs the lists, those of other replicas too, with what is revoked on them.
//! 4. When a block of ours is revoked, no further token is put there: [`StatusLists::heard`].

mod allocator;
mod block_notes;
mod deck;
mod list_uri;
mod published;
mod signed_list;

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

pub use self::list_uri::{ListUris, PATH as STATUS_LISTS_PATH};
pub use self::published::{NoStatusList, PublishedLists};
pub use self::signed_list::SignedList;
use self::{
    allocator::{Allocator, Given},
    block_notes::{BlockNotes, Note},
};
use crate::{
    clock::Clock,
    entropy::{Entropy, EntropyUnavailable},
    keys::SealingKeys,
    store::{BLOCK_SIZE, Block, Entry, RevocationEvent},
};

/// A token's place on a status list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The place as the store knows it.
    pub entry: Entry,
    /// The list's URI, as the token bears it.
    pub uri: Arc<str>,
}

/// Gives tokens their places.
pub struct StatusLists {
    uris: Arc<ListUris>,
    /// In seconds. A list is opened for tokens that live as long; one that lives longer gets another.
    longest_lifetime: AtomicU64,
    allocator: Mutex<Allocator>,
    notes: BlockNotes,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl StatusLists {
    /// No list is open yet. `longest_lifetime` is that of the longest-lived access token.
    #[must_use]
    pub fn new(
        uris: Arc<ListUris>,
        longest_lifetime: Duration,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            uris,
            longest_lifetime: AtomicU64::new(longest_lifetime.as_secs()),
            allocator: Mutex::default(),
            notes: BlockNotes::default(),
            clock,
            entropy,
        }
    }

    /// How the lists are named.
    #[must_use]
    pub fn uris(&self) -> &Arc<ListUris> {
        &self.uris
    }

    /// Goes over to other sealing keys. A list whose name no replica recognises any longer takes no more
    /// tokens: nobody could learn that they are good.
    pub fn replace_keys(&self, sealing_keys: &SealingKeys) {
        self.uris.replace_keys(sealing_keys);
        self.allocator().close(|uri| self.uris.recognise_uri(uri).is_none());
    }

    /// Lists that are opened from now on are for tokens that live as long as this.
    pub fn set_longest_lifetime(&self, lifetime: Duration) {
        self.longest_lifetime.store(lifetime.as_secs(), Ordering::Relaxed);
    }

    /// A place for a token of `client_id` that ends at `token_expires_at` (Unix seconds); it is given to
    /// no other. Asks nobody and waits for nobody: issuing goes on whatever the store does.
    ///
    /// # Errors
    /// When chance is not at hand; no place was given then.
    pub fn place(
        &self,
        client_id: &str,
        token_expires_at: u64,
    ) -> Result<Place, EntropyUnavailable> {
        let mut chance = [0; 4];
        self.entropy.fill(&mut chance)?;
        let (now, chance) = (self.clock.now(), u32::from_ne_bytes(chance));

        let mut allocator = self.allocator();
        if let Some(Given { entry, uri }) =
            allocator.give_from_current(client_id, now, token_expires_at, chance)
        {
            return Ok(Place { entry, uri });
        }
        let longest = self.longest_lifetime.load(Ordering::Relaxed);
        let (Given { entry, uri }, block) = allocator.give_from_new_block(
            client_id,
            now,
            token_expires_at,
            longest,
            &*self.entropy,
            |list| self.uris.uri(list),
        )?;
        // Whoever holds a token of this block must find it noted, in the end: before the lock is given up.
        self.notes.push(Note { client_id: client_id.into(), block, opened_at: now });
        Ok(Place { entry, uri })
    }

    /// The lists that tokens are put on at the moment, by URI.
    #[must_use]
    pub fn open_lists(&self) -> Vec<Arc<str>> {
        self.allocator().open_lists(self.clock.now())
    }

    /// Takes note of a revocation: no token is put on a block that was revoked whole, nor, where
    /// something may have been missed, on any block that has been begun.
    pub fn heard(&self, event: RevocationEvent) {
        match event {
            RevocationEvent::Revoked(revoked) if revoked.count >= BLOCK_SIZE => {
                let first = revoked.first.div_ceil(BLOCK_SIZE);
                let end = revoked.first.saturating_add(revoked.count) / BLOCK_SIZE;
                self.allocator().abandon(|block| {
                    block.list == revoked.list && (first..end).contains(&u32::from(block.number))
                });
            }
            RevocationEvent::Revoked(_) => {}
            RevocationEvent::Missed => self.allocator().abandon(|_| true),
        }
    }

    fn abandon(&self, abandoned: Block) {
        self.allocator().abandon(|block| block == abandoned);
    }

    fn allocator(&self) -> MutexGuard<'_, Allocator> {
        self.allocator.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for StatusLists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusLists").field("notes", &self.notes).finish_non_exhaustive()
    }
}
