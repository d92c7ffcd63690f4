//! What goes on beside the requests: files are looked at, keys rotate, gauges are set.

use std::{sync::Arc, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    time::{MissedTickBehavior, interval},
};

use super::{
    App, Trigger, key_directory,
    run::{ServedTls, tls_config},
};
use crate::{
    http::metrics::ReloadResult,
    keys::{KeyError, Maintained},
};

/// How often files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often keys are maintained.
const MAINTAIN_EVERY: Duration = Duration::from_secs(60);

impl App {
    /// Reloads on SIGHUP and on changed files; never ends.
    pub(super) async fn keep_configuration_fresh(self: Arc<Self>) {
        let mut hangup = signal(SignalKind::hangup()).ok();
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);

        loop {
            let signalled = async {
                match &mut hangup {
                    Some(hangup) => hangup.recv().await.is_some(),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                true = signalled => self.reload_and_report(Trigger::Signal).await,
                _ = look.tick() => {
                    if self.configuration_has_changed() {
                        self.reload_and_report(Trigger::Change).await;
                    }
                    if self.keys_have_changed() {
                        self.blocking(Self::reload_keys_and_report).await;
                    }
                }
                else => return,
            }
        }
    }

    /// Serves a changed certificate from the next handshake on; never ends.
    pub(super) async fn keep_certificate_fresh(self: Arc<Self>, tls: Option<ServedTls>) {
        let Some(ServedTls { files, mut watch, source }) = tls else {
            return std::future::pending().await;
        };
        let mut look = interval(LOOK_EVERY);
        loop {
            look.tick().await;
            if watch.settled_change() {
                match self
                    .blocking({
                        let files = files.clone();
                        move |_| tls_config(&files)
                    })
                    .await
                {
                    Some(Ok(config)) => {
                        source.replace(config);
                        tracing::info!("certificate reloaded");
                    }
                    Some(Err(error)) => {
                        tracing::error!(%error, "certificate refused, the old one stays");
                    }
                    None => {}
                }
            }
        }
    }

    /// Rotates keys when they are due; never ends.
    pub(super) async fn keep_keys_fresh(self: Arc<Self>) {
        let mut tick = interval(MAINTAIN_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            self.blocking(|app| match app.maintain_keys() {
                Ok(()) => app.count_keys(),
                Err(error) => tracing::error!(%error, "the key folder cannot be maintained"),
            })
            .await;
        }
    }

    /// Makes the next keys where they are due, and drops those that are gone.
    ///
    /// # Errors
    /// [`KeyError`]; the keys at hand stay in use then.
    pub fn maintain_keys(&self) -> Result<(), KeyError> {
        let config = &self.config().config;
        if !config.keys.generate {
            return Ok(());
        }
        let maintained = key_directory(config).maintain(
            config.keys.rotate_every,
            &config.algorithms(),
            &*self.clock,
            &*self.entropy,
        )?;
        if maintained != Maintained::default() {
            let Maintained { made, deleted } = maintained;
            tracing::info!(?made, ?deleted, "the key ring has changed");
            self.reload_keys()?;
        }
        Ok(())
    }

    async fn reload_and_report(self: &Arc<Self>, trigger: Trigger) {
        let outcome =
            self.blocking(move |app| app.reload(trigger, crate::config::environment())).await;
        self.metrics.config_reloaded(match outcome {
            Some(Ok(())) => ReloadResult::Applied,
            Some(Err(_)) | None => ReloadResult::Refused,
        });
        match outcome {
            Some(Ok(())) => tracing::info!(?trigger, "configuration reloaded"),
            Some(Err(error)) => {
                tracing::error!(%error, ?trigger, "configuration refused, the old one stays");
            }
            None => {}
        }
    }

    fn reload_keys_and_report(&self) {
        match self.reload_keys() {
            Ok(()) => tracing::info!("key ring reloaded"),
            Err(error) => tracing::error!(%error, "key ring refused, the old one stays"),
        }
    }

    /// Runs what reads files, or makes keys, away from the threads that answer requests. `None` where
    /// it panicked.
    async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Option<T> {
        let app = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || work(&app)).await;
        done.inspect_err(|error| tracing::error!(%error, "a maintenance task failed")).ok()
    }
}
