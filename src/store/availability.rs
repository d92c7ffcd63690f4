//! Whether the store answers, and since when it did not: told by those who ask it, read by `/readyz` and by
//! those whose clients could not come back in time because of it.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use crate::clock::Clock;

/// An outage that begins so soon after another one, in seconds, is the same outage.
const SAME_OUTAGE: u64 = 60;

/// Whether the store answers, as of the last time that it was asked.
#[derive(Debug)]
pub struct Availability {
    away: AtomicBool,
    last_outage: Mutex<Option<Outage>>,
    clock: Arc<dyn Clock>,
}

/// A time in which the store did not answer, in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// When that was first noticed.
    pub since: u64,
    /// When it answered again; `None` where it has not yet.
    pub until: Option<u64>,
}

impl Availability {
    /// Available, until somebody reports otherwise.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { away: AtomicBool::new(false), last_outage: Mutex::default(), clock }
    }

    /// Whether it answered last time.
    #[must_use]
    pub fn is_available(&self) -> bool {
        !self.away.load(Ordering::Relaxed)
    }

    /// The latest outage, which may not have ended.
    #[must_use]
    pub fn last_outage(&self) -> Option<Outage> {
        *self.last_outage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes whether it answered, and logs a change once. Says whether this was a change.
    pub fn report(&self, answered: bool) -> bool {
        if self.is_available() == answered {
            return false;
        }
        let mut last_outage = self.last_outage.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = self.away.swap(!answered, Ordering::Relaxed) == answered;
        if changed {
            let now = self.clock.now();
            *last_outage = Some(if answered {
                tracing::info!("the store answers again");
                Outage { since: last_outage.map_or(now, |outage| outage.since), until: Some(now) }
            } else {
                tracing::error!("the store does not answer; what needs it is answered with a 503");
                let before = last_outage.filter(|outage| {
                    outage.until.is_some_and(|until| now.saturating_sub(until) <= SAME_OUTAGE)
                });
                Outage { since: before.map_or(now, |outage| outage.since), until: None }
            });
        }
        changed
    }

    /// The state's name, for `/readyz`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        if self.is_available() { "available" } else { "away" }
    }
}
