//! Which places are given out: lists that are open for a while, blocks of them for one application each,
//! places of a block in random order. "MUST prevent any unintended double allocation" (section 13.2): a
//! block is drawn from a list once, and an index from a block once; nothing is ever put back.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use super::deck::{Deck, chance};
use crate::{
    entropy::{Entropy, EntropyUnavailable},
    keys::SKEW,
    store::{BLOCK_SIZE, Block, Entry, LIST_SIZE, ListId},
};

/// How long tokens are put on a list, in seconds.
const OPEN_FOR: u64 = 3600;

/// The most lists that are open at once: enough for 65,536 blocks in [`OPEN_FOR`].
const MOST_OPEN: usize = 16;

/// The most applications that have a block at hand; another takes one of theirs, and wastes what is left
/// of it.
const MOST_BLOCKS: usize = 16_384;

#[derive(Debug, Default)]
pub(super) struct Allocator {
    /// The lists with a place for some token, the latest at the end.
    lists: VecDeque<OpenList>,
    /// The block that each application's next token goes to.
    blocks: HashMap<Box<str>, CurrentBlock>,
}

#[derive(Debug)]
struct OpenList {
    list: OpenListId,
    /// The blocks that nobody has.
    blocks: Deck<u16>,
}

#[derive(Debug, Clone)]
struct OpenListId {
    id: ListId,
    uri: Arc<str>,
    opened_at: u64,
}

#[derive(Debug)]
struct CurrentBlock {
    list: OpenListId,
    block: Block,
    indexes: Deck<u8>,
}

/// A place that was given out.
pub(super) struct Given {
    pub(super) entry: Entry,
    pub(super) uri: Arc<str>,
}

impl Allocator {
    /// A place on the block that `client_id` has; `None` where it has none that serves.
    pub(super) fn give_from_current(
        &mut self,
        client_id: &str,
        now: u64,
        token_expires_at: u64,
        chance: u32,
    ) -> Option<Given> {
        let block = self.blocks.get_mut(client_id)?;
        block.list.takes(now, token_expires_at).then(|| block.give(chance)).flatten()
    }

    /// A place on a new block for `client_id`, and the block.
    pub(super) fn give_from_new_block(
        &mut self,
        client_id: &str,
        now: u64,
        token_expires_at: u64,
        longest_lifetime: u64,
        entropy: &dyn Entropy,
        uri: impl FnOnce(ListId) -> Arc<str>,
    ) -> Result<(Given, Block), EntropyUnavailable> {
        let (first, second) = (chance(entropy)?, chance(entropy)?);
        let (list, number) = match self.draw_block(now, token_expires_at, first) {
            Some(drawn) => drawn,
            None => {
                let longest = longest_lifetime.max(token_expires_at.saturating_sub(now));
                let mut list = OpenList::new(now, longest, entropy, uri)?;
                let number = list.blocks.draw(first).expect("OK because a new list has blocks");
                (self.open(list, now), number)
            }
        };
        let block = Block { list: list.id, number };
        let indexes = Deck::of(0..=u8::MAX);
        let mut current = CurrentBlock { list, block, indexes };
        let given = current.give(second).expect("OK because a new block has places");
        self.make_room(client_id, now);
        self.blocks.insert(client_id.into(), current);
        Ok((given, block))
    }

    /// The URIs of the lists that tokens are put on at `now`.
    pub(super) fn open_lists(&self, now: u64) -> Vec<Arc<str>> {
        let open = self.lists.iter().filter(|open| open.list.is_open(now));
        open.map(|open| Arc::clone(&open.list.uri)).collect()
    }

    /// Puts no more tokens on the blocks that are `meant`.
    pub(super) fn abandon(&mut self, meant: impl Fn(Block) -> bool) {
        self.blocks.retain(|_, current| !meant(current.block));
    }

    /// Puts no more tokens on the lists that are `meant`, by their URIs.
    pub(super) fn close(&mut self, meant: impl Fn(&str) -> bool) {
        self.lists.retain(|open| !meant(&open.list.uri));
        self.blocks.retain(|_, current| !meant(&current.list.uri));
    }

    fn draw_block(
        &mut self,
        now: u64,
        token_expires_at: u64,
        chance: u32,
    ) -> Option<(OpenListId, u16)> {
        let fitting = self.lists.iter_mut().rev();
        fitting
            .filter(|open| open.list.takes(now, token_expires_at))
            .find_map(|open| open.blocks.draw(chance).map(|number| (open.list.clone(), number)))
    }

    fn open(&mut self, list: OpenList, now: u64) -> OpenListId {
        self.lists.retain(|open| open.list.is_open(now));
        while self.lists.len() >= MOST_OPEN {
            if let Some(closed) = self.lists.pop_front() {
                self.abandon(|block| block.list == closed.list.id);
            }
        }
        let id = list.list.clone();
        self.lists.push_back(list);
        id
    }

    fn make_room(&mut self, client_id: &str, now: u64) {
        if self.blocks.len() < MOST_BLOCKS || self.blocks.contains_key(client_id) {
            return;
        }
        self.blocks.retain(|_, current| current.list.is_open(now));
        if self.blocks.len() >= MOST_BLOCKS
            && let Some(unlucky) = self.blocks.keys().next().cloned()
        {
            self.blocks.remove(&unlucky);
        }
    }
}

impl OpenList {
    fn new(
        now: u64,
        longest_lifetime: u64,
        entropy: &dyn Entropy,
        uri: impl FnOnce(ListId) -> Arc<str>,
    ) -> Result<Self, EntropyUnavailable> {
        let mut random = [0; 8];
        entropy.fill(&mut random)?;
        let expires_at = now.saturating_add(longest_lifetime).saturating_add(OPEN_FOR + skew());
        let expires_at = u32::try_from(expires_at).unwrap_or(u32::MAX);
        let id = ListId { expires_at, random };
        let numbers = 0..u16::try_from(LIST_SIZE / BLOCK_SIZE).unwrap_or(u16::MAX);
        let list = OpenListId { id, uri: uri(id), opened_at: now };
        Ok(Self { list, blocks: Deck::of(numbers) })
    }
}

impl OpenListId {
    fn is_open(&self, now: u64) -> bool {
        now < self.opened_at.saturating_add(OPEN_FOR)
    }

    /// Whether a token with this end may be put on the list: it must not outlive it, not even at a resource
    /// server whose clock is late.
    fn takes(&self, now: u64, token_expires_at: u64) -> bool {
        let needed = token_expires_at.saturating_add(skew()).min(u64::from(u32::MAX));
        self.is_open(now) && needed <= u64::from(self.id.expires_at)
    }
}

impl CurrentBlock {
    fn give(&mut self, chance: u32) -> Option<Given> {
        let index = self.block.first() + u32::from(self.indexes.draw(chance)?);
        let entry = Entry { list: self.list.id, index };
        Some(Given { entry, uri: Arc::clone(&self.list.uri) })
    }
}

fn skew() -> u64 {
    SKEW.as_secs()
}
