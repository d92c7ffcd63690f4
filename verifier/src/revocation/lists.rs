//! The lists that are held: so many, so heavy, and no more. Those that have expired go first, then those
//! that no token has asked for in the longest time.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use super::entry::Entry;
use crate::issuer::Issuer;

/// The most lists that are held.
pub(super) const MOST_LISTS: usize = 1024;
/// The most memory that they may take together, in bytes.
pub(super) const MOST_BYTES: usize = 128 * 1024 * 1024;

/// The lists of one issuer, by URI.
#[derive(Debug)]
pub(super) struct Lists {
    issuer: Issuer,
    entries: RwLock<HashMap<String, Arc<Entry>>>,
    /// Counts uses: the order in which lists were last asked for.
    tick: AtomicU64,
}

impl Lists {
    pub(super) fn new(issuer: Issuer) -> Self {
        Self { issuer, entries: RwLock::default(), tick: AtomicU64::default() }
    }

    /// The list of this URI, held from now on; `None` where it is not below the issuer.
    pub(super) fn of_token(&self, uri: &str, now: u64) -> Option<Arc<Entry>> {
        let tick = self.tick.fetch_add(1, Ordering::Relaxed);
        if let Some(entry) = self.read().get(uri) {
            entry.touch(tick);
            return Some(Arc::clone(entry));
        }
        let url = self.issuer.below(uri)?;
        let mut entries = self.write();
        let entry = entries.entry(uri.to_owned());
        let entry = Arc::clone(entry.or_insert_with(|| Arc::new(Entry::new(uri, url))));
        entry.touch(tick);
        make_room(&mut entries, now);
        Some(entry)
    }

    /// The list of this URI, if it is held.
    pub(super) fn held(&self, uri: &str) -> Option<Arc<Entry>> {
        self.read().get(uri).map(Arc::clone)
    }

    pub(super) fn all_held(&self) -> Vec<Arc<Entry>> {
        self.read().values().map(Arc::clone).collect()
    }

    pub(super) fn remove(&self, uri: &str) {
        self.write().remove(uri);
    }

    /// Whether a list of this URI could be one of the issuer's.
    pub(super) fn is_below_issuer(&self, uri: &str) -> bool {
        self.issuer.below(uri).is_some()
    }

    /// Sees to the bounds after a list has become heavier.
    pub(super) fn keep_within_bounds(&self, now: u64) {
        if self.read().values().map(|entry| entry.weight()).sum::<usize>() > MOST_BYTES {
            make_room(&mut self.write(), now);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<String, Arc<Entry>>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<String, Arc<Entry>>> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(entries: &mut HashMap<String, Arc<Entry>>, now: u64) {
    let mut bytes: usize = entries.values().map(|entry| entry.weight()).sum();
    while entries.len() > 1 && (entries.len() > MOST_LISTS || bytes > MOST_BYTES) {
        let first =
            entries.values().min_by_key(|entry| (!entry.has_expired(now), entry.last_used()));
        let first = Arc::clone(first.expect("OK because there are two at least"));
        bytes -= first.weight();
        entries.remove(&first.uri);
    }
}
