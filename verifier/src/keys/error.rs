//! Why an issuer's keys could not be fetched: for the operator's log, not for the client.

use crate::fetch::FetchError;

/// A fetch of keys that failed.
#[derive(Debug, thiserror::Error)]
pub enum KeyFetchError {
    /// The metadata could not be fetched.
    #[error("the issuer's metadata cannot be fetched")]
    Metadata(#[source] FetchError),
    /// The metadata's `issuer` is not the issuer asked for, byte for byte (RFC 8414 section 3.3).
    #[error("the metadata is that of another issuer")]
    IssuerMismatch,
    /// The metadata has no `jwks_uri`.
    #[error("the metadata names no jwks_uri")]
    NoJwksUri,
    /// `jwks_uri` is no URL, or would take an https issuer's keys over plain http.
    #[error("the metadata's jwks_uri must use https")]
    JwksUriNotAllowed,
    /// The key set could not be fetched.
    #[error("the issuer's key set cannot be fetched")]
    JwkSet(#[source] FetchError),
}
