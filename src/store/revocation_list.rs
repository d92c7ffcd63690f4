//! The revocation list: which places of which status lists are revoked, and whose blocks of places are
//! whose. A list is here only once something on it is revoked.

use std::fmt;

use tokio::sync::broadcast;

use super::Answer;

/// How many places a status list has.
pub const LIST_SIZE: u32 = 1 << 20;

/// How many places a block has.
pub const BLOCK_SIZE: u32 = 256;

/// The name of a status list, without the tag by which a replica recognises it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListId {
    /// When the last token on it has ended, in Unix seconds.
    pub expires_at: u32,
    /// What tells lists apart.
    pub random: [u8; 8],
}

impl ListId {
    /// Twelve bytes, big-endian: the expiry, the random part.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[..4].copy_from_slice(&self.expires_at.to_be_bytes());
        bytes[4..].copy_from_slice(&self.random);
        bytes
    }

    /// The name from its twelve bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 12]) -> Self {
        let [a, b, c, d, random @ ..] = bytes;
        Self { expires_at: u32::from_be_bytes([a, b, c, d]), random }
    }
}

/// One token's place on a status list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The list.
    pub list: ListId,
    /// The index, below [`LIST_SIZE`].
    pub index: u32,
}

/// [`BLOCK_SIZE`] places in a row that one application's tokens are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Block {
    /// The list.
    pub list: ListId,
    /// Which block of it: the first index divided by [`BLOCK_SIZE`].
    pub number: u16,
}

impl Block {
    /// The index of its first place.
    #[must_use]
    pub fn first(self) -> u32 {
        u32::from(self.number) * BLOCK_SIZE
    }
}

/// What was revoked: `count` places in a row, from `first` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// The list.
    pub list: ListId,
    /// The first index.
    pub first: u32,
    /// How many.
    pub count: u32,
}

/// What a listener hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationEvent {
    /// Something was revoked, on any replica.
    Revoked(Revoked),
    /// Events may have been missed: the store was away, and answers again.
    Missed,
}

/// Whether a block's owner may keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockNoted {
    /// It is noted.
    Noted,
    /// The owner's tokens were revoked after the block was opened: the caller revokes it whole.
    OwnerRevoked,
}

/// The status lists' revocations: the second of the two kinds of data that the store holds.
pub trait RevocationList: Send + Sync + fmt::Debug {
    /// Revokes these places and tells the listeners of every replica. Doing it again does no harm.
    fn revoke<'a>(&'a self, entries: &'a [Entry]) -> Answer<'a, ()>;

    /// Revokes every place of these blocks, and tells the listeners.
    fn revoke_blocks<'a>(&'a self, blocks: &'a [Block]) -> Answer<'a, ()>;

    /// Whether the place is revoked.
    fn is_revoked(&self, entry: Entry) -> Answer<'_, bool>;

    /// The list's bytes, one bit a place, the first in the least significant bit (Token Status List
    /// section 4.1), cut behind the last one that is not zero; `None` where nothing on it is revoked.
    fn bitmap(&self, list: ListId) -> Answer<'_, Option<Vec<u8>>>;

    /// The lists that have a revocation and have not expired at `now`.
    fn lists(&self, now: u64) -> Answer<'_, Vec<ListId>>;

    /// Notes whose a block is that was opened at `opened_at` (Unix seconds).
    fn note_block<'a>(
        &'a self,
        client_id: &'a str,
        block: Block,
        opened_at: u64,
    ) -> Answer<'a, BlockNoted>;

    /// Marks every token that `client_id` was issued until `now` as to be revoked, and names its
    /// blocks; the caller revokes them. The mark stands until `until`, when the last of those tokens
    /// has ended, for blocks that are noted late.
    fn end_application<'a>(
        &'a self,
        client_id: &'a str,
        now: u64,
        until: u64,
    ) -> Answer<'a, Vec<Block>>;

    /// Hears of every revocation from now on, whichever replica made it. A listener that falls behind
    /// is told so by the channel.
    fn events(&self) -> broadcast::Receiver<RevocationEvent>;
}
