//! The store of one process: a bounded memory that forgets nothing before its time.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
    sync::{Mutex, PoisonError},
};

use super::{Identifier, SingleUse, Spent, StoreFull};

/// How many identifiers are remembered at once; about 100 bytes each.
const CAPACITY: usize = 200_000;

/// Single-use identifiers in memory. When it is full it refuses: forgetting one early would let it be
/// used again.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Spends>);

#[derive(Debug, Default)]
struct Spends {
    identifiers: HashSet<Identifier>,
    by_expiry: BinaryHeap<Reverse<(u64, Identifier)>>,
}

impl SingleUse for Memory {
    fn spend(&self, identifier: Identifier, expires_at: u64, now: u64) -> Result<Spent, StoreFull> {
        let mut spends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(Reverse((expiry, expired))) = spends.by_expiry.peek().copied() {
            if expiry > now {
                break;
            }
            spends.by_expiry.pop();
            spends.identifiers.remove(&expired);
        }
        if spends.identifiers.contains(&identifier) {
            return Ok(Spent::Before);
        }
        if spends.identifiers.len() >= CAPACITY {
            return Err(StoreFull);
        }
        spends.identifiers.insert(identifier);
        spends.by_expiry.push(Reverse((expires_at, identifier)));
        Ok(Spent::Now)
    }
}
