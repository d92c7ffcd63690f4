//! The store that replicas share: one Redis, asked within bounds of time, reconnected to by itself.

use std::{sync::Arc, time::Duration};

use redis::{
    Client, ExistenceCheck, RedisError, SetExpiry, SetOptions,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::{Answer, Identifier, SingleUse, Spent, StoreError, schema};
use crate::{clock::Clock, secret::Secret};

/// How long a command, or a connection, may take.
const TIMEOUT: Duration = Duration::from_millis(500);

/// How far the clocks of replicas may differ, in seconds: an identifier is remembered that much longer.
const SKEW: u64 = 60;

/// Single-use identifiers in Redis.
#[derive(Clone)]
pub struct Redis {
    connection: ConnectionManager,
    key_prefix: String,
    clock: Arc<dyn Clock>,
}

impl Redis {
    /// Prepares connections to the Redis at `url`; none is made before the first command. Needs a tokio
    /// runtime around it.
    ///
    /// # Errors
    /// A sentence that does not repeat the URL.
    pub fn open(
        url: &Secret,
        key_prefix: String,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, &'static str> {
        const UNREADABLE: &str = "expected redis://[user:password@]host[:port][/database] (value not shown, it may hold a password)";
        let client = Client::open(url.expose()).map_err(|_| UNREADABLE)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(TIMEOUT))
            .set_response_timeout(Some(TIMEOUT))
            .set_number_of_retries(1);
        let connection =
            ConnectionManager::new_lazy_with_config(client, config).map_err(|_| UNREADABLE)?;
        Ok(Self { connection, key_prefix, clock })
    }

    /// Whether Redis answers, for `signet check`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], with what is wrong.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut connection = self.connection.clone();
        let pong = redis::cmd("PING").query_async::<()>(&mut connection).await;
        pong.map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    async fn set_if_absent(
        &self,
        identifier: Identifier,
        expires_at: u64,
    ) -> Result<Spent, RedisError> {
        let seconds = expires_at.saturating_sub(self.clock.now()) + SKEW;
        let options = SetOptions::default()
            .conditional_set(ExistenceCheck::NX)
            .with_expiration(SetExpiry::EX(seconds));
        let key = schema::used(&self.key_prefix, &identifier);
        let mut connection = self.connection.clone();
        let set: Option<String> =
            redis::AsyncCommands::set_options(&mut connection, key, "", options).await?;
        Ok(if set.is_some() { Spent::Now } else { Spent::Before })
    }
}

impl SingleUse for Redis {
    fn spend(&self, identifier: Identifier, expires_at: u64) -> Answer<'_, Spent> {
        Box::pin(async move {
            self.set_if_absent(identifier, expires_at)
                .await
                .map_err(|error| StoreError::Unavailable(error.to_string()))
        })
    }
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis").field("key_prefix", &self.key_prefix).finish_non_exhaustive()
    }
}
