//! The store that replicas share: one Redis (a server, one that sentinels name, or a cluster), asked
//! within bounds of time, reconnected to by itself.

mod backoff;
mod connection;
mod devices;
mod families;
mod link;
mod links;
mod listing;
mod news;
mod record;
mod redemptions;
mod revocations;
mod rows;
mod script;
mod sentinel;
mod single_use;
mod target;
mod upkeep;
mod uuid;
mod writes;

use std::sync::Arc;

use self::{connection::Connection, links::RUNTIMES, news::News, target::Target, writes::Writes};
use super::{Availability, StoreError, schema};
use crate::{
    clock::Clock,
    config::{self, Problem, RedisUrl},
};

/// How far the clocks of replicas and of Redis may differ, in seconds: everything is kept that much
/// longer.
const SKEW: u64 = 60;

/// Refresh families, the revocation list and single-use identifiers in Redis.
pub struct Redis {
    connection: Connection,
    writes: Writes,
    news: News,
    key_prefix: String,
    clock: Arc<dyn Clock>,
}

impl Redis {
    /// Prepares connections to the Redis at `url`, by the rest of `config`; `availability` is told whether
    /// it answers. It need not be there yet. Needs a tokio runtime around it, which keeps the
    /// connections; others that ask get links of their own.
    ///
    /// # Errors
    /// A [`Problem`] with `store.url`, `store.url_file` or `store.ca_file`, which repeats no value.
    pub fn open(
        url: RedisUrl,
        config: &config::Store,
        clock: &Arc<dyn Clock>,
        availability: &Arc<Availability>,
    ) -> Result<Self, Problem> {
        let authorities = config.authorities()?;
        if authorities.is_some() && !url.tls {
            return Err(Problem::new("store.ca_file", "needs a rediss:// URL: others are not TLS"));
        }
        let target = Arc::new(Target { url, authorities, timeout: config.timeout });
        target.check().map_err(|_| match &config.ca_file {
            Some(_) => Problem::new("store.ca_file", "expected certificates as PEM"),
            None => {
                Problem::new(config.url_key(), "Redis cannot be reached by this (value not shown)")
            }
        })?;
        let connection = Connection::new(
            Arc::clone(&target),
            target.timeout,
            Some(Arc::clone(availability)),
            RUNTIMES,
        );
        let channel = schema::channel(&config.key_prefix);
        Ok(Self {
            writes: Writes::new(connection.clone(), &target, config.wait_replicas),
            news: News::new(channel, target, connection.clone()),
            connection,
            key_prefix: config.key_prefix.clone(),
            clock: Arc::clone(clock),
        })
    }

    /// Whether Redis answers, for `signet check`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], with what is wrong.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.connection.query(&redis::cmd("PING")).await
    }
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis").field("key_prefix", &self.key_prefix).finish_non_exhaustive()
    }
}
