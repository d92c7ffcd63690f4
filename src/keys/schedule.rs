//! What each key does at a time, as a pure function of the ring file's times, the clock and the longest
//! token lifetime: `next` (published, not signing) → `active` → `retiring` (published, not signing) →
//! gone. Knows neither files nor private keys, so that replicas agree and tests need no folder.

use std::{fmt, time::Duration};

use signet_verifier::Algorithm;

use super::ring_file::RingEntry;

/// How long a verifier may keep a JWKS without asking again.
pub const JWKS_MAX_AGE: Duration = Duration::from_secs(300);
/// How far the clocks of replicas may differ, the moment until a change of the folder is noticed included.
pub const SKEW: Duration = Duration::from_secs(60);
/// How long a key is published before it signs: then no cache lacks it.
pub const PUBLICATION_LEAD: Duration = Duration::from_secs(JWKS_MAX_AGE.as_secs() + SKEW.as_secs());

/// What a key does at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// Published, and will sign.
    Next,
    /// Published, and signs.
    Active,
    /// Published for the tokens that it signed.
    Retiring,
    /// No longer published; waits to be deleted.
    Gone,
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Gone => "gone",
        })
    }
}

/// A key of the ring and its times, all in Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStatus {
    /// The key's name.
    pub kid: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// What it does at the time asked about.
    pub state: KeyState,
    /// When it was made.
    pub created_at: u64,
    /// From when it signs.
    pub signs_from: u64,
    /// Until when it signs: when its successor begins. `None` where there is no successor yet.
    pub signs_until: Option<u64>,
    /// Until when it is published. `None` where there is no successor yet.
    pub published_until: Option<u64>,
}

/// The entries of a ring, by algorithm and then in the order in which they sign.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    entries: Vec<RingEntry>,
    /// How long a key stays published after it has signed for the last time, in seconds.
    tail: u64,
}

impl Schedule {
    pub(super) fn new(mut entries: Vec<RingEntry>, longest_token_lifetime: Duration) -> Self {
        // Stable: of two keys of one second, the one listed later signs.
        entries.sort_by_key(|entry| (entry.alg, entry.signs_from));
        Self { entries, tail: longest_token_lifetime.saturating_add(SKEW).as_secs() }
    }

    pub(super) fn entries(&self) -> &[RingEntry] {
        &self.entries
    }

    /// The index of the key that signs with `algorithm` at `now`: the last that has begun. The first key
    /// relieves nobody and was made to sign at once, so that the clock of another replica, a little
    /// behind that of its maker, does not hold it back.
    pub(super) fn active(&self, algorithm: Algorithm, now: u64) -> Option<usize> {
        let first = self.entries.partition_point(|entry| entry.alg < algorithm);
        let begun = |now| {
            self.entries.partition_point(|entry| (entry.alg, entry.signs_from) <= (algorithm, now))
        };
        match begun(now) {
            end if end > first => Some(end - 1),
            _ => (begun(now.saturating_add(SKEW.as_secs())) > first).then_some(first),
        }
    }

    /// The first key of `algorithm` that is to sign after the active one.
    pub(super) fn next(&self, algorithm: Algorithm, now: u64) -> Option<&RingEntry> {
        (0..self.entries.len())
            .find(|&index| {
                self.entries[index].alg == algorithm && self.state(index, now) == KeyState::Next
            })
            .map(|index| &self.entries[index])
    }

    pub(super) fn state(&self, index: usize, now: u64) -> KeyState {
        match self.active(self.entries[index].alg, now) {
            Some(active) if index == active => KeyState::Active,
            Some(active) if index < active => match self.published_until(index) {
                Some(end) if end <= now => KeyState::Gone,
                _ => KeyState::Retiring,
            },
            _ => KeyState::Next,
        }
    }

    pub(super) fn statuses(&self, now: u64) -> Vec<KeyStatus> {
        let status = |(index, entry): (usize, &RingEntry)| KeyStatus {
            kid: entry.kid.clone(),
            algorithm: entry.alg,
            state: self.state(index, now),
            created_at: entry.created_at,
            signs_from: entry.signs_from,
            signs_until: self.signs_until(index),
            published_until: self.published_until(index),
        };
        self.entries.iter().enumerate().map(status).collect()
    }

    fn signs_until(&self, index: usize) -> Option<u64> {
        let successor = self.entries.get(index + 1)?;
        (successor.alg == self.entries[index].alg).then_some(successor.signs_from)
    }

    /// The later of what the current token lifetime says and what was written down when the successor
    /// was made: tokens of an earlier, longer lifetime may still live.
    fn published_until(&self, index: usize) -> Option<u64> {
        let derived = self.signs_until(index)?.saturating_add(self.tail);
        Some(derived.max(self.entries[index].published_until.unwrap_or(0)))
    }
}
