//! How often applications are registered from one address (RFC 7591 section 5), in bounded memory.

use std::{fmt, net::IpAddr, sync::Arc};

use super::throttle::{Throttle, TooMany};
use crate::{
    clock::Clock,
    config::Rate,
    oauth::{Reason, Refusal},
};

/// Counts what each address tries.
pub struct RegistrationLimit(Throttle<str>);

impl RegistrationLimit {
    /// Allows `rate` attempts per address.
    #[must_use]
    pub fn new(rate: Rate, clock: Arc<dyn Clock>) -> Self {
        Self(Throttle::new(rate, clock))
    }

    /// Counts an attempt to register from `address`, whatever comes of it.
    ///
    /// # Errors
    /// `too_many_requests`, with the time to wait.
    pub fn admit(&self, address: IpAddr) -> Result<(), Refusal> {
        self.count("registration", address)
    }

    /// Counts a registration access token from `address` that was none.
    ///
    /// # Errors
    /// `too_many_requests`, with the time to wait.
    pub fn failed(&self, address: IpAddr) -> Result<(), Refusal> {
        self.count("registration access token", address)
    }

    fn count(&self, what: &str, address: IpAddr) -> Result<(), Refusal> {
        let refuse = |TooMany(wait)| Refusal::new(Reason::TooManyRegistrations).retry_after(wait);
        self.0.count(what, address).map_err(refuse)
    }
}

impl fmt::Debug for RegistrationLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RegistrationLimit").field(&self.0).finish()
    }
}
