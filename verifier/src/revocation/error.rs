//! Why a status list, or the news of it, could not be had: for the operator's log, not for the client.

use crate::{
    KeyFetchError, Rejection,
    fetch::FetchError,
    jws::{MalformedClaims, MalformedJws, SignatureError},
    status_list::UndecodableList,
};

/// A status list that could not be fetched, or must not be used (Token Status List, section 8.3).
#[derive(Debug, thiserror::Error)]
pub enum StatusListError {
    /// The list could not be fetched.
    #[error("the status list cannot be fetched")]
    Fetch(#[source] FetchError),
    /// What came is no JWS.
    #[error("the status list is not a JWS")]
    Malformed(#[source] MalformedJws),
    /// Its `typ` is not `statuslist+jwt`.
    #[error("what came is not a status list")]
    WrongType,
    /// It names no key.
    #[error("the status list does not name its key")]
    NoKeyId,
    /// Its key is unknown, or cannot be had.
    #[error("the status list's key cannot be had")]
    Key(#[source] Rejection),
    /// Its key did not sign it.
    #[error("the status list's signature does not hold")]
    Signature(#[source] SignatureError),
    /// Its claims are not those of a status list.
    #[error("the status list's claims are malformed")]
    Claims(#[source] MalformedClaims),
    /// Its `sub` is not the URI that it came from.
    #[error("the status list is another than the one asked for")]
    WrongSubject,
    /// Its `exp` has passed.
    #[error("the status list has expired")]
    Expired,
    /// Its `iat` lies ahead.
    #[error("the status list was issued in the future")]
    IssuedInTheFuture,
    /// Its `ttl` is zero.
    #[error("the status list's ttl is not positive")]
    ZeroTtl,
    /// Its `lst` cannot be read.
    #[error("the status list cannot be decoded")]
    List(#[source] UndecodableList),
}

/// Why there is no event stream, or no more.
#[derive(Debug, thiserror::Error)]
pub(super) enum EventsError {
    #[error("the issuer cannot be asked for its event stream")]
    Metadata(#[source] KeyFetchError),
    #[error("the issuer's metadata names no event stream")]
    NoEndpoint,
    #[error("the event stream cannot be opened")]
    Open(#[source] FetchError),
    #[error("the event stream broke off")]
    BrokeOff(#[source] reqwest::Error),
    #[error("the event stream ended")]
    Ended,
    #[error("the event stream was silent for too long")]
    Silent,
    #[error("the event stream's lines or events are too long")]
    TooLong,
    #[error("the event stream told of a revocation in a way that is not understood")]
    Unreadable(#[source] serde_json::Error),
}
