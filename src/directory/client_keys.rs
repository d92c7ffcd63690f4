//! The keys of applications that publish them (`jwks_uri`, RFC 7591 section 2): fetched within bounds,
//! remembered, and fetched again when an assertion names one that is not among them.

use std::{collections::HashMap, sync::Arc, time::Duration};

use signet_verifier::{
    fetch::{FetchPolicy, Fetched, Fetcher},
    jwk::{Jwk, JwkSet},
};
use tokio::sync::Mutex;
use url::Url;

use crate::clock::Clock;

/// How long fetched keys are used, in seconds.
const FRESH_FOR: u64 = 300;

/// How long fetched keys are used while they cannot be fetched anew, in seconds.
const STALE_FOR: u64 = 3600;

/// The shortest time between two fetches of one URL, in seconds.
const COOL_DOWN: u64 = 10;

/// Keys by URL, each fetched by one request at a time.
#[derive(Debug)]
pub struct RemoteClientKeys {
    fetcher: Fetcher,
    clock: Arc<dyn Clock>,
    by_uri: Mutex<HashMap<Url, Arc<Mutex<Entry>>>>,
}

#[derive(Debug, Default)]
struct Entry {
    keys: Option<Arc<[Jwk]>>,
    /// When the keys were fetched, in Unix seconds.
    fetched_at: u64,
    /// When the last attempt was, in Unix seconds.
    tried_at: u64,
}

/// The application's keys cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the keys at {uri} cannot be fetched: {cause}")]
pub struct ClientKeysUnavailable {
    uri: Url,
    cause: String,
}

impl RemoteClientKeys {
    /// Fetches keys; from private addresses only where `allow_private_addresses` says so.
    #[must_use]
    pub fn new(allow_private_addresses: bool, clock: Arc<dyn Clock>) -> Self {
        let policy = FetchPolicy {
            allow_private_addresses,
            timeout: Duration::from_secs(5),
            body_limit: 64 * 1024,
        };
        Self { fetcher: Fetcher::new(policy), clock, by_uri: Mutex::default() }
    }

    /// The keys at `uri`, fetched anew where they are old or have none named `kid`.
    ///
    /// # Errors
    /// [`ClientKeysUnavailable`], when none are known and none can be fetched.
    pub async fn get(
        &self,
        uri: &Url,
        kid: Option<&str>,
    ) -> Result<Arc<[Jwk]>, ClientKeysUnavailable> {
        let entry = Arc::clone(self.by_uri.lock().await.entry(uri.clone()).or_default());
        let mut entry = entry.lock().await;
        let now = self.clock.now();
        let known = entry.keys.clone().filter(|_| now < entry.fetched_at + STALE_FOR);
        let sufficient = known.filter(|keys| {
            kid.is_none() || keys.iter().any(|jwk| jwk.kid.is_none() || jwk.kid.as_deref() == kid)
        });
        let unavailable =
            |cause: &str| ClientKeysUnavailable { uri: uri.clone(), cause: cause.to_owned() };

        if let Some(keys) = sufficient.clone().filter(|_| now < entry.fetched_at + FRESH_FOR) {
            return Ok(keys);
        }
        if now < entry.tried_at + COOL_DOWN {
            // What was fetched a moment ago is all that there is; what could not be, is not known.
            let fetched = entry.keys.clone().filter(|_| entry.fetched_at == entry.tried_at);
            return fetched
                .or(sufficient)
                .ok_or_else(|| unavailable("the last attempt failed a moment ago"));
        }
        entry.tried_at = now;
        match self.fetcher.json::<JwkSet>(uri, None).await {
            Ok(Fetched::NotModified { .. }) => {
                sufficient.ok_or_else(|| unavailable("304, though nothing was asked"))
            }
            Ok(Fetched::Document { value: JwkSet { keys }, .. }) => {
                let keys: Arc<[Jwk]> = keys.into();
                entry.keys = Some(Arc::clone(&keys));
                entry.fetched_at = now;
                Ok(keys)
            }
            Err(error) => sufficient.ok_or_else(|| unavailable(&error.to_string())),
        }
    }
}
