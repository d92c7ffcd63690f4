//! The key set of an issuer, kept: fresh it serves alone, stale it serves while another is fetched,
//! and past its bound it serves no more. At most one fetch is in flight.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{
    CacheLimits, KeyFetchError, KeySource,
    source::{Document, Location},
    state::{Attempt, Freshness, Held, State},
};
use crate::{Algorithm, Rejection, clock::Clock, jwk::PublicKey};

/// The cached keys of one issuer.
#[derive(Debug)]
pub(crate) struct KeyCache {
    source: KeySource,
    limits: CacheLimits,
    clock: Arc<dyn Clock>,
    state: ArcSwap<State>,
    /// Held for as long as a fetch is in flight.
    flight: Arc<Mutex<()>>,
}

impl KeyCache {
    pub(crate) fn new(source: KeySource, limits: CacheLimits, clock: Arc<dyn Clock>) -> Self {
        Self { source, limits, clock, state: ArcSwap::default(), flight: Arc::default() }
    }

    pub(crate) fn last_error(&self) -> Option<Arc<KeyFetchError>> {
        self.state.load().last_error().cloned()
    }

    /// The key of this name, from the set at hand, or from a newer one where that has none.
    pub(crate) async fn find(
        self: &Arc<Self>,
        kid: &str,
        algorithm: Algorithm,
    ) -> Result<Arc<PublicKey>, Rejection> {
        if let Some(key) = self.at_hand(kid, algorithm) {
            return Ok(key);
        }
        self.refetch().await;
        if let Some(key) = self.at_hand(kid, algorithm) {
            return Ok(key);
        }
        // The issuer has no such key only if it was the issuer who said so.
        let state = self.state.load();
        let is_usable = state.freshness(self.clock.now(), &self.limits) != Freshness::Unusable;
        if is_usable && state.last_error().is_none() {
            return Err(Rejection::UnknownKey);
        }
        Err(Rejection::KeysUnavailable)
    }

    /// Never waits. Past freshness it sees to it that a newer set is on its way.
    fn at_hand(self: &Arc<Self>, kid: &str, algorithm: Algorithm) -> Option<Arc<PublicKey>> {
        let state = self.state.load();
        let freshness = state.freshness(self.clock.now(), &self.limits);
        let held = state.held.as_ref().filter(|_| freshness != Freshness::Unusable)?;
        let key = held.document.keys.find(kid, algorithm)?;
        if freshness == Freshness::Stale {
            self.refetch_in_background();
        }
        Some(key)
    }

    /// Waits for a newer state than the one at hand: for the fetch in flight, or for one of its own.
    async fn refetch(self: &Arc<Self>) {
        let seen = self.state.load_full();
        if !seen.may_fetch(self.clock.now(), &self.limits) {
            return;
        }
        let cache = Arc::clone(self);
        // A task of its own, so that a client who hangs up does not take the fetch away from the others.
        let fetch = tokio::spawn(async move {
            let flight = Arc::clone(&cache.flight).lock_owned().await;
            cache.fetch_unless_done(&seen, flight).await;
        });
        // A panic there has left the state as it was, which is what the caller looks at next.
        drop(fetch.await);
    }

    /// Begins a fetch, unless one is in flight or it is too early for another.
    fn refetch_in_background(self: &Arc<Self>) {
        let seen = self.state.load_full();
        if !seen.may_fetch(self.clock.now(), &self.limits) {
            return;
        }
        let Ok(flight) = Arc::clone(&self.flight).try_lock_owned() else {
            return;
        };
        let cache = Arc::clone(self);
        tokio::spawn(async move { cache.fetch_unless_done(&seen, flight).await });
    }

    /// Fetches and replaces the state, unless that was done while the caller waited for its turn.
    async fn fetch_unless_done(&self, seen: &Arc<State>, _flight: OwnedMutexGuard<()>) {
        let current = self.state.load_full();
        if !Arc::ptr_eq(seen, &current) {
            return;
        }
        let outcome = self.fetch(&current).await;
        let at = self.clock.now();
        let next = match outcome {
            Ok((location, document)) => State {
                held: Some(Held { document: Arc::new(document), fetched_at: at }),
                location: Some(location),
                last_attempt: Some(Attempt { at, error: None }),
            },
            Err(error) => {
                let issuer = self.source.issuer();
                let cause: &dyn std::error::Error = &error;
                tracing::warn!(issuer, error = cause, "the issuer's keys could not be fetched");
                State {
                    held: current.held.clone(),
                    // The keys may have moved: begin with the metadata next time.
                    location: None,
                    last_attempt: Some(Attempt { at, error: Some(Arc::new(error)) }),
                }
            }
        };
        self.state.store(Arc::new(next));
    }

    async fn fetch(&self, state: &State) -> Result<(Location, Document), KeyFetchError> {
        let location = self.source.locate(state.location.as_ref(), self.clock.now()).await?;
        let held = state.held.as_ref().map(|held| held.document.as_ref());
        let document = self.source.read(&location, held).await?;
        Ok((location, document))
    }
}
