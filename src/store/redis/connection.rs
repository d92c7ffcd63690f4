//! One connection for all commands of a store: made when first asked for, made anew when it breaks, and
//! while that does not succeed every command fails at once instead of waiting in a queue.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, ServerErrorKind, Value};
use tokio::{runtime::Handle, sync::watch};

use super::{backoff::Backoff, link::Link, script::Lua, target::Target};
use crate::{
    clock::Stopwatch,
    store::{Availability, StoreError},
};

/// How long a connection that finds its way back by itself is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(1);

/// The connection. Tasks of any runtime may share it; its own tasks run where it was made.
#[derive(Clone)]
pub(super) struct Connection(Arc<Shared>);

struct Shared {
    target: Arc<Target>,
    response_timeout: Duration,
    runtime: Handle,
    availability: Option<Arc<Availability>>,
    state: watch::Sender<State>,
    attempts: AtomicU64,
}

#[derive(Clone)]
enum State {
    /// Nobody has asked for it yet.
    Unasked,
    /// It is being made, and nothing says that this will fail: commands wait for it.
    Connecting,
    /// It stands.
    Ready { link: Link, attempt: u64, since: Stopwatch },
    /// It could not be made. It is tried again and again in the background; commands fail with this.
    Away(Arc<str>),
}

impl Connection {
    /// Prepares the connection; `availability` is told whether it answers.
    pub(super) fn new(
        target: Arc<Target>,
        response_timeout: Duration,
        availability: Option<Arc<Availability>>,
    ) -> Self {
        Self(Arc::new(Shared {
            target,
            response_timeout,
            runtime: Handle::current(),
            availability,
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
        if let State::Ready { link, attempt, .. } = &*self.0.state.borrow() {
            return Ok((link.clone(), *attempt));
        }
        if self.0.change(|state| matches!(state, State::Unasked).then_some(State::Connecting)) {
            self.0.start_connecting();
        }
        let mut states = self.0.state.subscribe();
        let settled = states.wait_for(|state| !matches!(state, State::Unasked | State::Connecting));
        match tokio::time::timeout(self.0.target.patience(), settled).await {
            Ok(Ok(state)) => match &*state {
                State::Ready { link, attempt, .. } => Ok((link.clone(), *attempt)),
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

impl Shared {
    fn report(&self, answered: bool) {
        if let Some(availability) = &self.availability
            && availability.is_available() != answered
        {
            availability.report(answered);
        }
    }

    /// Changes the state where `next` says so; whether it did.
    fn change(&self, next: impl FnOnce(&State) -> Option<State>) -> bool {
        self.state.send_if_modified(|state| match next(state) {
            Some(next) => {
                *state = next;
                true
            }
            None => false,
        })
    }

    /// The connection of that attempt is no good any more. Others may have seen it before.
    fn lost(self: &Arc<Self>, lost: u64) {
        let left_alone =
            |since: &Stopwatch| self.target.heals_itself() && since.elapsed() < LEFT_ALONE;
        let changed = self.change(|state| match state {
            State::Ready { attempt, since, .. } if *attempt == lost && !left_alone(since) => {
                Some(State::Connecting)
            }
            _ => None,
        });
        if changed {
            self.start_connecting();
        }
    }

    fn start_connecting(self: &Arc<Self>) {
        self.runtime.spawn(keep_connecting(Arc::downgrade(self)));
    }

    async fn connect(self: &Arc<Self>) -> Result<(), String> {
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed);
        let shared = Arc::downgrade(self);
        let lost = move || {
            if let Some(shared) = shared.upgrade() {
                shared.lost(attempt);
            }
        };
        let connect = self.target.connect(self.response_timeout, lost);
        match tokio::time::timeout(self.target.patience(), connect).await {
            Ok(Ok(link)) => {
                self.change(|_| Some(State::Ready { link, attempt, since: Stopwatch::start() }));
                Ok(())
            }
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("no connection in time".to_owned()),
        }
    }
}

/// Connects, trying until it succeeds or nobody wants the connection any more.
async fn keep_connecting(shared: Weak<Shared>) {
    let mut backoff = Backoff::default();
    while let Some(connection) = shared.upgrade() {
        match connection.connect().await {
            Ok(()) => return connection.report(true),
            Err(reason) => {
                connection.report(false);
                tracing::debug!(reason, "no connection to Redis");
                connection.change(|_| Some(State::Away(reason.into())));
            }
        }
        drop(connection);
        tokio::time::sleep(backoff.next()).await;
    }
}

/// Whether a connection with this error is done for, or is no longer one to where writes go.
fn breaks(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Io
            | ErrorKind::ClusterConnectionNotFound
            | ErrorKind::AuthenticationFailed
            | ErrorKind::Parse
            | ErrorKind::Server(
                ServerErrorKind::ReadOnly
                    | ServerErrorKind::BusyLoading
                    | ServerErrorKind::ClusterDown
                    | ServerErrorKind::MasterDown
            )
    )
}

pub(super) fn unavailable(error: &RedisError) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

fn too_slow() -> StoreError {
    StoreError::Unavailable("no connection in time".to_owned())
}
