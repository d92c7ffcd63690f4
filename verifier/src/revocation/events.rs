//! The issuer's event stream, followed for ever: it tells of a revocation as it happens. What it says is
//! not signed, and need not be: an event can only deny.

use std::{
    convert::Infallible,
    hash::{BuildHasher, Hasher, RandomState},
    sync::Arc,
};

use reqwest::Response;
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{Follower, backoff::Backoff, error::EventsError, event_parser::EventParser};
use crate::{
    metadata,
    status_list::{REVOKED, RevokedEvent},
};

/// A stream that lasted this long, in seconds, has shown that the next need not be waited for.
const LASTED: u64 = 30;

/// Opens the stream, reads it to its end, and opens another.
pub(crate) async fn follow(follower: Arc<Follower>) -> Infallible {
    let mut backoff = Backoff::default();
    loop {
        let began = follower.now();
        let Err(error) = follower.follow_stream().await;
        tell(follower.issuer.as_str(), &error);
        if follower.now().saturating_sub(began) >= LASTED {
            backoff.reset();
        }
        sleep(backoff.next(chance())).await;
    }
}

impl Follower {
    async fn follow_stream(self: &Arc<Self>) -> Result<Infallible, EventsError> {
        let endpoints = metadata::status_list_endpoints(&self.source.fetcher, &self.issuer)
            .await
            .map_err(EventsError::Metadata)?;
        let events = endpoints.events.ok_or(EventsError::NoEndpoint)?;
        let opened = self.source.fetcher.event_stream(&events).await;
        let stream = opened.map_err(EventsError::Open)?;
        // From here on nothing is missed; what was missed before is asked for. It ends with the stream.
        let mut catching_up = JoinSet::new();
        catching_up.spawn(Arc::clone(self).catch_up(endpoints.aggregation));
        self.listen(stream).await
    }

    async fn listen(self: &Arc<Self>, mut stream: Response) -> Result<Infallible, EventsError> {
        let mut parser = EventParser::default();
        loop {
            let chunk = timeout(self.choices.longest_silence, stream.chunk()).await;
            let chunk = chunk.map_err(|_| EventsError::Silent)?;
            let chunk = chunk.map_err(|error| EventsError::BrokeOff(error.without_url()))?;
            let chunk = chunk.ok_or(EventsError::Ended)?;
            for event in parser.read(&chunk).map_err(|_| EventsError::TooLong)? {
                if event.name == REVOKED.as_bytes() {
                    // What cannot be read may be a revocation. The next stream begins by catching up.
                    let event = serde_json::from_slice(&event.data);
                    self.revoke(&event.map_err(EventsError::Unreadable)?);
                }
            }
        }
    }

    /// Denies what the event names from now on, and fetches the list that will show it.
    fn revoke(self: &Arc<Self>, event: &RevokedEvent) {
        if !self.lists.is_below_issuer(&event.uri) {
            return;
        }
        for uri in self.marks.insert(&event.uri, event.idx, event.count) {
            self.lists.remove(&uri);
        }
        let Some(entry) = self.lists.held(&event.uri) else { return };
        let seen = entry.state.load_full();
        // Not more than once a second: the mark denies meanwhile.
        if seen.last_attempt.is_none_or(|last| last.at != self.now()) {
            self.refetch_in_background(&entry, &seen);
        }
    }
}

fn tell(issuer: &str, error: &EventsError) {
    let cause: &dyn std::error::Error = error;
    tracing::warn!(issuer, error = cause, "the issuer's revocation events are not heard");
}

/// Enough to keep resource servers out of step; nothing is secret about it.
fn chance() -> u64 {
    RandomState::new().build_hasher().finish()
}
