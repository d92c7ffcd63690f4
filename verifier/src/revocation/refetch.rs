//! Fetches of a list, at most one of each in flight.

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use super::{
    Follower,
    entry::Entry,
    state::{Attempt, Copy, Freshness, State},
};

impl Follower {
    /// Waits for a newer copy than the one `seen`: for the fetch in flight, or for one of its own.
    /// `None` where there is none to be had. After a failure only one caller at a time waits, so that an
    /// issuer which does not answer does not hold up every request.
    pub(super) async fn refetch(
        self: &Arc<Self>,
        entry: &Arc<Entry>,
        seen: Arc<State>,
    ) -> Option<Arc<Copy>> {
        if !seen.may_fetch(self.now(), true) {
            return None;
        }
        let flight = match Arc::clone(&entry.flight).try_lock_owned() {
            Ok(flight) => Some(flight),
            Err(_) if seen.has_failed() => return None,
            Err(_) => None,
        };
        let (follower, entry) = (Arc::clone(self), Arc::clone(entry));
        // A task of its own, so that a client who hangs up does not take the fetch away from the others.
        let fetch = tokio::spawn(async move {
            let flight = match flight {
                Some(flight) => flight,
                None => Arc::clone(&entry.flight).lock_owned().await,
            };
            if Arc::ptr_eq(&seen, &entry.state.load()) {
                follower.fetch(&entry, &flight).await;
            }
            entry.state.load_full()
        });
        let state = fetch.await.ok()?;
        if state.has_failed() { None } else { state.copy.clone() }
    }

    /// Begins a fetch, unless one is in flight or was made since `seen`, or it is too early for another.
    pub(super) fn refetch_in_background(self: &Arc<Self>, entry: &Arc<Entry>, seen: &Arc<State>) {
        if !seen.may_fetch(self.now(), false) {
            return;
        }
        let Ok(flight) = Arc::clone(&entry.flight).try_lock_owned() else { return };
        if !Arc::ptr_eq(seen, &entry.state.load()) {
            return;
        }
        let (follower, entry) = (Arc::clone(self), Arc::clone(entry));
        tokio::spawn(async move { follower.fetch(&entry, &flight).await });
    }

    /// A fetch that begins now or later: the one in flight may have been answered too early to tell.
    pub(super) async fn refetch_anew(&self, entry: &Entry) {
        let flight = Arc::clone(&entry.flight).lock_owned().await;
        self.fetch(entry, &flight).await;
    }

    async fn fetch(&self, entry: &Entry, _flight: &OwnedMutexGuard<()>) {
        let before = entry.state.load_full();
        let held = before.copy.as_deref();
        let is_stale =
            |held: &Copy| held.freshness(self.now(), self.source.leeway) == Freshness::Stale;
        let was_early = held.is_some_and(|held| !is_stale(held));
        let outcome = self.source.read(entry, held).await;
        let at = self.now();
        match outcome {
            Ok(copy) => {
                let copy = Arc::new(copy.keeping_revocations_of(held));
                let last_attempt = Some(Attempt { at, has_failed: false, was_early });
                // In this order, so that an entry is shown by the list before its mark goes.
                let list = Arc::clone(&copy.list);
                entry.state.store(Arc::new(State { copy: Some(copy), last_attempt }));
                self.marks.settle(&entry.uri, &list);
                self.lists.keep_within_bounds(at);
                self.last_error.store(None);
            }
            Err(error) => {
                let (uri, cause): (_, &dyn std::error::Error) = (entry.uri.as_str(), &error);
                tracing::warn!(uri, error = cause, "a status list could not be fetched");
                let last_attempt = Some(Attempt { at, has_failed: true, was_early });
                let copy = before.copy.clone();
                entry.state.store(Arc::new(State { copy, last_attempt }));
                self.last_error.store(Some(Arc::new(error)));
            }
        }
    }
}
