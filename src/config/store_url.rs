//! `store.url`: which store is meant, read into parts, so that no other room takes a URL apart.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, de};

use crate::secret::Secret;

/// Which store is used.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum StoreUrl {
    /// `memory:`, this process alone.
    #[default]
    Memory,
    /// `redis://…` and its kin, shared by replicas.
    Redis(RedisUrl),
}

/// A Redis that replicas share. `Debug` shows nothing of it: the password is not all that may be secret.
#[derive(Clone, PartialEq)]
pub struct RedisUrl {
    /// How its servers stand together.
    pub topology: Topology,
    /// Host and port of the server, of each sentinel, or of some nodes of the cluster; at least one.
    pub nodes: Vec<(String, u16)>,
    /// Whether connections are TLS.
    pub tls: bool,
    /// The user of an access control list.
    pub username: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// The number of the database.
    pub database: u16,
}

/// How the servers of a Redis stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Topology {
    /// `redis://`, `rediss://`: one server.
    Standalone,
    /// `redis+sentinel://`, `rediss+sentinel://`: sentinels know which server is the master.
    Sentinel {
        /// The name by which the sentinels know the service.
        service: String,
    },
    /// `redis+cluster://`, `rediss+cluster://`: keys are spread over several servers.
    Cluster,
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The text names no store. No sentence repeats it: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedStoreUrl {
    /// The scheme.
    #[error(
        "expected \"memory:\", \"redis://…\", \"redis+sentinel://…\" or \"redis+cluster://…\", or one of these with \"rediss\" (value not shown, it may hold a password)"
    )]
    Scheme,
    /// The user and the password.
    #[error(
        "expected user:password@ or :password@ before the host, percent-encoded (value not shown)"
    )]
    Credentials,
    /// A host, or its port.
    #[error(
        "expected host or host:port, several separated by commas only where there are several servers (value not shown)"
    )]
    Host,
    /// The name of a service.
    #[error(
        "expected the service's name behind the sentinels: redis+sentinel://host,host/service (value not shown)"
    )]
    Service,
    /// The database.
    #[error(
        "expected nothing behind the host but a database from 0 to 65535, which for a cluster can only be 0 (value not shown)"
    )]
    Database,
}

impl FromStr for StoreUrl {
    type Err = MalformedStoreUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "memory:" {
            return Ok(Self::Memory);
        }
        let (scheme, rest) = text.split_once("://").ok_or(MalformedStoreUrl::Scheme)?;
        let (protocol, kind) = match scheme.split_once('+') {
            Some((protocol, kind)) => (protocol, Some(kind)),
            None => (scheme, None),
        };
        let tls = match protocol {
            "redis" => false,
            "rediss" => true,
            _ => return Err(MalformedStoreUrl::Scheme),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (credentials, hosts) = match authority.rsplit_once('@') {
            Some((credentials, hosts)) => (Some(credentials), hosts),
            None => (None, authority),
        };
        let (username, password) = credentials.map_or(Ok((None, None)), read_credentials)?;
        let (topology, database) = match kind {
            None => (Topology::Standalone, path),
            Some("sentinel") => {
                let (service, database) = path.split_once('/').unwrap_or((path, ""));
                let service = decode(service).filter(|service| !service.is_empty());
                (
                    Topology::Sentinel { service: service.ok_or(MalformedStoreUrl::Service)? },
                    database,
                )
            }
            Some("cluster") => (Topology::Cluster, path),
            Some(_) => return Err(MalformedStoreUrl::Scheme),
        };
        let default_port = if kind == Some("sentinel") { 26_379 } else { 6_379 };
        let nodes: Result<Vec<_>, _> =
            hosts.split(',').map(|host| read_host(host, default_port)).collect();
        let nodes = nodes?;
        if topology == Topology::Standalone && nodes.len() > 1 {
            return Err(MalformedStoreUrl::Host);
        }
        let database = read_database(database)?;
        if topology == Topology::Cluster && database != 0 {
            return Err(MalformedStoreUrl::Database);
        }
        Ok(Self::Redis(RedisUrl { topology, nodes, tls, username, password, database }))
    }
}

type Credentials = (Option<String>, Option<Secret>);

fn read_credentials(text: &str) -> Result<Credentials, MalformedStoreUrl> {
    let (username, password) = text.split_once(':').ok_or(MalformedStoreUrl::Credentials)?;
    let decoded = |part| decode(part).ok_or(MalformedStoreUrl::Credentials);
    let (username, password) = (decoded(username)?, decoded(password)?);
    if password.is_empty() {
        return Err(MalformedStoreUrl::Credentials);
    }
    Ok(((!username.is_empty()).then_some(username), Some(Secret::new(password))))
}

fn read_host(text: &str, default_port: u16) -> Result<(String, u16), MalformedStoreUrl> {
    let (host, port) = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        Some((address, "")) => (address, None),
        Some((address, port)) => {
            (address, Some(port.strip_prefix(':').ok_or(MalformedStoreUrl::Host)?))
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let legal =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    if host.is_empty() || !host.bytes().all(legal) {
        return Err(MalformedStoreUrl::Host);
    }
    let port = match port {
        Some(port) => port.parse().ok().filter(|port| *port != 0),
        None => Some(default_port),
    };
    Ok((host.to_owned(), port.ok_or(MalformedStoreUrl::Host)?))
}

fn read_database(text: &str) -> Result<u16, MalformedStoreUrl> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text {
        "" => Ok(0),
        _ if digits => text.parse().map_err(|_| MalformedStoreUrl::Database),
        _ => Err(MalformedStoreUrl::Database),
    }
}

/// Percent-decoding (RFC 3986 section 2.1); `None` where that leaves no UTF-8 text.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, tail @ ..] = tail else { return None };
        let digit =
            |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        bytes.push(digit(*high)? << 4 | digit(*low)?);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}

impl<'de> Deserialize<'de> for StoreUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
