//! [`SingleUse`], kept in Redis.

use super::{Redis, SKEW};
use crate::store::{Answer, Identifier, SingleUse, Spent, StoreError, schema};

impl Redis {
    async fn spend(&self, identifier: Identifier, expires_at: u64) -> Result<Spent, StoreError> {
        let seconds = expires_at.saturating_sub(self.clock.now()) + SKEW;
        let key = schema::used(&self.key_prefix, &identifier);
        let mut command = redis::cmd("SET");
        command.arg(key).arg("").arg("NX").arg("EX").arg(seconds);
        let set: Option<String> = self.connection.query(&command).await?;
        Ok(if set.is_some() { Spent::Now } else { Spent::Before })
    }
}

impl SingleUse for Redis {
    fn spend(&self, identifier: Identifier, expires_at: u64) -> Answer<'_, Spent> {
        Box::pin(self.spend(identifier, expires_at))
    }
}
