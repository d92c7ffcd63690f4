//! One list that is followed.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use url::Url;

use super::state::State;

/// A list, with what is known of it.
#[derive(Debug)]
pub(super) struct Entry {
    /// As tokens spell it.
    pub(super) uri: String,
    pub(super) url: Url,
    pub(super) state: ArcSwap<State>,
    /// Held for as long as a fetch is in flight.
    pub(super) flight: Arc<Mutex<()>>,
    last_used: AtomicU64,
}

impl Entry {
    pub(super) fn new(uri: &str, url: Url) -> Self {
        Self {
            uri: uri.to_owned(),
            url,
            state: ArcSwap::default(),
            flight: Arc::default(),
            last_used: AtomicU64::default(),
        }
    }

    pub(super) fn touch(&self, tick: u64) {
        self.last_used.store(tick, Ordering::Relaxed);
    }

    pub(super) fn last_used(&self) -> u64 {
        self.last_used.load(Ordering::Relaxed)
    }

    /// How many bytes its copy takes.
    pub(super) fn weight(&self) -> usize {
        self.state.load().copy.as_ref().map_or(0, |copy| copy.list.weight())
    }

    pub(super) fn has_expired(&self, now: u64) -> bool {
        self.state.load().copy.as_ref().is_some_and(|copy| copy.has_expired(now, 0))
    }
}
