//! Telling applications that a session has ended (OpenID Connect Back-Channel Logout 1.0 section 2.5): in the
//! background, bounded in everything, so that no application that answers slowly or not at all is in the way of
//! whoever signs out, or of another application.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use signet_verifier::{
    Algorithm,
    fetch::{FetchError, FetchPolicy, Fetcher},
};
use tokio::{runtime::Handle, sync::Semaphore, time::sleep};
use url::Url;

use crate::{
    clock::Clock,
    oauth::ClientId,
    store::FamilyId,
    tokens::{CannotMint, LogoutTokenIssuer, LogoutTokenParameters},
};

/// How many notices may wait or be under way, and how many of one application.
const MOST_NOTICES: usize = 10_000;
const MOST_OF_ONE: usize = 500;

/// From how many on an application has no more than a few, so that some slow ones leave room for all others.
const CROWDED: usize = MOST_NOTICES / 2;
const MOST_OF_ONE_IN_A_CROWD: usize = 20;

/// How many requests are under way at once, and how many to one application.
const MOST_REQUESTS: usize = 32;
const MOST_REQUESTS_TO_ONE: usize = 2;

/// How long an application may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How long is waited before an application that could not be told is told again.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(10)];

/// Tells applications.
#[derive(Debug)]
pub struct BackChannel {
    fetcher: Fetcher,
    tokens: LogoutTokenIssuer,
    clock: Arc<dyn Clock>,
    requests: Semaphore,
    waiting: Mutex<Waiting>,
    delivered: AtomicU64,
    failed: AtomicU64,
    dropped: AtomicU64,
}

/// What waits or is under way.
#[derive(Debug, Default)]
struct Waiting {
    all: usize,
    by_application: HashMap<ClientId, OfOne>,
}

/// What waits of one application.
#[derive(Debug)]
struct OfOne {
    count: usize,
    requests: Arc<Semaphore>,
}

/// What an application is to be told.
#[derive(Debug, Clone)]
pub struct LogoutNotice {
    /// The application.
    pub client_id: ClientId,
    /// Its `backchannel_logout_uri`.
    pub uri: Url,
    /// What signs its ID tokens.
    pub algorithm: Algorithm,
    /// The person.
    pub sub: String,
    /// The grant whose session has ended.
    pub sid: FamilyId,
}

/// Why an application could not be told.
#[derive(Debug, thiserror::Error)]
enum NotTold {
    #[error(transparent)]
    Token(#[from] CannotMint),
    #[error(transparent)]
    Request(#[from] FetchError),
}

impl BackChannel {
    /// Tells with tokens of `tokens`; at private addresses only where `allow_private_addresses` says so.
    #[must_use]
    pub fn new(
        tokens: LogoutTokenIssuer,
        allow_private_addresses: bool,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let policy =
            FetchPolicy { allow_private_addresses, timeout: TIMEOUT, ..FetchPolicy::default() };
        Self {
            fetcher: Fetcher::new(policy),
            tokens,
            clock,
            requests: Semaphore::new(MOST_REQUESTS),
            waiting: Mutex::default(),
            delivered: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    /// Tells an application as soon as that can be, and waits for nothing.
    pub fn tell(self: &Arc<Self>, notice: LogoutNotice) {
        let client_id = notice.client_id.clone();
        let (Ok(runtime), Some(requests)) = (Handle::try_current(), self.enter(&client_id)) else {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            tracing::warn!(%client_id, "too many log-outs wait for applications: this one is not told");
            return;
        };
        let place = Place { back_channel: Arc::clone(self), client_id };
        runtime.spawn(async move {
            place.back_channel.deliver(&notice, &requests).await;
            drop(place);
        });
    }

    /// How many notices were delivered.
    #[must_use]
    pub fn delivered(&self) -> u64 {
        self.delivered.load(Ordering::Relaxed)
    }

    /// How many could not be, however often that was tried.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// How many were never tried, because too many waited.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    async fn deliver(&self, notice: &LogoutNotice, to_one: &Semaphore) {
        let LogoutNotice { client_id, .. } = notice;
        let mut pauses = PAUSES.iter();
        let error = loop {
            let error = match self.request(notice, to_one).await {
                Ok(()) => {
                    self.delivered.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                Err(error) => error,
            };
            match pauses.next() {
                Some(pause) if error.may_pass() => sleep(*pause).await,
                _ => break error,
            }
        };
        self.failed.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(%client_id, %error, "an application could not be told that somebody signed out");
    }

    /// One attempt, with a token of its own: an old one might have expired by now.
    async fn request(&self, notice: &LogoutNotice, to_one: &Semaphore) -> Result<(), NotTold> {
        // Nobody closes them. Those of its own first, so that nobody holds a common one and waits.
        let (_of_one, _of_all) = (to_one.acquire().await, self.requests.acquire().await);
        let token = self.tokens.issue(&LogoutTokenParameters {
            sub: &notice.sub,
            client_id: notice.client_id.as_str(),
            sid: notice.sid,
            issued_at: self.clock.now(),
            algorithm: notice.algorithm,
        })?;
        // A compact JWT needs no encoding in a form.
        Ok(self.fetcher.post_form(&notice.uri, format!("logout_token={token}")).await?)
    }

    fn enter(&self, client_id: &ClientId) -> Option<Arc<Semaphore>> {
        let mut waiting = self.waiting();
        if waiting.all >= MOST_NOTICES {
            return None;
        }
        let most = if waiting.all < CROWDED { MOST_OF_ONE } else { MOST_OF_ONE_IN_A_CROWD };
        let count = waiting.by_application.get(client_id).map_or(0, |of_one| of_one.count);
        if count >= most {
            return None;
        }
        let of_one = waiting.by_application.entry(client_id.clone()).or_insert_with(|| OfOne {
            count: 0,
            requests: Arc::new(Semaphore::new(MOST_REQUESTS_TO_ONE)),
        });
        of_one.count += 1;
        let requests = Arc::clone(&of_one.requests);
        waiting.all += 1;
        Some(requests)
    }

    fn leave(&self, client_id: &ClientId) {
        let mut waiting = self.waiting();
        waiting.all = waiting.all.saturating_sub(1);
        if let Some(of_one) = waiting.by_application.get_mut(client_id) {
            of_one.count -= 1;
            if of_one.count == 0 {
                waiting.by_application.remove(client_id);
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among those that wait, given back when the work ends, however it does.
#[derive(Debug)]
struct Place {
    back_channel: Arc<BackChannel>,
    client_id: ClientId,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.back_channel.leave(&self.client_id);
    }
}

impl NotTold {
    /// Whether it may be otherwise in a while. Section 2.8 has an application that refuses the token answer 400.
    const fn may_pass(&self) -> bool {
        match self {
            Self::Token(_) => false,
            Self::Request(error) => match error {
                FetchError::Status(status) => *status >= 500 || *status == 429,
                FetchError::Unreachable(_) | FetchError::TimedOut => true,
                _ => false,
            },
        }
    }
}
