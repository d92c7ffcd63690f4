//! What is known of one list at one moment, and what follows from it. Pure: no I/O, and the time comes
//! in.

use std::{sync::Arc, time::Duration};

use crate::status_list::{INVALID, StatusList};

/// After a failure, how long no other fetch of the same list is begun, in seconds.
const COOL_DOWN: u64 = 2;

/// A snapshot, replaced whole.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) copy: Option<Arc<Copy>>,
    pub(super) last_attempt: Option<Attempt>,
}

/// A fetch that has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt {
    pub(super) at: u64,
    pub(super) has_failed: bool,
    /// It was made while the copy at hand was still good, to have the next one early.
    pub(super) was_early: bool,
}

/// The last good copy of a list.
#[derive(Debug, Clone)]
pub(super) struct Copy {
    pub(super) list: Arc<StatusList>,
    pub(super) etag: Option<String>,
    /// When the fetch began: the list cannot be older than that.
    pub(super) fetched_at: u64,
    /// In seconds.
    pub(super) ttl: u64,
    pub(super) iat: u64,
    pub(super) exp: Option<u64>,
}

/// What a copy is good for at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// Use it.
    Fresh,
    /// Use it, and ask for the next one.
    Due,
    /// Ask for another before it is used.
    Stale,
}

impl Copy {
    /// "ttl … specifies the maximum amount of time, in seconds, that the Status List Token can be cached
    /// by a consumer before a fresh copy SHOULD be retrieved" (section 5.1).
    pub(super) const fn freshness(&self, now: u64, leeway: u64) -> Freshness {
        if self.has_expired(now, leeway) {
            return Freshness::Stale;
        }
        match now.checked_sub(self.fetched_at) {
            Some(age) if age >= self.ttl => Freshness::Stale,
            Some(age) if age > 0 && age >= self.ttl * 4 / 5 => Freshness::Due,
            Some(_) => Freshness::Fresh,
            // The clock was set back: how old the copy is can no longer be told.
            None => Freshness::Stale,
        }
    }

    pub(super) const fn has_expired(&self, now: u64, leeway: u64) -> bool {
        match self.exp {
            Some(exp) => now >= exp.saturating_add(leeway),
            None => false,
        }
    }

    /// Whether the copy is past its `ttl` by less than `bound`.
    pub(super) const fn is_within(&self, bound: Duration, now: u64) -> bool {
        now.abs_diff(self.fetched_at) < self.ttl.saturating_add(bound.as_secs())
    }

    /// This copy, and where an answer out of order brought one signed before the copy `held`, with what
    /// that shows: replicas of an issuer may be a moment apart, and nothing is revoked for a moment.
    pub(super) fn keeping_revocations_of(mut self, held: Option<&Self>) -> Self {
        if let Some(held) = held.filter(|held| self.iat < held.iat) {
            if let Some(both) = self.list.united_with(&held.list) {
                self.list = Arc::new(both);
                // The bytes that this belongs to are not those held any more.
                self.etag = None;
            }
            self.iat = held.iat;
        }
        self
    }

    /// Whether the entry is one that no later copy can take back: "revoked, annulled, taken back,
    /// recalled or cancelled" (section 7.1).
    pub(super) fn is_invalid(&self, idx: u64) -> bool {
        self.list.get(idx) == Some(INVALID)
    }
}

impl State {
    /// Whether another fetch may begin. An early one that failed does not hold back the one that
    /// somebody waits for.
    pub(super) fn may_fetch(&self, now: u64, somebody_waits: bool) -> bool {
        self.last_attempt.is_none_or(|last| {
            !last.has_failed
                || now.abs_diff(last.at) >= COOL_DOWN
                || (somebody_waits && last.was_early)
        })
    }

    pub(super) fn has_failed(&self) -> bool {
        self.last_attempt.is_some_and(|last| last.has_failed)
    }
}
