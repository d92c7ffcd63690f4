//! What may be redeemed once, and never on one replica's word alone: authorization codes, and the sessions
//! that were ended.

use super::{Answer, Identifier, Spent};

/// How often an identifier was redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uses {
    /// Never.
    None,
    /// Once.
    Once,
    /// Again: somebody has tried a second time.
    Again,
}

/// Identifiers that are redeemed; part of the revocation list. Unlike [`super::SingleUse`] there is no memory
/// of one process to fall back on: while the store is away nothing is redeemed.
pub trait Redemptions: Send + Sync + std::fmt::Debug {
    /// Redeems `identifier`, in one atomic step. It is remembered until `expires_at` (Unix seconds), and so
    /// is that somebody tried again.
    fn redeem(&self, identifier: Identifier, expires_at: u64) -> Answer<'_, Spent>;

    /// How often `identifier` was redeemed. Those that have expired may count as never.
    fn uses(&self, identifier: Identifier) -> Answer<'_, Uses>;
}
