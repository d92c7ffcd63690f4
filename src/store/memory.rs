//! The store of one process: a bounded memory that forgets nothing before its time.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
    future::ready,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Answer, Identifier, SingleUse, Spent, StoreError};
use crate::clock::Clock;

/// How many identifiers are remembered at once; about 100 bytes each.
const CAPACITY: usize = 200_000;

/// Single-use identifiers in memory. When it is full it refuses: forgetting one early would let it be
/// used again.
#[derive(Debug)]
pub struct Memory {
    clock: Arc<dyn Clock>,
    spends: Mutex<Spends>,
}

#[derive(Debug, Default)]
struct Spends {
    identifiers: HashSet<Identifier>,
    by_expiry: BinaryHeap<Reverse<(u64, Identifier)>>,
}

impl Memory {
    /// Remembers nothing yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, spends: Mutex::default() }
    }

    pub(super) fn now(&self) -> u64 {
        self.clock.now()
    }

    pub(super) fn note(
        &self,
        identifier: Identifier,
        expires_at: u64,
    ) -> Result<Spent, StoreError> {
        let now = self.clock.now();
        let mut spends = self.spends.lock().unwrap_or_else(PoisonError::into_inner);
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
            return Err(StoreError::Full);
        }
        spends.identifiers.insert(identifier);
        spends.by_expiry.push(Reverse((expires_at, identifier)));
        Ok(Spent::Now)
    }
}

impl SingleUse for Memory {
    fn spend(&self, identifier: Identifier, expires_at: u64) -> Answer<'_, Spent> {
        Box::pin(ready(self.note(identifier, expires_at)))
    }
}
