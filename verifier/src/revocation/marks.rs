//! What events have told and no list has shown yet. A mark can only deny: it stays until a list shows
//! it, and where there are too many to keep, the list that they belong to must be fetched anew.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use super::intervals::Intervals;
use crate::status_list::{StatusList, VALID};

/// The most intervals that are kept, over all lists; some 10 MB.
const MOST_INTERVALS: usize = 128 * 1024;
/// The most lists of which there are marks.
const MOST_LISTS: usize = 4 * 1024;

/// The revoked entries of each list.
#[derive(Debug, Default)]
pub(super) struct Marks(RwLock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    lists: HashMap<String, Marked>,
    intervals: usize,
    /// Counts events: the order in which lists were last marked.
    tick: u64,
}

#[derive(Debug, Default)]
struct Marked {
    entries: Intervals,
    last: u64,
}

impl Marks {
    pub(super) fn contains(&self, uri: &str, idx: u64) -> bool {
        self.read().lists.get(uri).is_some_and(|marked| marked.entries.contains(idx))
    }

    /// Marks `count` entries from `idx` on. Returns the lists whose marks had to go for it: what is held
    /// of them can no longer be relied on.
    #[must_use]
    pub(super) fn insert(&self, uri: &str, idx: u64, count: u64) -> Vec<String> {
        if count == 0 {
            return Vec::new();
        }
        let mut inner = self.write();
        inner.tick += 1;
        let tick = inner.tick;
        let marked = inner.lists.entry(uri.to_owned()).or_default();
        marked.last = tick;
        let before = marked.entries.len();
        marked.entries.insert(idx, idx.saturating_add(count));
        let after = marked.entries.len();
        inner.intervals = inner.intervals + after - before;
        let mut dropped = Vec::new();
        while inner.intervals > MOST_INTERVALS || inner.lists.len() > MOST_LISTS {
            let oldest = inner.lists.iter().min_by_key(|(_, marked)| marked.last);
            let uri = oldest.map(|(uri, _)| uri.clone()).expect("OK because there are too many");
            inner.remove(&uri);
            dropped.push(uri);
        }
        dropped
    }

    /// Forgets what `list`, fetched after the event, shows.
    pub(super) fn settle(&self, uri: &str, list: &StatusList) {
        if !self.read().lists.contains_key(uri) {
            return;
        }
        let mut inner = self.write();
        let Some(marked) = inner.lists.get_mut(uri) else { return };
        let before = marked.entries.len();
        marked.entries.settle(list.len(), |idx| list.get(idx) != Some(VALID));
        let after = marked.entries.len();
        inner.intervals -= before - after;
        if after == 0 {
            inner.lists.remove(uri);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn remove(&mut self, uri: &str) {
        if let Some(marked) = self.lists.remove(uri) {
            self.intervals -= marked.entries.len();
        }
    }
}
