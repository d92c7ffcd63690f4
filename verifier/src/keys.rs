//! Where the verifier's keys come from: a set that was handed in, or the issuer, by way of a cache
//! that never lets a request wait for a key which is at hand (RFC 8414 section 3, RFC 7517 section 5).

mod cache;
mod error;
mod key_set;
mod lookup;
mod source;
mod state;

use std::sync::Arc;

pub use error::KeyFetchError;
pub use lookup::KeyLookup;

pub(crate) use cache::KeyCache;
pub(crate) use key_set::KeySet;
pub(crate) use source::KeySource;
pub(crate) use state::CacheLimits;

use crate::{Algorithm, Rejection, jwk::PublicKey};

/// The keys of one issuer.
#[derive(Debug)]
pub(crate) enum Keys {
    /// Handed in; nothing is ever fetched.
    Fixed(KeySet),
    /// Kept by somebody else in this process.
    Looked(Arc<dyn KeyLookup>),
    /// Fetched from the issuer.
    Fetched(Arc<KeyCache>),
}

impl Keys {
    /// The key that a token's header names.
    pub(crate) async fn find(
        &self,
        kid: &str,
        algorithm: Algorithm,
    ) -> Result<Arc<PublicKey>, Rejection> {
        match self {
            Self::Fixed(keys) => keys.find(kid, algorithm).ok_or(Rejection::UnknownKey),
            Self::Looked(keys) => keys.find(kid, algorithm).ok_or(Rejection::UnknownKey),
            Self::Fetched(cache) => cache.find(kid, algorithm).await,
        }
    }

    /// What went wrong when the issuer was last asked.
    pub(crate) fn last_error(&self) -> Option<Arc<KeyFetchError>> {
        match self {
            Self::Fixed(_) | Self::Looked(_) => None,
            Self::Fetched(cache) => cache.last_error(),
        }
    }
}
