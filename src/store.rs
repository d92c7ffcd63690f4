//! The store: what several processes must agree on. It remembers and decides nothing. So far it has one
//! family, the revocation list's single-use identifiers, and one implementation, [`Memory`].

mod memory;

pub use self::memory::Memory;

/// Identifiers that may be used once (DESIGN section 10, "Client authentication").
pub trait SingleUse: Send + Sync + std::fmt::Debug {
    /// Notes that `identifier` is used, until `expires_at` (Unix seconds) as of `now`.
    ///
    /// # Errors
    /// [`StoreFull`] where it cannot be remembered: the caller must refuse.
    fn spend(&self, identifier: Identifier, expires_at: u64, now: u64) -> Result<Spent, StoreFull>;
}

/// A digest of what may be used once, so that a dump tells nothing.
pub type Identifier = [u8; 32];

/// Whether a single-use identifier was still good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// It had not been used.
    Now,
    /// It had been used before: a replay.
    Before,
}

/// No room for another identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the memory of single-use identifiers is full")]
pub struct StoreFull;
