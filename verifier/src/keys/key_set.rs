//! The keys of a JWK Set that can verify, by name (RFC 7517 section 5).

use std::sync::Arc;

use crate::{
    Algorithm,
    jwk::{JwkSet, PublicKey},
};

/// The usable keys of a set.
#[derive(Debug, Clone)]
pub(crate) struct KeySet(Vec<Arc<PublicKey>>);

impl KeySet {
    /// Takes what can be used and has a name; the rest is ignored (RFC 7517 section 5).
    pub(crate) fn new(set: &JwkSet) -> Self {
        let usable = set.keys.iter().filter_map(|jwk| PublicKey::from_jwk(jwk).ok());
        Self(usable.filter(|key| key.kid().is_some()).map(Arc::new).collect())
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key of this name: among several, the one for `algorithm`. "One example in which different
    /// keys might use the same "kid" value is if they have different "kty" (key type) values but are
    /// considered to be equivalent alternatives by the application using them" (RFC 7517 section 4.5).
    pub(crate) fn find(&self, kid: &str, algorithm: Algorithm) -> Option<Arc<PublicKey>> {
        let mut named = self.0.iter().filter(|key| key.kid() == Some(kid));
        let first = named.clone().next()?;
        Some(Arc::clone(named.find(|key| key.algorithm() == algorithm).unwrap_or(first)))
    }
}
