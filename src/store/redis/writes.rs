//! Grants and revocations on their way into Redis, and, where `store.wait_replicas` asks for it, into its
//! replicas before they count.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use redis::{Cmd, RedisError, Value, from_redis_value};

use super::{
    connection::{Connection, unavailable},
    script::Lua,
    target::Target,
};
use crate::{clock::Stopwatch, store::StoreError};

/// How long they are not waited for once they did not: each one who waits holds up those behind.
const NOT_WAITED: Duration = Duration::from_secs(1);

/// A change of one key.
pub(super) struct Write {
    pub(super) key: Vec<u8>,
    pub(super) command: Cmd,
    /// The script that `command` calls.
    pub(super) script: Option<&'static Lua>,
}

/// What a change is good for where replicas are known not to acknowledge it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Nothing: nobody may hold a grant that could be lost.
    Grant,
    /// Much: better on the master alone than nowhere, though it counts as not done.
    Revocation,
}

/// Where changes go.
pub(super) struct Writes {
    connection: Connection,
    replicas: Option<Replicas>,
}

struct Replicas {
    /// Of its own: whoever waits for replicas holds up all that comes behind on the same connection.
    connection: Connection,
    count: u8,
    /// How long they may take to acknowledge.
    timeout: Duration,
    /// When they last failed to acknowledge.
    failed: Mutex<Option<Stopwatch>>,
}

impl Writes {
    pub(super) fn new(connection: Connection, target: &Arc<Target>, replicas: u8) -> Self {
        let replicas = (replicas > 0).then(|| Replicas {
            connection: Connection::new(Arc::clone(target), 2 * target.timeout, None, 0),
            count: replicas,
            timeout: target.timeout,
            failed: Mutex::default(),
        });
        Self { connection, replicas }
    }

    /// Whether replicas must acknowledge.
    pub(super) fn are_acknowledged(&self) -> bool {
        self.replicas.is_some()
    }

    /// Makes the changes in their order, and answers what Redis said to each.
    pub(super) async fn make(
        &self,
        purpose: Purpose,
        writes: &[Write],
    ) -> Result<Vec<Value>, StoreError> {
        let Some(replicas) = &self.replicas else {
            return unacknowledged(&self.connection, writes).await;
        };
        if replicas.fail_now() {
            if purpose == Purpose::Revocation {
                unacknowledged(&self.connection, writes).await?;
            }
            return Err(too_few());
        }
        let made = replicas.make(writes).await;
        replicas.note(made.is_ok());
        made
    }
}

impl Replicas {
    fn fail_now(&self) -> bool {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.is_some_and(|since| since.elapsed() < NOT_WAITED)
    }

    fn note(&self, acknowledged: bool) {
        let failed = (!acknowledged).then(Stopwatch::start);
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = failed;
    }

    async fn make(&self, writes: &[Write]) -> Result<Vec<Value>, StoreError> {
        let mut wait = redis::cmd("WAIT");
        wait.arg(self.count).arg(u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX));
        let mut answers = Vec::with_capacity(writes.len());
        for together in self.connection.on_one_server(writes) {
            let full = |write: &Write| match write.script {
                Some(script) => script.in_full(&write.command),
                None => write.command.clone(),
            };
            let Some(first) = together.first() else { continue };
            let commands: Vec<Cmd> = together.iter().map(full).chain([wait.clone()]).collect();
            let mut values = self.connection.query_all(&first.key, &commands).await?;
            let acknowledged = values.pop().map(from_redis_value::<u64>);
            if !matches!(acknowledged, Some(Ok(count)) if count >= u64::from(self.count)) {
                return Err(too_few());
            }
            answers.extend(values);
        }
        Ok(answers)
    }
}

async fn unacknowledged(
    connection: &Connection,
    writes: &[Write],
) -> Result<Vec<Value>, StoreError> {
    let mut answers = Vec::with_capacity(writes.len());
    for write in writes {
        answers.push(match write.script {
            Some(script) => connection.run(script, &write.command).await?,
            None => connection.query(&write.command).await?,
        });
    }
    Ok(answers)
}

fn too_few() -> StoreError {
    StoreError::Unavailable("too few replicas acknowledged the change".to_owned())
}

/// What Redis said, as the type that is expected.
pub(super) fn read<T: redis::FromRedisValue>(value: Value) -> Result<T, StoreError> {
    from_redis_value(value).map_err(|error| unavailable(&RedisError::from(error)))
}
