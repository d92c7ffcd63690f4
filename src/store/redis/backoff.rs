//! How long to wait before the next attempt: longer each time, within bounds, and never all replicas at
//! once.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

/// Waits that grow from 50 ms to 2 s, each shortened by up to a half.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
    jitter: RandomState,
}

impl Backoff {
    pub(super) fn next(&mut self) -> Duration {
        let whole = FIRST.saturating_mul(1 << self.failures.min(10)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        // A thousandth of chance is enough to keep replicas apart, and no secret.
        let part = self.jitter.hash_one(self.failures) % 1000;
        whole - whole.mul_f64(part as f64 / 2000.0)
    }

    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}
