//! How often devices may ask (RFC 8628 section 3.1), and how many user codes a person may guess at (section
//! 5.1), in bounded memory.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
    num::NonZeroU32,
    sync::Arc,
};

use super::throttle::{Throttle, TooMany};
use crate::{
    clock::Clock,
    config::Rate,
    oauth::{ClientId, Reason, Refusal, UserId},
};

/// How many people may guess at one address for each that may guess at all: an office has one.
const PEOPLE: NonZeroU32 = NonZeroU32::new(10).expect("OK because 10 is not 0");

/// Wherever somebody is.
const ANYWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Counts the requests of devices.
pub struct DeviceLimit(Throttle<str>);

impl DeviceLimit {
    /// Allows `rate` requests per application and address.
    #[must_use]
    pub fn new(rate: Rate, clock: Arc<dyn Clock>) -> Self {
        Self(Throttle::new(rate, clock))
    }

    /// Counts a request of `client_id` from `address`, whatever comes of it.
    ///
    /// # Errors
    /// `too_many_requests`, with the time to wait.
    pub(super) fn count(&self, client_id: &ClientId, address: IpAddr) -> Result<(), Refusal> {
        let counted = self.0.count(client_id.as_str(), address);
        counted
            .map_err(|TooMany(wait)| Refusal::new(Reason::TooManyDeviceRequests).retry_after(wait))
    }
}

/// Counts user codes that no device shows: those of each person, wherever they are, and those from each
/// address, whoever it is. Whoever signs up again and again, or comes from everywhere, guesses no more.
pub struct UserCodeThrottle {
    people: Throttle<UserId>,
    addresses: Throttle<str>,
}

impl UserCodeThrottle {
    /// Allows `rate` wrong codes per person, and ten times as many per address.
    #[must_use]
    pub fn new(rate: Rate, clock: Arc<dyn Clock>) -> Self {
        let of_addresses = Rate { count: rate.count.saturating_mul(PEOPLE), per: rate.per };
        Self {
            people: Throttle::new(rate, Arc::clone(&clock)),
            addresses: Throttle::new(of_addresses, clock),
        }
    }

    /// Judges a guess by `person` from `address`: `look` answers `None` where it was wrong. So many at a time
    /// are looked at as may be wrong.
    ///
    /// # Errors
    /// `too_many_requests`, with the time to wait; and those of `look`.
    pub(super) async fn guess<T>(
        &self,
        person: &UserId,
        address: IpAddr,
        look: impl Future<Output = Result<Option<T>, Refusal>>,
    ) -> Result<Option<T>, Refusal> {
        let by_person = self.people.admit(person, ANYWHERE).map_err(refuse)?;
        let by_address = self.addresses.admit("", address).map_err(refuse)?;
        let _turn = self.people.turn(&by_person).map_err(refuse)?;
        let _turn_there = self.addresses.turn(&by_address).map_err(refuse)?;
        let found = look.await?;
        if found.is_none() {
            let (person, address) = (by_person.failed(), by_address.failed());
            person.and(address).map_err(refuse)?;
        }
        // A right one proves nothing: whoever guesses can have a device of their own show a code.
        Ok(found)
    }
}

fn refuse(TooMany(wait): TooMany) -> Refusal {
    Refusal::new(Reason::TooManyUserCodes).retry_after(wait)
}

impl fmt::Debug for DeviceLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DeviceLimit").field(&self.0).finish()
    }
}

impl fmt::Debug for UserCodeThrottle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserCodeThrottle").field("people", &self.people).finish_non_exhaustive()
    }
}
