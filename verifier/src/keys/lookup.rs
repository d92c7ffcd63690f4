//! Keys that somebody else keeps.

use std::{fmt::Debug, sync::Arc};

use crate::{Algorithm, jwk::PublicKey};

/// A source of keys inside this process, for an issuer that verifies its own tokens: its key ring
/// changes while it runs, and there is nothing to fetch.
pub trait KeyLookup: Send + Sync + Debug {
    /// The key named `kid`; among several of that name, the one for `algorithm`. Called once for each
    /// token, on the caller's thread: it must not block.
    fn find(&self, kid: &str, algorithm: Algorithm) -> Option<Arc<PublicKey>>;
}
