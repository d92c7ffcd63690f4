//! Whether the store answers, and since when it did not: told by those who ask it, read by `/readyz` and by
//! those whose clients could not come back in time because of it.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use crate::clock::Clock;

/// A store that answers now and then is away all the while, but for no more than so many seconds in which it
/// answered: with more, its clients could have come back.
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
    /// For how many seconds it answered in between.
    pub answered: u64,
}

impl Outage {
    /// The same outage, where the store does not answer again at `now`.
    fn begun_again(self, now: u64) -> Option<Self> {
        let answered = self.answered + now.saturating_sub(self.until?);
        (answered <= SAME_OUTAGE).then_some(Self { until: None, answered, ..self })
    }
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
            let begun = Outage { since: now, until: None, answered: 0 };
            *last_outage = Some(if answered {
                tracing::info!("the store answers again");
                Outage { until: Some(now), ..last_outage.unwrap_or(begun) }
            } else {
                tracing::error!("the store does not answer; what needs it is answered with a 503");
                last_outage.and_then(|outage| outage.begun_again(now)).unwrap_or(begun)
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
