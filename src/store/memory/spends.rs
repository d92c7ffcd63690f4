//! Single-use identifiers. When there is no room it refuses: forgetting one early would let it be used
//! again.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
};

use crate::store::{Identifier, Spent, StoreError};

/// How many identifiers are remembered at once; about 100 bytes each.
const CAPACITY: usize = 200_000;

#[derive(Debug, Default)]
pub(super) struct Spends {
    identifiers: HashSet<Identifier>,
    by_expiry: BinaryHeap<Reverse<(u64, Identifier)>>,
}

impl Spends {
    pub(super) fn spend(
        &mut self,
        identifier: Identifier,
        expires_at: u64,
        now: u64,
    ) -> Result<Spent, StoreError> {
        self.sweep(now);
        if self.identifiers.contains(&identifier) {
            return Ok(Spent::Before);
        }
        if self.identifiers.len() >= CAPACITY {
            return Err(StoreError::Full);
        }
        self.identifiers.insert(identifier);
        self.by_expiry.push(Reverse((expires_at, identifier)));
        Ok(Spent::Now)
    }

    fn sweep(&mut self, now: u64) {
        while let Some(Reverse((expires_at, expired))) = self.by_expiry.peek().copied() {
            if expires_at > now {
                break;
            }
            self.by_expiry.pop();
            self.identifiers.remove(&expired);
        }
    }
}
