//! `GET /status-lists/events`: a stream of server-sent events, one for each revocation, so that a resource
//! server knows at once what the list will say. Ours, not the draft's. Nothing is kept for who is away:
//! whoever may have missed something is disconnected, comes again, and reads the lists.

use std::{io, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use poem::{Body, Response, http::header};
use poem_openapi::{
    ApiResponse, OpenApi,
    payload::{Json, PlainText},
};
use signet_verifier::status_list::{REVOKED, RevokedEvent};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, broadcast},
    time::{Interval, MissedTickBehavior, interval},
};

use super::{
    described::Described, docs::Tag, error_response::error_response, metrics::Metrics,
    schema::ErrorBody, server::Readiness,
};
use crate::{
    oauth::{Reason, Refusal},
    store::{RevocationEvent, Revoked},
    tokens::ListUris,
};

/// The stream's path below the issuer.
pub const PATH: &str = "/status-lists/events";

/// How many streams there are at most, a kilobyte or two each.
const MOST_LISTENERS: usize = 1000;

/// How often a stream without events shows that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How many events a listener may be behind.
const MOST_BEHIND: usize = 1024;

/// When to come again where there are too many.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// A comment: to the listener nothing, to whatever is between a sign of life.
const COMMENT: Bytes = Bytes::from_static(b":\n\n");

/// How many may listen, and how often they hear that the stream is alive.
#[derive(Debug, Clone, Copy)]
pub struct ListenerLimits {
    /// How many streams there are at most.
    pub most: usize,
    /// The time between two comments.
    pub heartbeat: Duration,
}

impl Default for ListenerLimits {
    fn default() -> Self {
        Self { most: MOST_LISTENERS, heartbeat: HEARTBEAT }
    }
}

/// Tells every listener.
#[derive(Debug)]
pub struct Listeners {
    told: broadcast::Sender<Told>,
    slots: Arc<Semaphore>,
    heartbeat: Duration,
    metrics: Arc<Metrics>,
}

#[derive(Debug, Clone)]
enum Told {
    Event(Bytes),
    /// Something may have been missed.
    ComeAgain,
}

impl Listeners {
    /// Nobody listens yet.
    #[must_use]
    pub fn new(limits: ListenerLimits, metrics: Arc<Metrics>) -> Self {
        Self {
            told: broadcast::Sender::new(MOST_BEHIND),
            slots: Arc::new(Semaphore::new(limits.most)),
            heartbeat: limits.heartbeat,
            metrics,
        }
    }

    /// Tells what was heard of, by the URIs of `uris`.
    pub fn tell(&self, event: RevocationEvent, uris: &ListUris) {
        let told = match event {
            RevocationEvent::Revoked(revoked) => Told::Event(event_text(revoked, uris)),
            RevocationEvent::Missed => Told::ComeAgain,
        };
        // An error says that nobody listens.
        let _ = self.told.send(told);
    }

    fn listener(&self, readiness: &Readiness) -> Option<Listener> {
        let slot = Arc::clone(&self.slots).try_acquire_owned().ok()?;
        let mut heartbeat = interval(self.heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.metrics.event_listener_came();
        Some(Listener {
            told: self.told.subscribe(),
            heartbeat,
            draining: Box::pin(readiness.draining()),
            metrics: Arc::clone(&self.metrics),
            _slot: slot,
        })
    }
}

/// One stream, until it is dropped with its answer.
struct Listener {
    told: broadcast::Receiver<Told>,
    heartbeat: Interval,
    draining: Pin<Box<dyn Future<Output = ()> + Send>>,
    metrics: Arc<Metrics>,
    _slot: OwnedSemaphorePermit,
}

impl Listener {
    /// What to say next; `None` where the stream ends.
    async fn next(&mut self) -> Option<Bytes> {
        tokio::select! {
            biased;
            () = &mut self.draining => None,
            told = self.told.recv() => match told {
                Ok(Told::Event(text)) => Some(text),
                // Also whoever is too slow: what it missed is on the lists.
                Ok(Told::ComeAgain) | Err(_) => None,
            },
            // The first one at once, so that whatever is between passes the answer's head on.
            _ = self.heartbeat.tick() => Some(COMMENT),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.metrics.event_listener_left();
    }
}

/// The event as it stands on the wire: under each URI that the list may have been given out with.
fn event_text(revoked: Revoked, uris: &ListUris) -> Bytes {
    let events = uris.all_uris(revoked.list).into_iter().map(|uri| {
        let (idx, count) = (u64::from(revoked.first), u64::from(revoked.count));
        let data = serde_json::to_string(&RevokedEvent { uri, idx, count })
            .expect("OK because its members are a string and numbers");
        format!("event: {REVOKED}\ndata: {data}\n\n")
    });
    events.collect::<String>().into()
}

/// The event stream's endpoint.
#[derive(Debug)]
pub struct StatusListEventsApi {
    /// Who listens.
    pub listeners: Arc<Listeners>,
    /// Streams end when the server is about to.
    pub readiness: Arc<Readiness>,
}

#[OpenApi]
impl StatusListEventsApi {
    /// Revocations as they happen
    ///
    /// Server-sent events: `event: revoked`, with data `{"uri": …, "idx": …}` and `"count"` where places in
    /// a row are revoked. Read the lists once the stream is open, and again each time that it was
    /// interrupted: nothing is repeated. A comment every fifteen seconds shows that the stream is alive.
    #[oai(
        path = "/status-lists/events",
        method = "get",
        operation_id = "status_list_events",
        tag = "Tag::Revocation"
    )]
    async fn status_list_events(&self) -> Described<EventsAnswers> {
        let Some(listener) = self.listeners.listener(&self.readiness) else {
            let refusal = Refusal::new(Reason::TooManyListeners).retry_after(RETRY_AFTER);
            return error_response(refusal).into();
        };
        let events = stream::unfold(listener, |mut listener| async move {
            let text = listener.next().await?;
            Some((Ok::<_, io::Error>(text), listener))
        });
        Response::builder()
            .content_type("text/event-stream")
            .header(header::CACHE_CONTROL, "no-store")
            // Proxies that collect an answer before they pass it on know this one.
            .header("X-Accel-Buffering", "no")
            .body(Body::from_bytes_stream(events))
            .into()
    }
}

/// Every answer of the event stream.
#[derive(ApiResponse)]
pub enum EventsAnswers {
    /// The stream.
    #[oai(status = 200, content_type = "text/event-stream")]
    Ok(
        PlainText<String>,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `temporarily_unavailable`: too many listen already.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
