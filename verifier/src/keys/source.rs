//! The issuer as a source of keys: its metadata, then its key set (RFC 8414 section 3).

use std::time::Duration;

use url::Url;

use super::{KeyFetchError, KeySet};
use crate::{
    fetch::{Fetched, Fetcher},
    issuer::Issuer,
    jwk::JwkSet,
    metadata,
};

/// How long the metadata is taken at its word about where the keys are.
const LOCATION_FOR: Duration = Duration::from_secs(3600);

/// Where the keys are, according to metadata read at a time.
#[derive(Debug, Clone)]
pub(super) struct Location {
    url: Url,
    read_at: u64,
}

/// A key set as an answer brought it.
#[derive(Debug, Clone)]
pub(super) struct Document {
    pub(super) keys: KeySet,
    /// The `ETag` and the URL that it is good for.
    etag: Option<(String, Url)>,
    /// How long the answer says that it stays fresh.
    pub(super) max_age: Option<Duration>,
}

/// Asks one issuer.
#[derive(Debug)]
pub(crate) struct KeySource {
    issuer: Issuer,
    fetcher: Fetcher,
}

impl KeySource {
    pub(crate) const fn new(issuer: Issuer, fetcher: Fetcher) -> Self {
        Self { issuer, fetcher }
    }

    pub(super) fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// Where the keys are: as `known`, unless that is too old.
    pub(super) async fn locate(
        &self,
        known: Option<&Location>,
        now: u64,
    ) -> Result<Location, KeyFetchError> {
        match known {
            Some(known) if now.abs_diff(known.read_at) < LOCATION_FOR.as_secs() => {
                Ok(known.clone())
            }
            _ => {
                let url = metadata::jwks_uri(&self.fetcher, &self.issuer).await?;
                Ok(Location { url, read_at: now })
            }
        }
    }

    /// Reads the key set, or learns that it is still the one `held`.
    pub(super) async fn read(
        &self,
        location: &Location,
        held: Option<&Document>,
    ) -> Result<Document, KeyFetchError> {
        let unchanged = held.and_then(|held| {
            let (etag, _) = held.etag.as_ref().filter(|(_, url)| *url == location.url)?;
            Some((held, etag.as_str()))
        });
        let etag = unchanged.map(|(_, etag)| etag);
        let answer = self.fetcher.json::<JwkSet>(&location.url, etag).await;
        match answer.map_err(KeyFetchError::JwkSet)? {
            Fetched::Document { value, etag, max_age } => Ok(Document {
                keys: KeySet::new(&value),
                etag: etag.map(|etag| (etag, location.url.clone())),
                max_age,
            }),
            Fetched::NotModified { max_age } => {
                let (held, _) = unchanged.expect("OK because 304 is an error without an ETag");
                // A 304 that is silent about freshness does not change it (RFC 9111 section 4.3.4).
                Ok(Document { max_age: max_age.or(held.max_age), ..held.clone() })
            }
        }
    }
}
