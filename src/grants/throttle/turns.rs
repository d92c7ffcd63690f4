//! How many attempts of one pair are looked at at a time: those that take a while could otherwise all get
//! in before the first of them has failed.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::Pair;

/// Who is being looked at.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<Pair, u32>>);

/// An attempt that is being looked at, until it is dropped.
#[derive(Debug)]
#[must_use]
pub(in crate::grants) struct Turn<'a> {
    turns: &'a Turns,
    pair: Pair,
}

impl Turns {
    /// A turn for `pair`, where fewer than `most` are taken.
    pub(super) fn take(&self, pair: Pair, most: NonZeroU32) -> Option<Turn<'_>> {
        let mut taken = self.lock();
        let count = taken.entry(pair).or_default();
        if *count >= most.get() {
            return None;
        }
        *count += 1;
        Some(Turn { turns: self, pair })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Pair, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut taken = self.turns.lock();
        if let Some(count) = taken.get_mut(&self.pair) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.pair);
            }
        }
    }
}
