//! Small JSON documents from elsewhere, within bounds: https (or http on loopback), no redirects, a
//! limit on the body and on the time, and by default no address that only this network can reach.
//! What a document means is none of its business.

mod address;
mod cache_control;
mod client;
mod error;
mod resolver;

use std::{sync::Arc, time::Duration};

use reqwest::{
    Response, StatusCode,
    header::{ACCEPT, ETAG, IF_NONE_MATCH},
};
use serde::de::DeserializeOwned;
use url::Url;

pub use error::FetchError;

use cache_control::max_age;
use client::Clients;

/// The bounds of a [`Fetcher`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchPolicy {
    /// Whether addresses may be reached that are not on the public internet: loopback, private,
    /// link-local and their like. Leave it off where somebody else chooses the URL, or that person
    /// chooses whom this process talks to (RFC 8725 section 3.10).
    pub allow_private_addresses: bool,
    /// How long a request may take, from the name's lookup to the body's last byte.
    pub timeout: Duration,
    /// The longest body that is read, in bytes.
    pub body_limit: usize,
}

impl Default for FetchPolicy {
    /// Public addresses only, 5 seconds, 256 KiB.
    fn default() -> Self {
        Self {
            allow_private_addresses: false,
            timeout: Duration::from_secs(5),
            body_limit: 256 * 1024,
        }
    }
}

/// What a fetch brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched<T> {
    /// The document (200).
    Document {
        /// The document.
        value: T,
        /// Its `ETag`, to be handed in with the next fetch.
        etag: Option<String>,
        /// How long the answer says that it stays fresh; zero where it says `no-store` or `no-cache`.
        max_age: Option<Duration>,
    },
    /// The document is still the one that the ETag handed in belongs to (304).
    NotModified {
        /// How long the answer says that it stays fresh.
        max_age: Option<Duration>,
    },
}

/// Fetches JSON documents within the bounds of a [`FetchPolicy`]. A clone shares its connections.
///
/// Needs a tokio runtime with I/O and time. No TLS provider has to be installed for the process.
#[derive(Debug, Clone)]
pub struct Fetcher {
    policy: FetchPolicy,
    clients: Arc<Clients>,
}

impl Fetcher {
    /// A fetcher that has opened nothing yet.
    #[must_use]
    pub fn new(policy: FetchPolicy) -> Self {
        Self { policy, clients: Arc::default() }
    }

    /// Fetches `url` and reads it as a `T`. With the `etag` of an earlier answer the server may say
    /// that nothing has changed.
    ///
    /// # Errors
    /// The policy refuses the URL or the address behind it, the server cannot be reached in time,
    /// answers with another status than 200 (or 304 where an `etag` was handed in; redirects among
    /// them), or its body is too long or is not the JSON expected.
    pub async fn json<T: DeserializeOwned>(
        &self,
        url: &Url,
        etag: Option<&str>,
    ) -> Result<Fetched<T>, FetchError> {
        let client = self.clients.for_url(url, &self.policy)?;
        let mut request = client.get(url.clone()).header(ACCEPT, "application/json");
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let response = request.send().await.map_err(FetchError::from_transport)?;
        let max_age = max_age(response.headers());
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_MODIFIED if etag.is_some() => {
                return Ok(Fetched::NotModified { max_age });
            }
            other => return Err(FetchError::Status(other.as_u16())),
        }
        let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok());
        let etag = etag.map(str::to_owned);
        let body = bounded_body(response, self.policy.body_limit).await?;
        let value = serde_json::from_slice(&body).map_err(FetchError::NotJson)?;
        Ok(Fetched::Document { value, etag, max_age })
    }
}

/// Reads no more than a chunk beyond the limit, whatever `Content-Length` says.
async fn bounded_body(mut response: Response, limit: usize) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(FetchError::from_transport)? {
        if body.len() + chunk.len() > limit {
            return Err(FetchError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
