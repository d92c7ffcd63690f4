//! The store: what several processes must agree on. It remembers and decides nothing. So far it has one
//! family, the revocation list's single-use identifiers, kept by [`Memory`] for one process or by
//! [`Redis`] for several.

mod memory;
mod redis;
mod schema;
mod shared;

use std::{pin::Pin, sync::Arc};

pub use self::memory::Memory;
pub use self::redis::Redis;
pub use self::schema::{KeyFamily, SCHEMA};
pub use self::shared::Shared;
use crate::{
    clock::Clock,
    config::{Problem, Store, StoreUrl},
};

/// Identifiers that may be used once: a client assertion's `jti`, for one.
pub trait SingleUse: Send + Sync + std::fmt::Debug {
    /// Notes that `identifier` is used, until `expires_at` (Unix seconds).
    ///
    /// The future's error is a [`StoreError`], when it cannot be remembered: the caller must refuse.
    fn spend(&self, identifier: Identifier, expires_at: u64) -> Spending<'_>;
}

/// What [`SingleUse::spend`] answers.
pub type Spending<'a> = Pin<Box<dyn Future<Output = Result<Spent, StoreError>> + Send + 'a>>;

/// A digest of what may be used once, so that a dump tells nothing.
pub type Identifier = [u8; 32];

/// Whether a single-use identifier was still good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// It had not been used.
    Now,
    /// It had been used before: a replay.
    Before,
}

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
pub fn open(config: &Store, clock: &Arc<dyn Clock>) -> Result<Arc<dyn SingleUse>, Problem> {
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
