//! A snapshot of the key folder: private keys with their times. It never changes; a changed folder is
//! loaded as another snapshot. Knows no files.

use std::sync::Arc;

use signet_verifier::{
    Algorithm,
    jwk::{JwkSet, PublicKey},
};

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

    /// The key that verifies what the key named `kid` signed with `algorithm`, while that is published at
    /// `now`: the same keys as every other verifier has.
    #[must_use]
    pub fn verification_key(
        &self,
        kid: &str,
        algorithm: Algorithm,
        now: u64,
    ) -> Option<&Arc<PublicKey>> {
        let named = |key: &SigningKey| key.kid() == kid && key.algorithm() == algorithm;
        let index = self.keys.iter().position(|key| named(key))?;
        let published = self.schedule.state(index, now) != KeyState::Gone;
        published.then(|| self.keys[index].public_key())
    }

    /// The key that verifies what the key named `kid` signed with `algorithm` at any time; of tokens that are
    /// no proof any longer, and still say whom they were about.
    #[must_use]
    pub fn past_or_present_key(&self, kid: &str, algorithm: Algorithm) -> Option<&Arc<PublicKey>> {
        let named = |key: &&Arc<SigningKey>| key.kid() == kid && key.algorithm() == algorithm;
        self.keys.iter().find(named).map(|key| key.public_key())
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
