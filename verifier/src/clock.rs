//! Time as an argument: whoever needs to know what time it is takes a [`Clock`].

use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time in seconds since 1970-01-01T00:00:00Z, the `NumericDate` of RFC 7519 section 2.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The current time in Unix seconds.
    fn now(&self) -> u64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> u64 {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one clock that reads the machine's"
        )]
        let now = SystemTime::now();
        now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}
