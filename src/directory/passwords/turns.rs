//! When those who were sent away should try again: one after another, at the pace at which passwords are
//! compared. Told one and the same time, they would all come back at once, be sent away again at once, and
//! hold up in between whatever else there is to do.

use std::time::Duration;

use crate::clock::Stopwatch;

/// Nobody is told to wait longer than this.
const LONGEST: Duration = Duration::from_secs(30);

/// What a comparison is taken to last before the first is over.
const FIRST_GUESS: Duration = Duration::from_millis(50);

/// The turns that were given out.
#[derive(Debug)]
pub(super) struct Turns {
    since: Stopwatch,
    /// The last turn that somebody was given.
    last: Duration,
    /// How far apart they are: what a comparison lasts, divided by how many run at a time.
    apart: Duration,
}

impl Default for Turns {
    fn default() -> Self {
        Self { since: Stopwatch::start(), last: Duration::ZERO, apart: FIRST_GUESS }
    }
}

impl Turns {
    /// Learns that a comparison, one of `at_a_time`, took `time`.
    pub(super) fn took(&mut self, time: Duration, at_a_time: usize) {
        let threads = u32::try_from(at_a_time).unwrap_or(u32::MAX).max(1);
        // A moving average: one that took long by chance says little.
        self.apart = (self.apart * 7 + time / threads) / 8;
    }

    /// How long the next one should stay away, while `waiting` are in the queue.
    pub(super) fn next(&mut self, waiting: usize) -> Duration {
        let now = self.since.elapsed();
        let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
        let room = now.saturating_add(self.apart.saturating_mul(waiting));
        let turn = room.max(self.last.saturating_add(self.apart));
        self.last = turn.min(now.saturating_add(LONGEST));
        self.last.saturating_sub(now)
    }
}
