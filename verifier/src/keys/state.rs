//! What the cache knows at one moment, and what follows from it. Pure: no I/O, and the time comes in.

use std::{sync::Arc, time::Duration};

use super::{
    KeyFetchError,
    source::{Document, Location},
};

/// Without a word from the issuer.
const DEFAULT_FRESHNESS: Duration = Duration::from_secs(300);
/// Shorter than this an issuer may not ask for: its key set is no per-request resource.
const SHORTEST_FRESHNESS: Duration = Duration::from_secs(60);
/// Longer than this a key that was taken away would live on unnoticed.
const LONGEST_FRESHNESS: Duration = Duration::from_secs(3600);

/// How long things are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CacheLimits {
    /// Freshness, whatever the issuer says.
    pub(crate) cache_for: Option<Duration>,
    /// How long past freshness a set may serve.
    pub(crate) stale_for: Duration,
    /// The shortest time between two fetches that nothing but a token or a failure asks for.
    pub(crate) refetch_cool_down: Duration,
}

/// A snapshot, replaced whole.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) held: Option<Held>,
    pub(super) location: Option<Location>,
    pub(super) last_attempt: Option<Attempt>,
}

/// A key set, since when.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) document: Arc<Document>,
    pub(super) fetched_at: u64,
}

/// A fetch that has ended.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) at: u64,
    pub(super) error: Option<Arc<KeyFetchError>>,
}

/// What a key set is good for at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// Use it.
    Fresh,
    /// Use it, and ask for another.
    Stale,
    /// Do not use it, or there is none.
    Unusable,
}

impl State {
    pub(super) fn freshness(&self, now: u64, limits: &CacheLimits) -> Freshness {
        let Some(held) = &self.held else {
            return Freshness::Unusable;
        };
        let fresh_for = limits.cache_for.unwrap_or_else(|| {
            let max_age = held.document.max_age.unwrap_or(DEFAULT_FRESHNESS);
            max_age.clamp(SHORTEST_FRESHNESS, LONGEST_FRESHNESS)
        });
        // Fresh for no time at all would be unusable the moment it came.
        let fresh_for = fresh_for.as_secs().max(1);
        match now.checked_sub(held.fetched_at) {
            Some(age) if age < fresh_for => Freshness::Fresh,
            Some(age) if age - fresh_for < limits.stale_for.as_secs() => Freshness::Stale,
            // The clock was set back: how old the set is can no longer be told.
            None if held.fetched_at - now < limits.stale_for.as_secs() => Freshness::Stale,
            _ => Freshness::Unusable,
        }
    }

    /// Whether another fetch may begin. What the cool-down holds back is what an attacker or an outage
    /// could ask for again and again: unknown names, and retries.
    pub(super) fn may_fetch(&self, now: u64, limits: &CacheLimits) -> bool {
        match &self.last_attempt {
            None => true,
            Some(last) if now.abs_diff(last.at) >= limits.refetch_cool_down.as_secs() => true,
            Some(last) => {
                last.error.is_none() && self.freshness(now, limits) == Freshness::Unusable
            }
        }
    }

    /// The failure of the last fetch, if it failed.
    pub(super) fn last_error(&self) -> Option<&Arc<KeyFetchError>> {
        self.last_attempt.as_ref()?.error.as_ref()
    }
}
