//! `signet serve`.

use std::{
    io::{IsTerminal, stdout},
    sync::Arc,
    time::Duration,
};

use super::{Cli, Failed, runtime};
use crate::{
    app::{App, Running},
    clock::SystemClock,
    config::{Config, StoreUrl},
    entropy::{Pooled, SystemEntropy},
    http::{
        server::{ConnectionLimits, shutdown},
        token,
    },
    logging,
    oauth::GrantType,
};

pub(super) const EXAMPLES: &str = "\
Examples:
  signet serve                                  with signet.toml of this folder
  signet serve --config /etc/signet/signet.toml
  SIGNET_HTTP__LISTEN=127.0.0.1:9090 signet serve
  RUST_LOG=warn signet serve                    without the request log";

pub(super) fn run(cli: &Cli) -> Result<(), Failed> {
    let loaded = cli.configuration()?;
    let logging = logging::init()?;
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        let signals = shutdown::signals()?;
        let app = App::new(
            loaded,
            Arc::new(SystemClock),
            Arc::new(Pooled(SystemEntropy)),
            logging.lines(),
        )?;
        app.open_directory().await?;
        let config = app.config();
        warn_of_clear_secrets(&config.config);
        warn_of_an_open_listener(&config.config);
        warn_of_a_forgetful_store(&config.config);
        let running = Running::bind(app, ConnectionLimits::default())?;
        tracing::info!(
            issuer = %config.config.issuer,
            listen = %running.local_addr(),
            version = env!("CARGO_PKG_VERSION"),
            "ready"
        );
        if stdout().is_terminal() {
            greet(&config.config);
        }
        let drained = running.serve(signals.first(), signals.second()).await?;
        tracing::info!(connections_cut = drained.cut, "stopped");
        Ok(())
    });
    // A read that hangs, of a disk that is away, does not hold up the end.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

fn warn_of_clear_secrets(config: &Config) {
    for application in
        config.applications.iter().filter(|application| application.client_secret.is_some())
    {
        tracing::warn!(
            client_id = %application.client_id,
            "this application's secret stands in clear in the configuration: fine for trying, \
             not for use (`signet hash secret` prints the digest to put there)"
        );
    }
}

fn warn_of_an_open_listener(config: &Config) {
    if config.issuer.is_loopback() && !config.http.listen.ip().is_loopback() {
        tracing::warn!(
            listen = %config.http.listen,
            "the issuer is for this machine alone, but others can reach the listener: publish a \
             container's port on loopback only, or listen on 127.0.0.1"
        );
    }
}

fn warn_of_a_forgetful_store(config: &Config) {
    if !config.issuer.is_loopback() && matches!(config.store.resolved_url(), Ok(StoreUrl::Memory)) {
        tracing::warn!(
            "store.url is memory: a restart forgets grants and revocations, and no other replica knows \
             of them: fine for trying, not for use"
        );
    }
}

/// On a terminal, says where Signet is and how to get a first token.
fn greet(config: &Config) {
    println!("\nSignet issues tokens as {}", config.issuer);
    let demo = config.applications.iter().find_map(|application| {
        let secret = application.client_secret.as_ref()?;
        let can = application.grant_types.contains(&GrantType::ClientCredentials);
        can.then_some((&application.client_id, secret))
    });
    if let (true, Some((client_id, secret))) = (config.issuer.is_loopback(), demo) {
        println!("Get a token:\n");
        println!(
            "  curl -u '{client_id}:{}' -d grant_type=client_credentials {}\n",
            secret.expose(),
            config.issuer.join(token::PATH)
        );
    }
}
