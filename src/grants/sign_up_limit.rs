//! Signing up is slowed down, per address: each attempt costs the digest of a password, and its answer tells
//! whether somebody has a name.

use std::{fmt, net::IpAddr, sync::Arc};

use super::throttle::{Throttle, TooMany};
use crate::{
    clock::Clock,
    config::Rate,
    oauth::{Reason, Refusal},
};

/// Counts those who want to sign up.
pub struct SignUpLimit(Throttle<str>);

impl SignUpLimit {
    /// Allows `rate` attempts per address.
    #[must_use]
    pub fn new(rate: Rate, clock: Arc<dyn Clock>) -> Self {
        Self(Throttle::new(rate, clock))
    }

    /// Counts an attempt from `address`.
    ///
    /// # Errors
    /// `too_many_requests`, with the time to wait.
    pub fn count(&self, address: IpAddr) -> Result<(), Refusal> {
        // Whoever succeeds has used up as much as whoever fails.
        let counted = self.0.count("", address);
        counted.map_err(|TooMany(wait)| Refusal::new(Reason::TooManySignUps).retry_after(wait))
    }
}

impl fmt::Debug for SignUpLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SignUpLimit").field(&self.0).finish()
    }
}
