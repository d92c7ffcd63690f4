//! Single-use identifiers. When there is no room it refuses: forgetting one early would let it be used
//! again.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, hash_map::Entry},
};

use crate::store::{Identifier, Spent, StoreError, Uses};

/// How many identifiers are remembered at once; about 100 bytes each.
const CAPACITY: usize = 200_000;

#[derive(Debug, Default)]
pub(super) struct Spends {
    /// Whether each was tried again.
    identifiers: HashMap<Identifier, bool>,
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
        let room = self.identifiers.len() < CAPACITY;
        match self.identifiers.entry(identifier) {
            Entry::Occupied(mut again) => {
                again.insert(true);
                Ok(Spent::Before)
            }
            Entry::Vacant(_) if !room => Err(StoreError::Full),
            Entry::Vacant(first) => {
                first.insert(false);
                self.by_expiry.push(Reverse((expires_at, identifier)));
                Ok(Spent::Now)
            }
        }
    }

    pub(super) fn uses(&self, identifier: &Identifier) -> Uses {
        match self.identifiers.get(identifier) {
            None => Uses::None,
            Some(false) => Uses::Once,
            Some(true) => Uses::Again,
        }
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
