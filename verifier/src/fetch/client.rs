//! The HTTP clients, each made when it is first needed: what needs no TLS loads no root certificates.
//! ring is handed to TLS here, so that no process-wide provider has to be installed.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{Client, redirect};
use rustls::{ClientConfig, RootCertStore, crypto::ring::default_provider};
use rustls_platform_verifier::BuilderVerifierExt;
use url::Url;

use super::{FetchError, FetchPolicy, address::Reach, resolver::Resolver};
use crate::issuer::{is_https_or_loopback, is_loopback};

/// The longest that a connection may take, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A client for each kind of destination.
#[derive(Debug, Default)]
pub(super) struct Clients {
    plain: OnceLock<Client>,
    direct: OnceLock<Client>,
    proxied: OnceLock<Client>,
}

impl Clients {
    pub(super) fn for_url(&self, url: &Url, policy: &FetchPolicy) -> Result<Client, FetchError> {
        if !is_https_or_loopback(url) {
            return Err(FetchError::NotHttps);
        }
        let reach = if policy.allow_private_addresses { Reach::Anywhere } else { Reach::Public };
        if reach.refuses_literal(url) {
            return Err(FetchError::AddressRefused);
        }
        let is_plain = url.scheme() == "http";
        let (slot, reach, proxied) = match reach {
            // `localhost`, which the line above could not see through.
            Reach::Public if is_plain => return Err(FetchError::AddressRefused),
            _ if is_plain => (&self.plain, Reach::Loopback, false),
            // A proxy would resolve names by itself, past the resolver that refuses.
            Reach::Public => (&self.direct, reach, false),
            _ if is_loopback(url) => (&self.direct, reach, false),
            _ => (&self.proxied, reach, true),
        };
        if let Some(client) = slot.get() {
            return Ok(client.clone());
        }
        let tls = if is_plain { without_roots() } else { with_platform_roots() };
        let tls = tls.map_err(|error| FetchError::Client(error.into()))?;
        let client = client(tls, reach, proxied, policy)?;
        Ok(slot.get_or_init(|| client).clone())
    }
}

fn client(
    tls: ClientConfig,
    reach: Reach,
    proxied: bool,
    policy: &FetchPolicy,
) -> Result<Client, FetchError> {
    let builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Resolver(reach))
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT.min(policy.timeout))
        .timeout(policy.timeout)
        .user_agent(concat!("signet-verifier/", env!("CARGO_PKG_VERSION")));
    let builder = if proxied { builder } else { builder.no_proxy() };
    builder.build().map_err(|error| FetchError::Client(error.into()))
}

fn with_platform_roots() -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?;
    Ok(builder.with_platform_verifier()?.with_no_client_auth())
}

/// Trusts nobody, which is all that plain http needs.
fn without_roots() -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}
