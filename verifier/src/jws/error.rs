//! Why a JWS is refused: its form (RFC 7515 section 5.2, steps 1 to 7), then its signature (step 8).

use crate::jwk::BadSignature;

/// A token that is no compact JWS which this crate understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedJws {
    /// Longer than allowed ([`MAX_LENGTH`](super::MAX_LENGTH)); nothing of it was decoded.
    #[error("the token is too long")]
    TooLong,
    /// Not exactly three parts between periods: an encrypted token has five.
    #[error("the token does not consist of three parts")]
    NotThreeParts,
    /// A part is not base64url, or has padding, white space or stray bits at its end.
    #[error("the token is not base64url")]
    NotBase64url,
    /// The header is not a JSON object with `alg`, or a member has the wrong type.
    #[error("the token's header is malformed")]
    Header,
    /// A header member occurs twice (RFC 7515 section 4).
    #[error("the token's header repeats a member")]
    DuplicateHeaderMember,
    /// The header has `crit`: an extension must be understood, and none is (section 4.1.11).
    #[error("the token's header demands an extension that is not supported")]
    CriticalHeader,
    /// `alg` is `none`, a MAC, or unknown (section 4.1.1).
    #[error("the token's algorithm is not supported")]
    UnsupportedAlgorithm,
}

/// A well-formed JWS that a key does not vouch for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The header's `alg` is not the key's.
    #[error("the token's algorithm is not its key's")]
    AlgorithmMismatch,
    /// The signature is not the key's.
    #[error("the token's signature does not hold")]
    BadSignature,
}

impl From<BadSignature> for SignatureError {
    fn from(BadSignature: BadSignature) -> Self {
        Self::BadSignature
    }
}
