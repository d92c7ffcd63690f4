//! Why a request is turned away: one variant per reason, and the one table from reasons to the status,
//! the error code and the challenge of RFC 6750 section 3.

use crate::jws::{MalformedClaims, MalformedJws, SignatureError};

/// A request that brings no valid access token. The sentences are constant and fit for the public:
/// they repeat nothing that the client sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No `Authorization: Bearer`.
    #[error("the request carries no access token")]
    NoToken,
    /// `Authorization: Bearer` without a token, or with what cannot be one (RFC 6750 section 2.1).
    #[error("the Authorization header is malformed")]
    InvalidRequest,
    /// The token is no JWS that this crate understands.
    #[error(transparent)]
    MalformedToken(#[from] MalformedJws),
    /// `typ` is missing or is not `at+jwt`: an ID token, perhaps (RFC 9068 section 4).
    #[error("the token is not an access token")]
    WrongType,
    /// The header names no key.
    #[error("the token does not name its key")]
    NoKeyId,
    /// The issuer has no such key, or had none when it was last asked.
    #[error("the token's key is unknown")]
    UnknownKey,
    /// The header's `alg` is not that of the key which it names.
    #[error("the token's algorithm is not its key's")]
    AlgorithmMismatch,
    /// The signature does not hold.
    #[error("the token's signature does not hold")]
    BadSignature,
    /// The payload cannot be read as claims.
    #[error(transparent)]
    MalformedClaims(#[from] MalformedClaims),
    /// A claim that RFC 9068 section 2.2 requires is missing: the one named.
    #[error("the token lacks the claim {0}")]
    MissingClaim(&'static str),
    /// `iss` is not the issuer, byte for byte.
    #[error("the token is from another issuer")]
    WrongIssuer,
    /// `aud` does not contain the audience asked for.
    #[error("the token is for another audience")]
    WrongAudience,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` lies ahead.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` lies ahead.
    #[error("the token was issued in the future")]
    IssuedInTheFuture,
    /// The issuer's status list says that the token is not valid any more.
    #[error("the token was revoked")]
    Revoked,
    /// The status list that the token names is not below its issuer's URL; it was not fetched.
    #[error("the token's status list is not its issuer's")]
    ForeignStatusList,
    /// The status list that the token names has no entry of that number (Token Status List, section
    /// 8.3).
    #[error("the token's status list has no entry for it")]
    NoStatusEntry,
    /// The token is valid, and does not carry this scope.
    #[error("the token lacks a scope that the request needs")]
    InsufficientScope(String),
    /// The issuer's keys cannot be had. This says nothing about the token, so it must not read as if
    /// it did: a client that is told `invalid_token` throws a good token away.
    #[error("the issuer's keys cannot be fetched at the moment")]
    KeysUnavailable,
    /// Whether the token was revoked cannot be learned. As [`Self::KeysUnavailable`], this says nothing
    /// about the token.
    #[error("the token's status cannot be fetched at the moment")]
    RevocationUnavailable,
}

impl From<SignatureError> for Rejection {
    fn from(error: SignatureError) -> Self {
        match error {
            SignatureError::AlgorithmMismatch => Self::AlgorithmMismatch,
            SignatureError::BadSignature => Self::BadSignature,
        }
    }
}

/// How a rejection looks from outside.
struct Answer {
    status: u16,
    error: Option<&'static str>,
}

impl Rejection {
    const fn answer(&self) -> Answer {
        match self {
            // "If the request lacks any authentication information …, the resource server SHOULD NOT
            // include an error code or other error information" (RFC 6750 section 3.1).
            Self::NoToken => Answer { status: 401, error: None },
            Self::InvalidRequest => Answer { status: 400, error: Some("invalid_request") },
            // "in case of any failure in the validation checks listed above, the authorization server
            // response MUST include the error code "invalid_token"" (RFC 9068 section 4).
            Self::MalformedToken(_)
            | Self::WrongType
            | Self::NoKeyId
            | Self::UnknownKey
            | Self::AlgorithmMismatch
            | Self::BadSignature
            | Self::MalformedClaims(_)
            | Self::MissingClaim(_)
            | Self::WrongIssuer
            | Self::WrongAudience
            | Self::Expired
            | Self::NotYetValid
            | Self::IssuedInTheFuture
            | Self::Revoked
            | Self::ForeignStatusList
            | Self::NoStatusEntry => Answer { status: 401, error: Some("invalid_token") },
            Self::InsufficientScope(_) => Answer { status: 403, error: Some("insufficient_scope") },
            Self::KeysUnavailable | Self::RevocationUnavailable => {
                Answer { status: 503, error: None }
            }
        }
    }

    /// The HTTP status: 400, 401, 403 or 503.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.answer().status
    }

    /// The code of RFC 6750 section 3.1. `None` where no token came, and where the fault is not the
    /// token's (503).
    #[must_use]
    pub const fn error(&self) -> Option<&'static str> {
        self.answer().error
    }

    /// The value of `WWW-Authenticate` (RFC 6750 section 3), for every status but 503, which needs
    /// none. Characters of `realm` that may not stand there are replaced by `?`.
    #[must_use]
    pub fn www_authenticate(&self, realm: &str) -> String {
        let mut challenge = format!("Bearer realm=\"{}\"", legal(realm));
        if let Some(error) = self.error() {
            let description = self.to_string();
            challenge.push_str(&format!(
                ", error=\"{error}\", error_description=\"{}\"",
                legal(&description)
            ));
        }
        if let Self::InsufficientScope(scope) = self {
            challenge.push_str(&format!(", scope=\"{}\"", legal(scope)));
        }
        challenge
    }
}

/// "Values for the "error" and "error_description" attributes … MUST NOT include characters outside the
/// set %x20-21 / %x23-5B / %x5D-7E" (RFC 6750 section 3): no quotation mark and no backslash, so that
/// nothing needs escaping. `scope` and `realm` keep to the same set.
fn legal(value: &str) -> String {
    let is_legal = |c: &char| matches!(c, ' '..='!' | '#'..='[' | ']'..='~');
    value.chars().map(|c| if is_legal(&c) { c } else { '?' }).collect()
}
