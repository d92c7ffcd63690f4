//! Which servers, and how they are spoken to.

use std::{num::NonZeroUsize, time::Duration};

use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, ErrorKind, IntoConnectionInfo,
    ProtocolVersion, PushInfo, RedisConnectionInfo, RedisError, RedisResult, ServerErrorKind,
    TlsCertificates, Value,
    aio::{AsyncPushSender, MultiplexedConnection},
    cluster::ClusterClient,
};

use super::{link::Link, sentinel};
use crate::config::{RedisUrl, Topology};

/// Host and port of a server.
pub(super) type Node = (String, u16);

/// A Redis, as configuration names it, and what vouches for it.
pub(super) struct Target {
    pub(super) url: RedisUrl,
    /// Certificates (PEM) in place of the system's.
    pub(super) authorities: Option<String>,
    /// How long a connection to a server may take, and by default a command.
    pub(super) timeout: Duration,
}

impl Target {
    /// Whether connections can be prepared: what can be wrong with the certificates is found here.
    pub(super) fn check(&self) -> RedisResult<()> {
        self.url.nodes.iter().try_for_each(|node| self.client(node).map(drop))
    }

    /// Whether a connection finds its way back by itself when one of its servers fails.
    pub(super) fn heals_itself(&self) -> bool {
        self.url.topology == Topology::Cluster
    }

    /// How long [`Self::connect`] may take.
    pub(super) fn patience(&self) -> Duration {
        match self.url.topology {
            Topology::Standalone => self.timeout,
            Topology::Sentinel { .. } | Topology::Cluster => 2 * self.timeout,
        }
    }

    /// Connects to where writes go, which must be `node` if there is one, and says where that is. `lost`
    /// hears when the connection has ended. It is driven on the runtime at hand.
    pub(super) async fn connect(
        &self,
        node: Option<&Node>,
        response_timeout: Duration,
        lost: impl Fn() + Send + Sync + 'static,
    ) -> RedisResult<(Link, Option<Node>)> {
        if self.url.topology == Topology::Cluster {
            return Ok((self.connect_cluster(response_timeout).await?, None));
        }
        let pushed = move |push: PushInfo| {
            if push.kind == redis::PushKind::Disconnection {
                lost();
            }
            Ok::<(), redis::aio::SendError>(())
        };
        let (connection, node) =
            self.connect_master(node, response_timeout, std::sync::Arc::new(pushed)).await?;
        Ok((Link::Server(connection), Some(node)))
    }

    /// Connects to one server that hears of what is published: the master, or any node of a cluster,
    /// another one at each `attempt`.
    pub(super) async fn connect_subscriber(
        &self,
        attempt: usize,
        pushed: impl AsyncPushSender,
    ) -> RedisResult<MultiplexedConnection> {
        if self.url.topology == Topology::Cluster {
            let node = &self.url.nodes[attempt % self.url.nodes.len()];
            return self.connect_server(node, self.timeout, pushed).await;
        }
        let pushed = std::sync::Arc::new(pushed);
        let timeout = self.timeout;
        self.connect_master(None, timeout, pushed).await.map(|(connection, _)| connection)
    }

    async fn connect_master<P: AsyncPushSender + Clone>(
        &self,
        node: Option<&Node>,
        response_timeout: Duration,
        pushed: P,
    ) -> RedisResult<(MultiplexedConnection, Node)> {
        let candidates = match (node, &self.url.topology) {
            (Some(node), _) => vec![node.clone()],
            (None, Topology::Sentinel { service }) => sentinel::masters(self, service).await?,
            (None, Topology::Standalone | Topology::Cluster) => self.url.nodes.clone(),
        };
        let mut last_error = None;
        for candidate in candidates {
            match self.connect_server(&candidate, response_timeout, pushed.clone()).await {
                Ok(mut connection) => match is_master(&mut connection).await {
                    Ok(()) => return Ok((connection, candidate)),
                    Err(error) => last_error = Some(error),
                },
                Err(error) => last_error = Some(error),
            }
        }
        Err(last_error.unwrap_or_else(|| failed("no sentinel names a master")))
    }

    async fn connect_server(
        &self,
        node: &(String, u16),
        response_timeout: Duration,
        pushed: impl AsyncPushSender,
    ) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.timeout))
            .set_response_timeout(Some(response_timeout))
            .set_push_sender(pushed);
        self.client(node)?.get_multiplexed_async_connection_with_config(&config).await
    }

    async fn connect_cluster(&self, response_timeout: Duration) -> RedisResult<Link> {
        let nodes: RedisResult<Vec<ConnectionInfo>> =
            self.url.nodes.iter().map(|node| self.connection_info(node)).collect();
        let mut builder = ClusterClient::builder(nodes?)
            // It would repeat commands that were cut off, which may have been done.
            .retries(0)
            .connection_timeout(self.timeout)
            .response_timeout(response_timeout)
            .overall_response_timeout(Some(response_timeout))
            .max_connection_attempts(NonZeroUsize::MIN);
        if let Some(certificates) = self.certificates() {
            builder = builder.certs(certificates);
        }
        builder.build()?.get_async_connection().await.map(Link::Cluster)
    }

    /// A client for one server, with the credentials.
    fn client(&self, node: &(String, u16)) -> RedisResult<Client> {
        self.client_of(self.connection_info(node)?)
    }

    /// A client for a sentinel, which may want credentials or may know nobody.
    pub(super) fn sentinel_client(
        &self,
        node: &(String, u16),
        with_credentials: bool,
    ) -> RedisResult<Client> {
        let info = self.connection_info(node)?;
        let settings = if with_credentials { self.credentials() } else { settings() };
        self.client_of(info.set_redis_settings(settings))
    }

    fn client_of(&self, info: ConnectionInfo) -> RedisResult<Client> {
        match self.certificates() {
            Some(certificates) if self.url.tls => Client::build_with_tls(info, certificates),
            _ => Client::open(info),
        }
    }

    fn certificates(&self) -> Option<TlsCertificates> {
        let authorities = self.authorities.as_ref()?;
        Some(TlsCertificates {
            client_tls: None,
            root_cert: Some(authorities.clone().into_bytes()),
        })
    }

    fn connection_info(&self, (host, port): &(String, u16)) -> RedisResult<ConnectionInfo> {
        let (host, port) = (host.clone(), *port);
        let address = if self.url.tls {
            ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }
        } else {
            ConnectionAddr::Tcp(host, port)
        };
        let settings = self.credentials().set_db(i64::from(self.url.database));
        let info = address.into_connection_info()?;
        let tcp = info.tcp_settings().clone().set_nodelay(true);
        Ok(info.set_tcp_settings(tcp).set_redis_settings(settings))
    }

    fn credentials(&self) -> RedisConnectionInfo {
        let mut settings = settings();
        if let Some(username) = &self.url.username {
            settings = settings.set_username(username);
        }
        if let Some(password) = &self.url.password {
            settings = settings.set_password(password.expose());
        }
        settings
    }
}

/// RESP3, by which a connection that ends says so at once.
fn settings() -> RedisConnectionInfo {
    RedisConnectionInfo::default().set_protocol(ProtocolVersion::RESP3).set_skip_set_lib_name()
}

pub(super) fn failed(message: &'static str) -> RedisError {
    (ErrorKind::Io, message).into()
}

/// Whether the server is up, and takes writes.
async fn is_master(connection: &mut MultiplexedConnection) -> RedisResult<()> {
    redis::cmd("PING").query_async::<()>(connection).await?;
    match redis::cmd("ROLE").query_async::<Vec<Value>>(connection).await {
        Ok(role) => match role.first() {
            Some(Value::BulkString(name)) if name != b"master" => {
                Err(failed("the server is a replica, which takes no writes"))
            }
            _ => Ok(()),
        },
        // The user may not ask; a write will tell.
        Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoPerm) => Ok(()),
        Err(error) => Err(error),
    }
}
