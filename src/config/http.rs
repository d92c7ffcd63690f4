//! `[http]`: where Signet listens and what it takes.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use bytesize::ByteSize;
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de};

/// The section `[http]`.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The largest body that a request may have.
    #[serde(deserialize_with = "body_limit")]
    pub body_limit: ByteSize,
    /// The certificate to serve; absent: plain HTTP, on loopback or behind a proxy.
    pub tls: Option<Tls>,
    /// Origins whose pages may call the token endpoint; public documents allow any.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed; absent: nobody's.
    pub trusted_proxies: Vec<IpNet>,
    /// How long to go on serving after SIGTERM, with `/readyz` already saying no.
    #[serde(deserialize_with = "super::duration::any")]
    pub drain_delay: Duration,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            body_limit: ByteSize::kib(64),
            tls: None,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            drain_delay: Duration::ZERO,
        }
    }
}

/// Reads a size; the parser's own message does not say what it expects.
fn body_limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ByteSize, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| de::Error::custom("expected a size with its unit, like \"64KiB\""))
}

/// `http.tls`.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate chain, PEM.
    pub certificate_file: PathBuf,
    /// Its private key, PEM.
    pub key_file: PathBuf,
}
