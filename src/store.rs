//! The store: what several processes must agree on. It remembers and decides nothing. Two kinds of data,
//! [`RefreshFamilies`] with the [`DeviceRequests`] that become some, and the [`RevocationList`] with its
//! [`SingleUse`] identifiers and [`Redemptions`], kept by [`Memory`] for one process or by [`Redis`] for several;
//! `schema.rs` lists every key.

mod availability;
mod device_requests;
mod family;
mod family_id;
mod memory;
mod redemptions;
mod redis;
mod revocation_list;
mod schema;
mod session_id;
mod shared;
mod single_use;

use std::{pin::Pin, sync::Arc};

pub use self::availability::{Availability, Outage};
pub use self::device_requests::{
    Approval, ApprovalProof, Decided, DeviceDecision, DeviceRequest, DeviceRequests, DeviceState,
    LENIENCY, NewDeviceRequest, Polled, SLOWED_BY,
};
pub use self::family::{
    Continuation, Cursor, EndedFamily, Family, Grant, LiveToken, MOST_LIVE_TOKENS, NewFamily,
    Owner, Page, Refresh, RefreshFamilies, Refreshed,
};
pub use self::family_id::{FamilyId, MalformedFamilyId};
pub use self::memory::Memory;
pub use self::redemptions::{Redemptions, Uses};
pub use self::redis::Redis;
pub use self::revocation_list::{
    BLOCK_SIZE, Block, BlockNoted, Entry, LIST_SIZE, ListId, RevocationEvent, RevocationList,
    Revoked,
};
pub use self::schema::{KeyFamily, SCHEMA};
pub use self::session_id::SessionId;
pub use self::shared::Shared;
pub use self::single_use::{Identifier, SingleUse, Spent};
use crate::{
    clock::Clock,
    config::{Problem, StoreUrl},
};

/// What the store answers, when it does.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Why the store cannot say.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// This process remembers by itself, and has no room for more.
    #[error("the memory of this process has no room for another family or identifier")]
    Full,
    /// A family of that name exists, or existed until a moment ago.
    #[error("a family of that name exists already")]
    Exists,
    /// Redis does not answer, or not as it should.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
}

/// The store, opened: one part per trait, which may be one and the same.
#[derive(Debug, Clone)]
pub struct Store {
    /// Refresh families.
    pub families: Arc<dyn RefreshFamilies>,
    /// Requests of devices.
    pub device_requests: Arc<dyn DeviceRequests>,
    /// The revocation list.
    pub revocations: Arc<dyn RevocationList>,
    /// Identifiers used once.
    pub single_use: Arc<dyn SingleUse>,
    /// Identifiers used once that every replica must have heard of.
    pub redemptions: Arc<dyn Redemptions>,
    /// Whether it answers.
    pub availability: Arc<Availability>,
}

impl Store {
    /// The store of one process.
    #[must_use]
    pub fn memory(clock: Arc<dyn Clock>) -> Self {
        let memory = Arc::new(Memory::new(Arc::clone(&clock)));
        Self {
            families: memory.clone(),
            device_requests: memory.clone(),
            revocations: memory.clone(),
            single_use: memory.clone(),
            redemptions: memory,
            availability: Arc::new(Availability::new(clock)),
        }
    }
}

/// Opens the store that `config` names. Redis need not be there yet.
///
/// # Errors
/// A [`Problem`] with `store.url`, `store.url_file` or `store.ca_file`, without the value: it may hold a
/// password.
pub fn open(config: &crate::config::Store, clock: &Arc<dyn Clock>) -> Result<Store, Problem> {
    match config.resolved_url()? {
        StoreUrl::Memory => Ok(Store::memory(Arc::clone(clock))),
        StoreUrl::Redis(url) => {
            let availability = Arc::new(Availability::new(Arc::clone(clock)));
            let redis = Arc::new(Redis::open(url, config, clock, &availability)?);
            let own = Memory::new(Arc::clone(clock));
            Ok(Store {
                families: redis.clone(),
                device_requests: redis.clone(),
                revocations: redis.clone(),
                redemptions: redis.clone(),
                single_use: Arc::new(Shared::new(redis, own)),
                availability,
            })
        }
    }
}
