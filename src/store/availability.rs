//! Whether the store answers: told by those who ask it, read by `/readyz` and by whoever would rather
//! not begin what the store must finish.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the store answers, as of the last time that it was asked.
#[derive(Debug, Default)]
pub struct Availability {
    away: AtomicBool,
}

impl Availability {
    /// Available, until somebody reports otherwise.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it answered last time.
    #[must_use]
    pub fn is_available(&self) -> bool {
        !self.away.load(Ordering::Relaxed)
    }

    /// Notes whether it answered, and logs a change once. Says whether this was a change.
    pub fn report(&self, answered: bool) -> bool {
        let changed = self.away.swap(!answered, Ordering::Relaxed) == answered;
        match (changed, answered) {
            (false, _) => {}
            (true, true) => tracing::info!("the store answers again"),
            (true, false) => {
                tracing::error!("the store does not answer; what needs it is answered with a 503");
            }
        }
        changed
    }

    /// The state's name, for `/readyz`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        if self.is_available() { "available" } else { "away" }
    }
}
