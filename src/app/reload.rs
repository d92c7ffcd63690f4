//! New configuration in the place of the old, without dropping a request; a bad one is refused whole.

use std::sync::Arc;

use signet_verifier::Algorithm;

use super::{App, Unusable, key_directory, load_keys, metadata};
use crate::{
    config::{ConfigError, Loaded},
    directory::Declared,
    http::metrics,
    keys::{KeyError, KeyState},
};

/// What asked for the reload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// SIGHUP: somebody means it.
    Signal,
    /// A file changed: perhaps half written, perhaps emptied by mistake.
    Change,
}

/// Why the old configuration stays.
#[derive(Debug, thiserror::Error)]
pub enum ReloadRefused {
    /// The new one is no good.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// What other machines know Signet by cannot change under them.
    #[error("issuer: it cannot change while Signet runs; restart it")]
    IssuerChanged,
    /// A file that lost all its applications is more likely a mistake.
    #[error(
        "applications: the changed file declares none where there were some; send SIGHUP if that is meant"
    )]
    NoApplicationsLeft,
}

impl From<ConfigError> for ReloadRefused {
    fn from(error: ConfigError) -> Self {
        Self::Unusable(error.into())
    }
}

impl App {
    /// Reads the configuration file again and puts what it says to work.
    ///
    /// # Errors
    /// [`ReloadRefused`]; nothing has changed then.
    pub fn reload(
        &self,
        trigger: Trigger,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), ReloadRefused> {
        let current = self.config.load();
        let loaded = Loaded::read(&current.path, environment)?;
        let config = &loaded.config;
        if config.issuer != self.issuer {
            return Err(ReloadRefused::IssuerChanged);
        }
        let declared = Declared::from_config(config).map_err(|problems| loaded.locate(problems))?;
        let emptied = declared.is_empty() && self.directory.declared_applications() > 0;
        if emptied && trigger == Trigger::Change {
            return Err(ReloadRefused::NoApplicationsLeft);
        }
        let (ring, keys_seen) =
            load_keys(config, &*self.clock, &*self.entropy).map_err(Unusable::from)?;

        // Nothing can fail from here on.
        for key in restart_needed(&current, &loaded) {
            tracing::warn!(key, "this key has changed and takes effect at the next start");
        }
        self.keys.store(Arc::new(ring));
        self.keys_seen.store(Arc::new(keys_seen));
        self.directory.replace_declared(declared);
        self.pipeline.store(Arc::new(self.parts().pipeline(config)));
        self.metadata.store(Arc::new(metadata(config)));
        self.config.store(Arc::new(loaded));
        self.count_keys();
        Ok(())
    }

    /// Reads the key folder again.
    ///
    /// # Errors
    /// [`KeyError`]; the keys at hand stay in use then.
    pub fn reload_keys(&self) -> Result<(), KeyError> {
        let directory = key_directory(&self.config.load().config);
        self.keys_seen.store(Arc::new(directory.fingerprint()));
        let ring = directory.load()?;
        self.keys.store(Arc::new(ring));
        self.count_keys();
        Ok(())
    }

    /// Whether the key folder looks other than before it was last read.
    pub(super) fn keys_have_changed(&self) -> bool {
        key_directory(&self.config.load().config).fingerprint() != **self.keys_seen.load()
    }

    pub(super) fn count_keys(&self) {
        let keys = self.keys.load().list(self.clock.now());
        for algorithm in Algorithm::ALL {
            for (state, label) in [
                (KeyState::Next, metrics::KeyState::Next),
                (KeyState::Active, metrics::KeyState::Active),
                (KeyState::Retiring, metrics::KeyState::Retiring),
            ] {
                let count =
                    keys.iter().filter(|key| key.algorithm == algorithm && key.state == state);
                self.metrics.set_signing_keys(algorithm.name(), label, count.count());
            }
        }
    }
}

/// Keys of the configuration that only a start reads, and that have changed.
fn restart_needed(old: &Loaded, new: &Loaded) -> Vec<&'static str> {
    let (old, new) = (&old.config, &new.config);
    let mut keys = Vec::new();
    if old.http.listen != new.http.listen {
        keys.push("http.listen");
    }
    if old.http.body_limit != new.http.body_limit {
        keys.push("http.body_limit");
    }
    if old.http.cors_origins != new.http.cors_origins {
        keys.push("http.cors_origins");
    }
    if old.http.trusted_proxies != new.http.trusted_proxies {
        keys.push("http.trusted_proxies");
    }
    if old.limits.failed_client_authentications != new.limits.failed_client_authentications {
        keys.push("limits.failed_client_authentications");
    }
    keys
}
