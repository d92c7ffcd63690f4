//! Requests of devices without a browser (RFC 8628) that a person has yet to decide on, or whose device has
//! yet to fetch what was decided. One that is approved becomes a refresh family under the same name.

use std::fmt;

use super::{Answer, FamilyId, Grant, Identifier};

/// By how much the interval grows each time a device asks too early, in seconds (RFC 8628 section 3.5: "the
/// interval MUST be increased by 5 seconds for this and all subsequent requests").
pub const SLOWED_BY: u64 = 5;

/// How much too early a device may ask, in seconds: the clocks of two replicas are never quite the same, and
/// a device that alternates between them would be slowed down time and again.
pub const LENIENCY: u64 = 1;

/// A request that begins. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeviceRequest {
    /// Its name, and that of the grant which may come of it.
    pub id: FamilyId,
    /// The tag of its user code, by which a person finds it.
    pub user_code: Identifier,
    /// What is asked for; nobody has granted it yet.
    pub asked: Grant,
    /// Now.
    pub created_at: u64,
    /// When it can be neither decided nor fetched any longer.
    pub expires_at: u64,
    /// How long the device waits between two polls at first, in seconds.
    pub interval: u64,
}

/// A request as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRequest {
    /// Its name.
    pub id: FamilyId,
    /// What is asked for; once it is approved, what was granted and by whom.
    pub grant: Grant,
    /// What became of it.
    pub state: DeviceState,
    /// When it ends, in Unix seconds.
    pub expires_at: u64,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceState {
    /// Nobody has decided.
    Pending,
    /// Somebody approved it, and its device has yet to hear of it.
    Approved,
    /// Somebody denied it.
    Denied,
    /// Its device has its tokens.
    HandedOut,
}

/// What was granted to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The grant that is to begin.
    pub grant: Grant,
    /// What the person had proven themselves by: opaque here, and compared when the device fetches the grant.
    pub proof: ApprovalProof,
}

/// A tag of what a person has proven themselves by.
pub type ApprovalProof = [u8; 16];

/// What a person decides.
#[derive(Debug, Clone, Copy)]
pub enum DeviceDecision<'a> {
    /// This much is granted.
    Approve(&'a Approval),
    /// Nothing is.
    Deny,
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// It counts.
    Now,
    /// There was one before, which counts.
    Before(DeviceRequest),
    /// There is no such request (any longer).
    Unknown,
}

/// What a device hears when it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Polled {
    /// Nobody has decided. The time of this poll is remembered.
    Pending,
    /// It asked too early. The time of this poll is remembered, and the interval is longer from now on.
    TooEarly,
    /// Somebody granted this, and nothing was handed out yet. The time of this poll is remembered: whoever asks
    /// before the interval has passed is too early, so that of many polls at once one goes on.
    Approved(Approval),
    /// It was handed out a moment ago; perhaps the answer was lost. Nothing has changed in the store.
    HandedOut(Approval),
    /// Somebody denied it.
    Denied,
    /// It was handed out long enough ago: somebody asks a second time.
    Used,
    /// There is no such request (any longer).
    Unknown,
}

/// Requests of devices; part of the first kind of data that the store holds.
pub trait DeviceRequests: Send + Sync + fmt::Debug {
    /// Begins a request. [`StoreError::Exists`](super::StoreError::Exists) where another one has its user
    /// code, or its name; nothing can be found by the user code then that could not be found before.
    fn begin<'a>(&'a self, request: &'a NewDeviceRequest) -> Answer<'a, ()>;

    /// The request whose user code has that tag, if it lives at `now`.
    fn by_user_code(&self, user_code: Identifier, now: u64) -> Answer<'_, Option<DeviceRequest>>;

    /// The request of that name, if it lives at `now`.
    fn find(&self, id: FamilyId, now: u64) -> Answer<'_, Option<DeviceRequest>>;

    /// Decides on a request that lives at `now`, in one atomic step. The first decision counts.
    fn decide<'a>(
        &'a self,
        id: FamilyId,
        decision: DeviceDecision<'a>,
        now: u64,
    ) -> Answer<'a, Decided>;

    /// Takes a device's poll at `now`, in one atomic step. What was handed out at `answered_since` or later is
    /// [`Polled::HandedOut`] again once the interval has passed, and [`Polled::TooEarly`] before that.
    fn poll(&self, id: FamilyId, now: u64, answered_since: u64) -> Answer<'_, Polled>;

    /// Notes that the device of an approved request is given its tokens at `now`: answers whether it was the
    /// first to be given them. Of many at once, one is.
    fn hand_out(&self, id: FamilyId, now: u64) -> Answer<'_, bool>;
}
