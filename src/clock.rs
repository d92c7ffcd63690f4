//! Time as an argument (a leaf: knows no other room). What a rule of a standard depends on comes from
//! a [`Clock`]; how long something took comes from a [`Stopwatch`].

use std::time::{Duration, Instant};

pub use signet_verifier::clock::{Clock, SystemClock};

/// Measures how long something took, on the monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[must_use]
    pub fn start() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the monotonic clock"
        )]
        Self(Instant::now())
    }

    /// The time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
