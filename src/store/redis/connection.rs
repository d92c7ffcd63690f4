//! One connection for all commands of a store: made when first asked for, made anew when it breaks, and
//! while that does not succeed every command fails at once instead of waiting in a queue. It is one to
//! those who ask; beneath, each runtime that asks has a link of its own ([`super::links`]).

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, ServerErrorKind, Value};
use tokio::{runtime::Handle, sync::watch};

use super::{
    link::{Link, breaks},
    script::Lua,
    target::Target,
    upkeep::{Shared, State},
};
use crate::store::{Availability, StoreError};

/// The connection. Tasks of any runtime may share it; what keeps it runs where it was made.
#[derive(Clone)]
pub(super) struct Connection(pub(super) Arc<Shared>);

impl Connection {
    /// Prepares the connection; `availability` is told whether it answers. Besides the one at hand, so
    /// many `runtimes` may have links of their own.
    pub(super) fn new(
        target: Arc<Target>,
        response_timeout: Duration,
        availability: Option<Arc<Availability>>,
        runtimes: usize,
    ) -> Self {
        Self(Arc::new(Shared {
            target,
            response_timeout,
            runtime: Handle::current(),
            availability,
            runtimes,
            state: watch::Sender::new(State::Unasked),
            attempts: AtomicU64::new(0),
        }))
    }

    /// Sends a command and reads its answer.
    pub(super) async fn query<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        let (mut link, attempt) = self.link().await?;
        let result = link.query(command).await;
        self.settle(attempt, result)
    }

    /// Sends commands in a row to the server of `key`, nothing between them, and reads their answers.
    pub(super) async fn query_all(
        &self,
        key: &[u8],
        commands: &[Cmd],
    ) -> Result<Vec<Value>, StoreError> {
        let (mut link, attempt) = self.link().await?;
        let result = link.query_all(key, commands).await;
        self.settle(attempt, result)
    }

    /// Parts of `items` that may go to one server: all, or in a cluster each alone.
    pub(super) fn on_one_server<'a, T>(&self, items: &'a [T]) -> std::slice::Chunks<'a, T> {
        items.chunks(if self.0.target.heals_itself() { 1 } else { usize::MAX })
    }

    /// Runs a script; `call` is of its making.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &Lua,
        call: &Cmd,
    ) -> Result<T, StoreError> {
        let (mut link, attempt) = self.link().await?;
        let mut result = link.query(call).await;
        if let Err(error) = &result
            && error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
        {
            result = link.query(&script.in_full(call)).await;
        }
        self.settle(attempt, result)
    }

    async fn link(&self) -> Result<(Link, u64), StoreError> {
        if let State::Ready { links, attempt, .. } = &*self.0.state.borrow() {
            return Ok((self.0.link_here(links, *attempt), *attempt));
        }
        if self.0.change(|state| matches!(state, State::Unasked).then_some(State::Connecting)) {
            self.0.start_connecting();
        }
        let mut states = self.0.state.subscribe();
        let settled = states.wait_for(|state| !matches!(state, State::Unasked | State::Connecting));
        match tokio::time::timeout(self.0.target.patience(), settled).await {
            Ok(Ok(state)) => match &*state {
                State::Ready { links, attempt, .. } => {
                    Ok((self.0.link_here(links, *attempt), *attempt))
                }
                State::Away(reason) => Err(StoreError::Unavailable(reason.to_string())),
                State::Unasked | State::Connecting => Err(too_slow()),
            },
            _ => Err(too_slow()),
        }
    }

    fn settle<T>(&self, attempt: u64, result: Result<T, RedisError>) -> Result<T, StoreError> {
        match result {
            Ok(answer) => {
                self.0.report(true);
                Ok(answer)
            }
            Err(error) => {
                if breaks(&error) {
                    self.0.report(false);
                    self.0.lost(attempt);
                }
                Err(unavailable(&error))
            }
        }
    }
}

pub(super) fn unavailable(error: &RedisError) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

fn too_slow() -> StoreError {
    StoreError::Unavailable("no connection in time".to_owned())
}
