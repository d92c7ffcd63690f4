//! Identifiers that may be used once: a client assertion's `jti`, for one.

use std::sync::Arc;

use super::Answer;

/// A digest of what may be used once, so that a dump tells nothing.
pub type Identifier = [u8; 32];

/// Identifiers that may be used once; part of the revocation list.
pub trait SingleUse: Send + Sync + std::fmt::Debug {
    /// Notes that `identifier` is used, until `expires_at` (Unix seconds).
    ///
    /// The future's error is a [`super::StoreError`], when it cannot be remembered: the caller must
    /// refuse.
    fn spend(&self, identifier: Identifier, expires_at: u64) -> Answer<'_, Spent>;
}

impl<S: SingleUse + ?Sized> SingleUse for Arc<S> {
    fn spend(&self, identifier: Identifier, expires_at: u64) -> Answer<'_, Spent> {
        (**self).spend(identifier, expires_at)
    }
}

/// Whether a single-use identifier was still good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// It had not been used.
    Now,
    /// It had been used before: a replay.
    Before,
}
