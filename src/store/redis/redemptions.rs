//! [`Redemptions`], kept in Redis.

use super::{
    Redis, SKEW,
    script::REDEEM,
    writes::{Purpose, Write, read},
};
use crate::store::{Answer, Identifier, Redemptions, Spent, StoreError, Uses, schema};

impl Redis {
    async fn redeem(&self, identifier: Identifier, expires_at: u64) -> Result<Spent, StoreError> {
        let key = schema::used(&self.key_prefix, &identifier);
        let mut command = REDEEM.call(&key);
        command.arg(expires_at.saturating_sub(self.clock.now()) + SKEW);
        let write = Write { key, command, script: Some(&REDEEM) };
        let mut answers = self.writes.make(Purpose::Grant, &[write]).await?;
        let first: u8 = answers.pop().map(read).transpose()?.unwrap_or_default();
        Ok(if first == 1 { Spent::Now } else { Spent::Before })
    }

    async fn uses(&self, identifier: Identifier) -> Result<Uses, StoreError> {
        let key = schema::used(&self.key_prefix, &identifier);
        let value: Option<Vec<u8>> = self.connection.query(redis::cmd("GET").arg(key)).await?;
        Ok(match value.as_deref() {
            None => Uses::None,
            Some(b"2") => Uses::Again,
            Some(_) => Uses::Once,
        })
    }
}

impl Redemptions for Redis {
    fn redeem(&self, identifier: Identifier, expires_at: u64) -> Answer<'_, Spent> {
        Box::pin(self.redeem(identifier, expires_at))
    }

    fn uses(&self, identifier: Identifier) -> Answer<'_, Uses> {
        Box::pin(self.uses(identifier))
    }
}
