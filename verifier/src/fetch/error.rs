//! Why a document could not be fetched. The causes are for a log: they may name hosts and addresses.

use std::error::Error;

use super::resolver::AddressRefused;

/// A fetch that brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The URL is neither https nor http on a loopback host.
    #[error("the URL must use https, or http on a loopback host")]
    NotHttps,
    /// The policy allows public addresses only, and the host has none.
    #[error("the host's address is not a public one")]
    AddressRefused,
    /// The HTTP client cannot be set up: the platform has no root certificates, for example.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] Box<dyn Error + Send + Sync>),
    /// No connection, no TLS, or one that broke.
    #[error("the server cannot be reached")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// The time ran out.
    #[error("the server did not answer in time")]
    TimedOut,
    /// Any status but 200, or but those of success to a form; redirects are not followed.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The body is longer than the policy allows.
    #[error("the document is too long")]
    TooLong,
    /// The body is compressed in a way that nobody asked for, or its compression is broken.
    #[error("the document's compression is not understood")]
    UnknownEncoding,
    /// The answer is no stream of events.
    #[error("the answer is not a stream of events")]
    NotAnEventStream,
    /// The body is not the JSON expected.
    #[error("the document is not the JSON expected")]
    NotJson(#[source] serde_json::Error),
}

impl FetchError {
    /// Finds the reason under the layers of the client.
    pub(super) fn from_transport(error: reqwest::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(layer) = cause {
            if layer.is::<AddressRefused>() {
                return Self::AddressRefused;
            }
            cause = layer.source();
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        Self::Unreachable(error.without_url().into())
    }
}
