//! How a connection comes to stand, and what becomes of it when it breaks: its state, and the tasks that
//! change it.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{runtime::Handle, sync::watch};

use super::{
    backoff::Backoff,
    connection::Connection,
    link::Link,
    links::{Links, Place},
    target::{Node, Target},
};
use crate::{clock::Stopwatch, store::Availability};

/// How long a connection that finds its way back by itself is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(1);

/// How often somebody sees to it that a link that is not used still stands.
pub(super) const PING_EVERY: Duration = Duration::from_secs(5);

/// What those who ask, and the tasks, have in common.
pub(super) struct Shared {
    pub(super) target: Arc<Target>,
    pub(super) response_timeout: Duration,
    pub(super) runtime: Handle,
    pub(super) availability: Option<Arc<Availability>>,
    pub(super) runtimes: usize,
    pub(super) state: watch::Sender<State>,
    pub(super) attempts: AtomicU64,
}

#[derive(Clone)]
pub(super) enum State {
    /// Nobody has asked for it yet.
    Unasked,
    /// It is being made, and nothing says that this will fail: commands wait for it.
    Connecting,
    /// It stands.
    Ready { links: Arc<Links>, attempt: u64, since: Stopwatch },
    /// It could not be made. It is tried again and again in the background; commands fail with this.
    Away(Arc<str>),
}

impl Shared {
    pub(super) fn report(&self, answered: bool) {
        if let Some(availability) = &self.availability
            && availability.is_available() != answered
        {
            availability.report(answered);
        }
    }

    /// Changes the state where `next` says so; whether it did.
    pub(super) fn change(&self, next: impl FnOnce(&State) -> Option<State>) -> bool {
        self.state.send_if_modified(|state| match next(state) {
            Some(next) => {
                *state = next;
                true
            }
            None => false,
        })
    }

    /// The connection of that attempt is no good any more. Others may have seen it before.
    pub(super) fn lost(self: &Arc<Self>, lost: u64) {
        let left_alone =
            |since: &Stopwatch| self.target.heals_itself() && since.elapsed() < LEFT_ALONE;
        let changed = self.change(|state| match state {
            State::Ready { attempt, since, .. } if *attempt == lost && !left_alone(since) => {
                Some(State::Connecting)
            }
            _ => None,
        });
        if changed {
            self.start_connecting();
        }
    }

    pub(super) fn start_connecting(self: &Arc<Self>) {
        self.runtime.spawn(keep_connecting(Arc::downgrade(self)));
    }

    /// The link for the runtime at hand, which gets one of its own where it has none.
    pub(super) fn link_here(self: &Arc<Self>, links: &Arc<Links>, attempt: u64) -> Link {
        let (link, place) = links.here();
        if let Some(place) = place {
            tokio::spawn(keep_link(Arc::downgrade(self), place, attempt));
        }
        link
    }

    async fn connect(self: &Arc<Self>) -> Result<(), String> {
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed);
        let (link, node) = self.reach(None, attempt).await?;
        let links = Arc::new(Links::new(link, node, self.runtime.id(), self.runtimes));
        self.change(|_| Some(State::Ready { links, attempt, since: Stopwatch::start() }));
        Ok(())
    }

    /// A link, to `node` if there is one, that says when it breaks.
    async fn reach(
        self: &Arc<Self>,
        node: Option<&Node>,
        attempt: u64,
    ) -> Result<(Link, Option<Node>), String> {
        let shared = Arc::downgrade(self);
        let lost = move || {
            if let Some(shared) = shared.upgrade() {
                shared.lost(attempt);
            }
        };
        let connect = self.target.connect(node, self.response_timeout, lost);
        match tokio::time::timeout(self.target.patience(), connect).await {
            Ok(reached) => reached.map_err(|error| error.to_string()),
            Err(_) => Err("no connection in time".to_owned()),
        }
    }
}

/// Makes the link of the runtime that this runs on, and finds out that it has failed before somebody
/// needs it, until all links of that attempt are no good any more.
async fn keep_link(shared: Weak<Shared>, place: Place, attempt: u64) {
    let Some(connection) = shared.upgrade() else { return };
    match connection.reach(place.node(), attempt).await {
        Ok((link, _)) => place.fill(link),
        Err(reason) => {
            tracing::debug!(reason, "no link to Redis for one of the threads");
            return place.give_up();
        }
    }
    drop(connection);
    loop {
        tokio::time::sleep(PING_EVERY).await;
        match shared.upgrade() {
            Some(shared) if place.is_wanted() => {
                let _ = Connection(shared).query::<()>(&redis::cmd("PING")).await;
            }
            _ => return,
        }
    }
}

/// Connects, trying until it succeeds or nobody wants the connection any more.
async fn keep_connecting(shared: Weak<Shared>) {
    let mut backoff = Backoff::default();
    while let Some(connection) = shared.upgrade() {
        match connection.connect().await {
            Ok(()) => return connection.report(true),
            Err(reason) => {
                connection.report(false);
                tracing::debug!(reason, "no connection to Redis");
                connection.change(|_| Some(State::Away(reason.into())));
            }
        }
        drop(connection);
        tokio::time::sleep(backoff.next()).await;
    }
}
