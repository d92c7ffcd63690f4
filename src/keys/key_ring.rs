//! A snapshot of the key folder: private keys with their times. It never changes; a changed folder is
//! loaded as another snapshot. Knows no files.

use std::sync::Arc;

use signet_verifier::{Algorithm, jwk::JwkSet};

use super::{
    SigningKey,
    schedule::{KeyState, KeyStatus, Schedule},
};

/// The signing keys as the folder had them when it was loaded.
#[derive(Debug)]
pub struct KeyRing {
    schedule: Schedule,
    /// In the order of the schedule's entries.
    keys: Vec<Arc<SigningKey>>,
}

impl KeyRing {
    /// `keys` belong to the entries of `schedule`, one by one.
    pub(super) fn new(schedule: Schedule, keys: Vec<Arc<SigningKey>>) -> Self {
        Self { schedule, keys }
    }

    /// The key that signs with `algorithm` at `now` (Unix seconds); `None` where the ring has none.
    #[must_use]
    pub fn signing_key(&self, algorithm: Algorithm, now: u64) -> Option<&Arc<SigningKey>> {
        self.keys.get(self.schedule.active(algorithm, now)?)
    }

    /// The keys that verifiers should know at `now`, by algorithm and then in the order in which they
    /// sign: those that sign, those that will, and those whose tokens still live.
    pub fn published(&self, now: u64) -> impl Iterator<Item = &Arc<SigningKey>> {
        let published = move |index: &usize| self.schedule.state(*index, now) != KeyState::Gone;
        (0..self.keys.len()).filter(published).map(|index| &self.keys[index])
    }

    /// The document to publish at `now` (RFC 7517 section 5): public members only.
    #[must_use]
    pub fn jwks(&self, now: u64) -> JwkSet {
        JwkSet { keys: self.published(now).map(|key| key.jwk().clone()).collect() }
    }

    /// Every key of the ring and its times, as things stand at `now`.
    #[must_use]
    pub fn list(&self, now: u64) -> Vec<KeyStatus> {
        self.schedule.statuses(now)
    }
}
