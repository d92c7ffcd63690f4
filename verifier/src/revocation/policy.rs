//! What the resource server chooses.

use std::time::Duration;

/// What becomes of a token when it cannot be learned whether it was revoked: its status list is past
/// its `ttl` and a newer one cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationUnknown {
    /// The request is answered 503 ([`Rejection::RevocationUnavailable`]) until the issuer can be asked
    /// again.
    ///
    /// [`Rejection::RevocationUnavailable`]: crate::Rejection::RevocationUnavailable
    Refuse,
    /// The token is accepted on knowledge that is at most this much older than it would be if all was
    /// well. That knowledge is the last good copy of the token's list, which may be past its `ttl` by
    /// this long, but never past its `exp`; or the token itself, which was good when it was issued: one
    /// that is younger than this cannot have been revoked any longer ago, so it is accepted even where
    /// its list was never seen. Otherwise the request is refused as by [`Self::Refuse`]. What is known
    /// to be revoked stays revoked.
    AcceptFor(Duration),
}

/// The builder's choices about revocation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choices {
    pub(crate) ignored: bool,
    pub(crate) require_status: bool,
    pub(crate) unknown: RevocationUnknown,
    /// How long an event stream may be silent.
    pub(crate) longest_silence: Duration,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            ignored: false,
            require_status: false,
            unknown: RevocationUnknown::Refuse,
            longest_silence: Duration::from_secs(45),
        }
    }
}
