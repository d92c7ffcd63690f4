//! How a verifier is put together: two facts that it needs, the issuer and the audience, and choices
//! that have defaults.

mod revocation;

use std::{sync::Arc, time::Duration};

use super::{ClaimsCheck, Inner, Verifier};
use crate::{
    InvalidIssuer,
    clock::{Clock, SystemClock},
    fetch::{FetchPolicy, Fetcher},
    issuer::Issuer,
    jwk::JwkSet,
    keys::{CacheLimits, KeyCache, KeyLookup, KeySet, KeySource, Keys},
    revocation::Choices,
};

/// A verifier that cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The issuer is no issuer identifier.
    #[error(transparent)]
    InvalidIssuer(#[from] InvalidIssuer),
    /// The audience is empty.
    #[error("the audience must not be empty")]
    EmptyAudience,
    /// None of the keys handed in can verify a token: each lacks a `kid`, or is unusable.
    #[error("none of the keys can verify a token")]
    NoUsableKey,
}

/// Where keys come from.
#[derive(Debug, Clone)]
enum GivenKeys {
    /// From the issuer.
    None,
    Fixed(JwkSet),
    Looked(Arc<dyn KeyLookup>),
}

/// The choices of a [`Verifier`]. Times count in whole seconds.
#[derive(Debug, Clone)]
#[must_use]
pub struct VerifierBuilder {
    issuer: String,
    audience: Option<String>,
    leeway: Duration,
    clock: Arc<dyn Clock>,
    keys: GivenKeys,
    limits: CacheLimits,
    http_timeout: Duration,
    revocation: Choices,
}

impl VerifierBuilder {
    pub(super) fn new(issuer: &str, audience: String) -> Self {
        Self {
            issuer: issuer.to_owned(),
            audience: Some(audience),
            leeway: Duration::from_secs(10),
            clock: Arc::new(SystemClock),
            keys: GivenKeys::None,
            limits: CacheLimits {
                cache_for: None,
                stale_for: Duration::from_secs(3600),
                refetch_cool_down: Duration::from_secs(10),
            },
            http_timeout: Duration::from_secs(5),
            revocation: Choices::default(),
        }
    }

    /// How far this machine's clock and the issuer's may differ. Default: 10 seconds, ample where
    /// clocks are kept by NTP; a leaked token lives that much longer.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// The clock that tokens and cached keys are judged by. Default: [`SystemClock`].
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Verifies with these keys alone and never fetches any; status lists are fetched all the same. Keys
    /// without a `kid`, or of a kind that is not supported, are ignored.
    pub fn keys(mut self, keys: JwkSet) -> Self {
        self.keys = GivenKeys::Fixed(keys);
        self
    }

    /// Verifies with the keys that `source` has at each call, and never fetches any.
    pub fn key_source(mut self, source: Arc<dyn KeyLookup>) -> Self {
        self.keys = GivenKeys::Looked(source);
        self
    }

    /// How long a key set is fresh. Default: what its `Cache-Control: max-age` says, but at least a
    /// minute and at most an hour; 5 minutes where it says nothing.
    pub fn cache_for(mut self, duration: Duration) -> Self {
        self.limits.cache_for = Some(duration);
        self
    }

    /// How long past its freshness a key set may serve while no newer one can be had. Default: 1 hour.
    /// An outage of the issuer is felt after that; a key that the issuer took away during an outage
    /// is believed until then.
    pub fn stale_for(mut self, duration: Duration) -> Self {
        self.limits.stale_for = duration;
        self
    }

    /// The least time between two fetches for the sake of unknown keys, and after a failure. Default:
    /// 10 seconds. Tokens with invented key names cause no more than one fetch in it.
    pub fn refetch_cool_down(mut self, duration: Duration) -> Self {
        self.limits.refetch_cool_down = duration;
        self
    }

    /// How long one HTTP request may take. Default: 5 seconds. The first token waits for three or
    /// four: the metadata (in one or two places), the keys, and its status list.
    pub fn http_timeout(mut self, timeout: Duration) -> Self {
        self.http_timeout = timeout;
        self
    }

    /// **Danger**: accepts tokens for every audience. A token that any other resource server was given
    /// can then be replayed here. It is right only where the issuer itself looks at its own tokens, as
    /// at a userinfo endpoint.
    pub fn any_audience(mut self) -> Self {
        self.audience = None;
        self
    }

    /// Builds the verifier. Nothing is fetched yet.
    ///
    /// # Errors
    /// The issuer is not an https URL (or http on loopback) without query, fragment and credentials;
    /// the audience is empty; or keys were handed in and none is usable.
    pub fn build(self) -> Result<Verifier, BuildError> {
        let issuer = Issuer::parse(&self.issuer)?;
        if self.audience.as_deref() == Some("") {
            return Err(BuildError::EmptyAudience);
        }
        let keys = match &self.keys {
            GivenKeys::Looked(source) => Keys::Looked(Arc::clone(source)),
            GivenKeys::Fixed(keys) => {
                let keys = KeySet::new(keys);
                if keys.is_empty() {
                    return Err(BuildError::NoUsableKey);
                }
                Keys::Fixed(keys)
            }
            GivenKeys::None => {
                let source = KeySource::new(issuer.clone(), Fetcher::new(self.fetch_policy()));
                let cache = KeyCache::new(source, self.limits, Arc::clone(&self.clock));
                Keys::Fetched(Arc::new(cache))
            }
        };
        let keys = Arc::new(keys);
        let revocation = self.revocation(&issuer, &keys);
        let claims = ClaimsCheck {
            issuer,
            audience: self.audience,
            leeway: self.leeway.as_secs(),
            clock: self.clock,
        };
        Ok(Verifier(Arc::new(Inner { keys, claims, revocation })))
    }

    /// The operator chose the issuer, and it may well be on the operator's own network.
    fn fetch_policy(&self) -> FetchPolicy {
        FetchPolicy {
            allow_private_addresses: true,
            timeout: self.http_timeout,
            ..FetchPolicy::default()
        }
    }
}
