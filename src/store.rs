//! The store: what several processes must agree on. It remembers and decides nothing. Two kinds of data,
//! [`RefreshFamilies`] and the [`RevocationList`] with its [`SingleUse`] identifiers, kept by [`Memory`]
//! for one process or by [`Redis`] for several; `schema.rs` lists every key.

mod family;
mod memory;
mod redis;
mod revocation_list;
mod schema;
mod shared;
mod single_use;

use std::{pin::Pin, sync::Arc};

pub use self::family::{
    Continuation, Cursor, EndedFamily, Family, FamilyId, Grant, LiveToken, MOST_LIVE_TOKENS,
    MalformedFamilyId, NewFamily, Owner, Page, Refresh, RefreshFamilies, Refreshed,
};
pub use self::memory::Memory;
pub use self::redis::Redis;
pub use self::revocation_list::{
    BLOCK_SIZE, Block, BlockNoted, Entry, LIST_SIZE, ListId, RevocationEvent, RevocationList,
    Revoked,
};
pub use self::schema::{KeyFamily, SCHEMA};
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
    /// No room for another identifier.
    #[error("the memory of single-use identifiers is full")]
    Full,
    /// Redis does not answer, or not as it should.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
}

/// Opens the store that `config` names. Redis need not be there yet.
///
/// # Errors
/// A [`Problem`] with `store.url` or `store.url_file`, without the value: it may hold a password.
pub fn open(
    config: &crate::config::Store,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn SingleUse>, Problem> {
    let memory = Memory::new(Arc::clone(clock));
    match config.resolved_url()? {
        StoreUrl::Memory => Ok(Arc::new(memory)),
        StoreUrl::Redis(url) => {
            let redis = Redis::open(&url, config.key_prefix.clone(), Arc::clone(clock))
                .map_err(|message| Problem::new("store.url", message))?;
            Ok(Arc::new(Shared::new(redis, memory)))
        }
    }
}
