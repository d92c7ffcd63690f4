//! The keys of applications that publish them (`jwks_uri`, RFC 7591 section 2): fetched within bounds,
//! remembered, and fetched again when an assertion names one that is not among them.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use moka::sync::Cache;
use signet_verifier::{
    fetch::{FetchPolicy, Fetched, Fetcher},
    jwk::{Jwk, JwkSet},
};
use url::Url;

use crate::clock::Clock;

/// How long fetched keys are used, in seconds.
const FRESH_FOR: u64 = 300;

/// How long fetched keys are used while they cannot be fetched anew, in seconds.
const STALE_FOR: u64 = 3600;

/// The shortest time between two fetches of one URL, in seconds.
const COOL_DOWN: u64 = 10;

/// How many keys an application may publish.
const MOST_KEYS: usize = 32;

/// How many URLs are remembered at most: anybody may register one where registration is open.
const MOST_URIS: u64 = 1000;

/// Keys by URL. Who has a fresh key waits for nobody; a fetch is a task of its own, one at a time for
/// each URL, so that a client that hangs up does not end it for the others.
#[derive(Debug)]
pub struct RemoteClientKeys {
    fetcher: Fetcher,
    clock: Arc<dyn Clock>,
    by_uri: Cache<Url, Arc<Entry>>,
}

#[derive(Debug, Default)]
struct Entry {
    known: Mutex<Known>,
    flight: tokio::sync::Mutex<()>,
}

/// What is known of one URL. Times are Unix seconds.
#[derive(Debug, Clone, Default)]
struct Known {
    keys: Option<Arc<[Jwk]>>,
    fetched_at: u64,
    /// When the last attempt ended.
    tried_at: u64,
    /// Why it failed, where it did.
    failure: Option<String>,
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
        let stale = Duration::from_secs(STALE_FOR);
        let by_uri = Cache::builder().max_capacity(MOST_URIS).time_to_idle(stale).build();
        Self { fetcher: Fetcher::new(policy), clock, by_uri }
    }

    /// The keys at `uri`, fetched anew where they are old or have none named `kid`.
    ///
    /// # Errors
    /// [`ClientKeysUnavailable`], when none are known that will do and none can be fetched.
    pub async fn get(
        &self,
        uri: &Url,
        kid: Option<&str>,
    ) -> Result<Arc<[Jwk]>, ClientKeysUnavailable> {
        let entry = self.by_uri.get_with_by_ref(uri, Arc::default);
        let decided = |entry: &Entry| lock(&entry.known).decided(kid, self.clock.now());
        if let Some(decided) = decided(&entry) {
            return decided.map_err(|cause| ClientKeysUnavailable { uri: uri.clone(), cause });
        }
        let fetch = {
            let (entry, fetcher) = (Arc::clone(&entry), self.fetcher.clone());
            let (clock, uri) = (Arc::clone(&self.clock), uri.clone());
            async move { entry.fetch_unless_just_done(&fetcher, &*clock, &uri).await }
        };
        drop(tokio::spawn(fetch).await);
        let unknown = || Err("no attempt was made".to_owned());
        decided(&entry)
            .unwrap_or_else(unknown)
            .map_err(|cause| ClientKeysUnavailable { uri: uri.clone(), cause })
    }
}

impl Entry {
    async fn fetch_unless_just_done(&self, fetcher: &Fetcher, clock: &dyn Clock, uri: &Url) {
        let _flight = self.flight.lock().await;
        if lock(&self.known).is_cooling(clock.now()) {
            return;
        }
        let fetched = fetcher.json::<JwkSet>(uri, None).await;
        let now = clock.now();
        let mut known = lock(&self.known);
        known.tried_at = now;
        known.failure = match fetched {
            Ok(Fetched::Document { value: JwkSet { keys }, .. }) if keys.len() <= MOST_KEYS => {
                known.keys = Some(keys.into());
                known.fetched_at = now;
                None
            }
            Ok(Fetched::Document { .. }) => Some(format!("there are more than {MOST_KEYS} keys")),
            Ok(Fetched::NotModified { .. }) => Some("304, though nothing was kept".to_owned()),
            Err(error) => Some(error.to_string()),
        };
    }
}

impl Known {
    /// The keys for an assertion that names `kid`, or why there are none; `None` where a fetch must tell.
    fn decided(&self, kid: Option<&str>, now: u64) -> Option<Result<Arc<[Jwk]>, String>> {
        let will_do = |keys: &Arc<[Jwk]>| {
            kid.is_none() || keys.iter().any(|jwk| jwk.kid.is_none() || jwk.kid.as_deref() == kid)
        };
        let age = now.saturating_sub(self.fetched_at);
        let known = self.keys.clone().filter(|_| age < STALE_FOR);
        match known.clone().filter(will_do) {
            Some(keys) if age < FRESH_FOR || self.is_cooling(now) => Some(Ok(keys)),
            _ if !self.is_cooling(now) => None,
            // What was fetched a moment ago is all that there is; what could not be, is not known.
            _ => Some(match (&self.failure, known) {
                (None, Some(keys)) => Ok(keys),
                (Some(failure), _) => Err(failure.clone()),
                (None, None) => Err("there are none".to_owned()),
            }),
        }
    }

    fn is_cooling(&self, now: u64) -> bool {
        self.tried_at != 0 && now.abs_diff(self.tried_at) < COOL_DOWN
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
