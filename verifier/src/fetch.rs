//! Small documents from elsewhere, and forms for elsewhere, within bounds: https (or http on loopback), no redirects, a
//! limit on the body and on the time, and by default no address that only this network can reach.
//! What a document means is none of its business.

mod address;
mod body;
mod cache_control;
mod client;
mod error;
mod resolver;

use std::{sync::Arc, time::Duration};

use reqwest::{
    Response, StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH},
};
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use url::Url;

pub use error::FetchError;

use cache_control::max_age;
use client::Clients;

/// The media type of forms.
const FORM: &str = "application/x-www-form-urlencoded";
/// The media type of server-sent events.
const EVENT_STREAM: &str = "text/event-stream";
/// The longest that an event stream is kept; then another takes its place.
const LONGEST_STREAM: Duration = Duration::from_secs(24 * 3600);

/// The bounds of a [`Fetcher`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchPolicy {
    /// Whether addresses may be reached that are not on the public internet: loopback, private,
    /// link-local and their like. Leave it off where somebody else chooses the URL, or that person
    /// chooses whom this process talks to (RFC 8725 section 3.10).
    pub allow_private_addresses: bool,
    /// How long a request may take, from the name's lookup to the body's last byte.
    pub timeout: Duration,
    /// The longest body that is read, in bytes, before and after it is inflated.
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

/// Fetches JSON documents, and sends forms, within the bounds of a [`FetchPolicy`]. A clone shares its connections.
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
        Ok(match self.bytes(url, "application/json", None, etag).await? {
            Fetched::Document { value, etag, max_age } => {
                let value = serde_json::from_slice(&value).map_err(FetchError::NotJson)?;
                Fetched::Document { value, etag, max_age }
            }
            Fetched::NotModified { max_age } => Fetched::NotModified { max_age },
        })
    }

    /// Fetches `url` as it is. A server that may compress the body is told so by `encoding`.
    pub(crate) async fn bytes(
        &self,
        url: &Url,
        accept: &'static str,
        encoding: Option<&'static str>,
        etag: Option<&str>,
    ) -> Result<Fetched<Vec<u8>>, FetchError> {
        let client = self.clients.for_url(url, &self.policy)?;
        let mut request = client.get(url.clone()).header(ACCEPT, accept);
        if let Some(encoding) = encoding {
            request = request.header(ACCEPT_ENCODING, encoding);
        }
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
        let value = body::bounded(response, self.policy.body_limit).await?;
        Ok(Fetched::Document { value, etag, max_age })
    }

    /// Sends `form`, which is form-encoded, to `url` as a POST. What the answer says beyond its status is not
    /// read.
    ///
    /// # Errors
    /// The policy refuses the URL or the address behind it, the server cannot be reached in time, or
    /// answers with a status that is none of success (redirects among them).
    pub async fn post_form(&self, url: &Url, form: String) -> Result<(), FetchError> {
        let client = self.clients.for_url(url, &self.policy)?;
        let request = client.post(url.clone()).header(CONTENT_TYPE, FORM).body(form);
        let response = request.send().await.map_err(FetchError::from_transport)?;
        match response.status() {
            status if status.is_success() => Ok(()),
            status => Err(FetchError::Status(status.as_u16())),
        }
    }

    /// Opens an event stream. It may last for long; that it begins is bound by the policy's timeout.
    pub(crate) async fn event_stream(&self, url: &Url) -> Result<Response, FetchError> {
        let client = self.clients.for_url(url, &self.policy)?;
        let request = client.get(url.clone()).header(ACCEPT, EVENT_STREAM).timeout(LONGEST_STREAM);
        let response = timeout(self.policy.timeout, request.send()).await;
        let response = response.map_err(|_| FetchError::TimedOut)?;
        let response = response.map_err(FetchError::from_transport)?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let content_type = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        let is_stream = content_type.and_then(|value| value.get(..EVENT_STREAM.len()));
        if !is_stream.is_some_and(|value| value.eq_ignore_ascii_case(EVENT_STREAM.as_bytes())) {
            return Err(FetchError::NotAnEventStream);
        }
        Ok(response)
    }
}
