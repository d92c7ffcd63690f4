//! From a put-together [`App`] to one that answers: bind, serve, drain.

use std::{future::Future, io, net::SocketAddr, sync::Arc};

use super::App;
use crate::{
    config::{Tls, Watch, read_bounded},
    entropy::EntropyUnavailable,
    http::server::{
        BoundServer, ConnectionLimits, Drained, Server, ServerSettings, TlsSource, Workers,
        shutdown, tls,
    },
};

/// Why Signet cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address.
    #[error("http.listen: {0}")]
    Listen(#[from] io::Error),
    /// A file that `http.tls` names.
    #[error("http.tls: {0}")]
    TlsFile(String),
    /// The certificate or its key.
    #[error("http.tls: {0}")]
    Tls(#[from] tls::TlsError),
    /// The threads that answer.
    #[error("cannot start the threads that answer requests: {0}")]
    Workers(io::Error),
    /// No request ids can be made.
    #[error(transparent)]
    Entropy(#[from] EntropyUnavailable),
}

/// Signet, listening.
#[derive(Debug)]
pub struct Running {
    app: Arc<App>,
    server: BoundServer,
    tls: Option<ServedTls>,
}

/// The certificate that is served, and where it came from.
#[derive(Debug)]
pub(super) struct ServedTls {
    pub(super) files: Tls,
    pub(super) watch: Watch,
    pub(super) source: TlsSource,
}

impl Running {
    /// Starts to listen, as the configuration says, with `limits` on what a connection may take. Needs
    /// a tokio runtime around it.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn bind(app: App, limits: ConnectionLimits) -> Result<Self, StartError> {
        let config = app.config();
        let http = &config.config.http;
        let tls = http.tls.as_ref().map(serve_tls).transpose()?;
        let server = Server::bind(ServerSettings {
            tls: tls.as_ref().map(|tls| tls.source.clone()),
            limits,
            connections: app.metrics.connections(),
            workers: Workers::one_per_core().map_err(StartError::Workers)?,
            ..ServerSettings::new(http.listen)
        })?;
        Ok(Self { app: Arc::new(app), server, tls })
    }

    /// Where Signet listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// What is running.
    #[must_use]
    pub fn app(&self) -> Arc<App> {
        Arc::clone(&self.app)
    }

    /// Answers requests until `stop`, then says so at `/readyz`, goes on for `http.drain_delay`, and
    /// ends when the last answer is out; at once when `cut` resolves.
    ///
    /// # Errors
    /// [`StartError::Entropy`], before the first request.
    pub async fn serve(
        self,
        stop: impl Future<Output = ()>,
        cut: impl Future<Output = ()>,
    ) -> Result<Drained, StartError> {
        let Self { app, server, tls } = self;
        let config = app.config();
        let http = &config.config.http;
        let endpoint = app.endpoint(http)?;
        let upkeep = [
            tokio::spawn(Arc::clone(&app).keep_configuration_fresh()),
            tokio::spawn(Arc::clone(&app).keep_keys_fresh()),
            tokio::spawn(Arc::clone(&app).keep_certificate_fresh(tls)),
            tokio::spawn(Arc::clone(&app).keep_asking_the_directory()),
        ];
        let status_lists: Vec<_> = app
            .status_lists
            .iter()
            .flat_map(|parts| {
                [
                    tokio::spawn(Arc::clone(parts).keep_hearing(parts.events())),
                    tokio::spawn(Arc::clone(parts).keep_noting()),
                ]
            })
            .collect();
        let stop = shutdown::drain(stop, &app.readiness, http.drain_delay);
        app.readiness.set_ready();
        let drained = server.serve(endpoint, stop, cut).await;
        for task in upkeep.into_iter().chain(status_lists) {
            task.abort();
        }
        if let Some(parts) = &app.status_lists {
            parts.note_the_rest().await;
        }
        Ok(drained)
    }
}

fn serve_tls(files: &Tls) -> Result<ServedTls, StartError> {
    let watch = Watch::new(vec![files.certificate_file.clone(), files.key_file.clone()]);
    let source = TlsSource::new(tls_config(files)?);
    Ok(ServedTls { files: files.clone(), watch, source })
}

/// Reads the certificate and the key that `tls` names.
///
/// # Errors
/// [`StartError`], with what is wrong with them.
pub fn tls_config(tls: &Tls) -> Result<rustls::ServerConfig, StartError> {
    let certificate = read_bounded(&tls.certificate_file).map_err(StartError::TlsFile)?;
    let key = zeroize::Zeroizing::new(read_bounded(&tls.key_file).map_err(StartError::TlsFile)?);
    Ok(tls::server_config(certificate.as_bytes(), key.as_bytes())?)
}
