//! The choices about revocation.

use std::{sync::Arc, time::Duration};

use super::VerifierBuilder;
use crate::{
    fetch::{FetchPolicy, Fetcher},
    issuer::Issuer,
    keys::Keys,
    revocation::{Follower, LONGEST_TOKEN, ListSource, Revocation, RevocationUnknown},
};

impl VerifierBuilder {
    /// What becomes of a token when it cannot be learned whether it was revoked. Default:
    /// [`RevocationUnknown::Refuse`].
    pub fn when_revocation_is_unknown(mut self, choice: RevocationUnknown) -> Self {
        self.revocation.unknown = choice;
        self
    }

    /// Whether a token must say where its status is told; one that does not is then refused
    /// ([`Rejection::MissingClaim`]). Default: `false`, since an issuer may have status lists switched
    /// off.
    ///
    /// [`Rejection::MissingClaim`]: crate::Rejection::MissingClaim
    pub fn require_status(mut self, required: bool) -> Self {
        self.revocation.require_status = required;
        self
    }

    /// How long an event stream may be silent before another takes its place. Default: 45 seconds;
    /// Signet says something every 15.
    pub fn longest_silence(mut self, silence: Duration) -> Self {
        self.revocation.longest_silence = silence;
        self
    }

    /// **Danger**: accepts tokens that were revoked, for as long as they live. It is right only where
    /// revocation is looked up in another way, as by the issuer itself.
    pub fn ignore_revocation(mut self) -> Self {
        self.revocation.ignored = true;
        self
    }

    pub(super) fn revocation(&self, issuer: &Issuer, keys: &Arc<Keys>) -> Revocation {
        if self.revocation.ignored {
            return Revocation::Ignored;
        }
        let policy = FetchPolicy { body_limit: LONGEST_TOKEN, ..self.fetch_policy() };
        let source = ListSource {
            fetcher: Fetcher::new(policy),
            keys: Arc::clone(keys),
            clock: Arc::clone(&self.clock),
            leeway: self.leeway.as_secs(),
        };
        let follower = Follower::new(issuer.clone(), source, self.revocation);
        Revocation::Followed(Arc::new(follower))
    }
}
