//! The store of one process, for a first run and for tests: the traits that Redis keeps, under locks. It
//! forgets nothing before its time, and what has had its time is swept out as new things come in.

mod device_requests;
mod devices;
mod families;
mod kept_family;
mod refresh_families;
mod revocation_list;
mod revocations;
mod spends;

use std::{
    future::ready,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::broadcast;

use self::{devices::Devices, families::Families, revocations::Revocations, spends::Spends};
use super::{Answer, Identifier, Redemptions, RevocationEvent, SingleUse, Spent, StoreError, Uses};
use crate::clock::Clock;

/// How many families are kept at once; somewhat under a kilobyte each.
const MOST_FAMILIES: usize = 1_000_000;

/// How many events a listener may fall behind.
const EVENTS: usize = 1024;

/// Refresh families, requests of devices, the revocation list and single-use identifiers in memory. The clock tells what may
/// be swept out; whether something still counts is decided by the `now` of each call.
#[derive(Debug)]
pub struct Memory {
    clock: Arc<dyn Clock>,
    families: Mutex<Families>,
    devices: Mutex<Devices>,
    revocations: Mutex<Revocations>,
    spends: Mutex<Spends>,
    events: broadcast::Sender<RevocationEvent>,
}

impl Memory {
    /// Remembers nothing yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_room_for(MOST_FAMILIES, clock)
    }

    /// Remembers nothing yet, and never more than so many `families`.
    #[must_use]
    pub fn with_room_for(families: usize, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            families: Mutex::new(Families::new(families)),
            devices: Mutex::default(),
            revocations: Mutex::default(),
            spends: Mutex::default(),
            events: broadcast::Sender::new(EVENTS),
        }
    }

    pub(super) fn now(&self) -> u64 {
        self.clock.now()
    }

    pub(super) fn note(
        &self,
        identifier: Identifier,
        expires_at: u64,
    ) -> Result<Spent, StoreError> {
        lock(&self.spends).spend(identifier, expires_at, self.now())
    }
}

impl SingleUse for Memory {
    fn spend(&self, identifier: Identifier, expires_at: u64) -> Answer<'_, Spent> {
        Box::pin(ready(self.note(identifier, expires_at)))
    }
}

impl Redemptions for Memory {
    fn redeem(&self, identifier: Identifier, expires_at: u64) -> Answer<'_, Spent> {
        Box::pin(ready(self.note(identifier, expires_at)))
    }

    fn uses(&self, identifier: Identifier) -> Answer<'_, Uses> {
        Box::pin(ready(Ok(lock(&self.spends).uses(&identifier))))
    }
}

/// A panic elsewhere leaves no half-made change here: each is made after all that can fail.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
