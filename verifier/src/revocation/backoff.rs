//! How long to wait before the next attempt: longer each time, within bounds, and never in step with
//! others. Pure: the time is waited elsewhere, and chance comes in.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(30);

/// Counts attempts that came to nothing.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    attempts: u32,
}

impl Backoff {
    /// Half of a time that doubles with each attempt, and up to as much again by `chance`.
    pub(super) fn next(&mut self, chance: u64) -> Duration {
        let most = FIRST.saturating_mul(1 << self.attempts).min(LONGEST);
        self.attempts = (self.attempts + 1).min(10);
        let half = most / 2;
        let share = u32::try_from(chance % 1024).unwrap_or(0);
        half + half * share / 1024
    }

    pub(super) const fn reset(&mut self) {
        self.attempts = 0;
    }
}
