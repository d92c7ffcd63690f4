//! A connection that stands: to one server, or to the nodes of a cluster.

use std::time::Duration;

use redis::{
    Cmd, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisResult, ServerErrorKind, Value,
    aio::MultiplexedConnection,
    cluster_async::ClusterConnection,
    cluster_routing::{Route, SingleNodeRoutingInfo, SlotAddr},
    from_redis_value,
};

/// How often a command follows a key that moves between nodes, and the pause before.
const REDIRECTIONS: usize = 5;
const PAUSE: Duration = Duration::from_millis(20);

/// A connection that any number of commands share at once.
#[derive(Clone)]
pub(super) enum Link {
    Server(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Link {
    pub(super) async fn query<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::Server(connection) => command.query_async(connection).await,
            Self::Cluster(connection) => {
                let mut result = command.query_async(connection).await;
                for _ in 0..REDIRECTIONS {
                    match result {
                        Err(error) if moves(&error) => {
                            result = redirected(connection, command, &error).await;
                        }
                        settled => return settled,
                    }
                }
                result
            }
        }
    }

    /// Sends commands in a row to the server of `key`, nothing between them. None of the answers is an
    /// error.
    pub(super) async fn query_all(
        &mut self,
        key: &[u8],
        commands: &[Cmd],
    ) -> RedisResult<Vec<Value>> {
        let mut pipeline = Pipeline::with_capacity(commands.len());
        for command in commands {
            pipeline.add_command(command.clone());
        }
        match self {
            Self::Server(connection) => {
                without_errors(connection.send_packed_commands(&pipeline, 0, commands.len()).await?)
            }
            Self::Cluster(connection) => {
                let mut result = Ok(Vec::new());
                for _ in 0..=REDIRECTIONS {
                    let route = Route::with_key(key, SlotAddr::Master);
                    let node = SingleNodeRoutingInfo::SpecificNode(route);
                    let sent = connection.route_pipeline(pipeline.clone(), 0, commands.len(), node);
                    result = sent.await.and_then(without_errors);
                    match &result {
                        Err(error) if moves(error) => tokio::time::sleep(PAUSE).await,
                        _ => break,
                    }
                }
                result
            }
        }
    }
}

fn without_errors(values: Vec<Value>) -> RedisResult<Vec<Value>> {
    values.into_iter().map(Value::extract_error).collect()
}

/// Whether the node did not do what it was asked, because the key is, or will be, elsewhere. Only then is
/// a command sent again: one that was cut off may have been done.
fn moves(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server(
            ServerErrorKind::Moved | ServerErrorKind::Ask | ServerErrorKind::TryAgain
        )
    )
}

async fn redirected<T: FromRedisValue>(
    connection: &mut ClusterConnection,
    command: &Cmd,
    error: &RedisError,
) -> RedisResult<T> {
    if error.kind() == ErrorKind::Server(ServerErrorKind::Ask)
        && let Some((host, port)) =
            error.redirect_node().and_then(|(node, _)| node.rsplit_once(':'))
        && let Ok(port) = port.parse()
    {
        let mut asking = Pipeline::new();
        asking.cmd("ASKING").add_command(command.clone());
        let node = SingleNodeRoutingInfo::ByAddress { host: host.to_owned(), port };
        let mut values = connection.route_pipeline(asking, 0, 2, node).await?;
        let value = values.pop().unwrap_or(Value::Nil).extract_error()?;
        return Ok(from_redis_value(value)?);
    }
    // The nodes are asked again who has what, in the meantime.
    tokio::time::sleep(PAUSE).await;
    command.query_async(connection).await
}

/// Whether a connection with this error is done for, or is no longer one to where writes go.
pub(super) fn breaks(error: &RedisError) -> bool {
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
