//! Which places are revoked, and whose the blocks are.

use std::collections::{BTreeMap, HashMap};

use crate::store::{BLOCK_SIZE, Block, BlockNoted, Entry, LIST_SIZE, ListId, Revoked};

#[derive(Debug, Default)]
pub(super) struct Revocations {
    /// Each list's bytes, up to the last that is not zero. In order of expiry, by [`ListId`]'s order.
    lists: BTreeMap<ListId, Vec<u8>>,
    /// Whose each block is, by its number.
    owners: BTreeMap<ListId, BTreeMap<u16, String>>,
    /// Applications whose tokens were all revoked.
    ended: HashMap<String, Ended>,
}

#[derive(Debug, Clone, Copy)]
struct Ended {
    at: u64,
    until: u64,
}

impl Revocations {
    /// Sets the bits of `revoked`, where there are such places.
    pub(super) fn revoke(&mut self, revoked: Revoked) {
        let end = revoked.first.saturating_add(revoked.count).min(LIST_SIZE);
        for index in revoked.first..end {
            let (byte, bit) = place(index);
            let bytes = self.lists.entry(revoked.list).or_default();
            if bytes.len() <= byte {
                bytes.resize(byte + 1, 0);
            }
            bytes[byte] |= bit;
        }
    }

    pub(super) fn is_revoked(&self, entry: Entry) -> bool {
        let (byte, bit) = place(entry.index);
        self.lists
            .get(&entry.list)
            .and_then(|bytes| bytes.get(byte))
            .is_some_and(|byte| byte & bit != 0)
    }

    pub(super) fn bitmap(&self, list: ListId) -> Option<Vec<u8>> {
        self.lists.get(&list).cloned()
    }

    pub(super) fn lists(&self, now: u64) -> Vec<ListId> {
        self.lists.keys().filter(|list| u64::from(list.expires_at) > now).copied().collect()
    }

    pub(super) fn note_block(
        &mut self,
        client_id: &str,
        block: Block,
        opened_at: u64,
    ) -> BlockNoted {
        if self.ended.get(client_id).is_some_and(|ended| opened_at <= ended.at) {
            return BlockNoted::OwnerRevoked;
        }
        self.owners.entry(block.list).or_default().insert(block.number, client_id.to_owned());
        BlockNoted::Noted
    }

    /// Names the blocks of `client_id`, and keeps them: whoever could not revoke them asks again.
    pub(super) fn end_application(&mut self, client_id: &str, now: u64, until: u64) -> Vec<Block> {
        let ended = self.ended.entry(client_id.to_owned()).or_insert(Ended { at: now, until });
        ended.at = ended.at.max(now);
        ended.until = ended.until.max(until);
        let blocks = self.owners.iter().flat_map(|(&list, owners)| {
            owners.iter().map(move |(&number, owner)| (owner, Block { list, number }))
        });
        blocks.filter(|(owner, _)| *owner == client_id).map(|(_, block)| block).collect()
    }

    /// Removes what has had its time.
    pub(super) fn sweep(&mut self, now: u64) {
        let expired = |list: &ListId| u64::from(list.expires_at) <= now;
        while self.lists.first_key_value().is_some_and(|(list, _)| expired(list)) {
            self.lists.pop_first();
        }
        while self.owners.first_key_value().is_some_and(|(list, _)| expired(list)) {
            self.owners.pop_first();
        }
        self.ended.retain(|_, ended| ended.until > now);
    }
}

/// The byte of an index and its bit in it, the first in the least significant.
fn place(index: u32) -> (usize, u8) {
    ((index / 8) as usize, 1 << (index % 8))
}

/// The whole of a block.
pub(super) fn whole(block: Block) -> Revoked {
    Revoked { list: block.list, first: block.first(), count: BLOCK_SIZE }
}

/// The same places, those in a row as one.
pub(super) fn rows(entries: &[Entry]) -> Vec<Revoked> {
    let mut places: Vec<(ListId, u32)> =
        entries.iter().map(|entry| (entry.list, entry.index)).collect();
    places.sort_unstable();
    places.dedup();
    let mut rows: Vec<Revoked> = Vec::new();
    for (list, index) in places {
        match rows.last_mut() {
            Some(row) if row.list == list && index - row.first == row.count => row.count += 1,
            _ => rows.push(Revoked { list, first: index, count: 1 }),
        }
    }
    rows
}
