//! New configuration in the place of the old, without dropping a request; a bad one is refused whole.

use std::sync::{Arc, MutexGuard, PoisonError};

use signet_verifier::Algorithm;

use super::{
    App, LoadedKeys, Unusable,
    applications::{application_rules, lets_register},
    key_directory, load_keys, metadata,
};
use crate::{
    config::{Config, ConfigError, Dialects, Directory, Http, Limits, Loaded, Store, Watch},
    directory::Declared,
    grants::ScopeDescriptions,
    keys::{KeyError, KeyRing, KeyState, SealingKeys},
    management::end_in_background,
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
        // Whatever becomes of it: a file that it names may still come.
        *self.watch() = loaded.watch();
        let config = &loaded.config;
        if config.issuer != self.issuer {
            return Err(ReloadRefused::IssuerChanged);
        }
        let declared = Declared::from_config(config).map_err(|problems| loaded.locate(problems))?;
        let emptied = declared.is_empty() && self.directory.declared_applications() > 0;
        if emptied && trigger == Trigger::Change {
            return Err(ReloadRefused::NoApplicationsLeft);
        }
        let keys = self.reloaded_keys(config).map_err(Unusable::from)?;

        // Nothing can fail from here on.
        for key in restart_needed(&current, &loaded) {
            tracing::warn!(key, "this key has changed and takes effect at the next start");
        }
        if lets_register(config) && !self.serves_registration {
            let key = "directory.application_registration";
            tracing::warn!(key, "this key has changed and takes effect at the next start");
        }
        self.keys.store(Arc::new(keys.ring));
        self.keys_seen.store(Arc::new(keys.seen));
        self.replace_sealing_keys(keys.sealing);
        if let Some(parts) = &self.status_lists {
            parts.reconfigure(config);
        }
        let gone_now = self.directory.replace_declared(declared);
        end_in_background(self.parts().revocation(), &*self.clock, gone_now);
        self.registration.store(Arc::new(config.directory.clone()));
        self.authorization.store(Arc::new(self.parts().authorization(config)));
        self.pipeline.store(Arc::new(self.parts().pipeline(config)));
        let descriptions = ScopeDescriptions::new(&config.scopes);
        self.scope_descriptions.store(Arc::new(descriptions));
        self.sessions.store(Arc::new(self.parts().sessions(config)));
        self.id_token_algorithm.store(Arc::new(config.keys.id_token_algorithm));
        self.application_rules.store(Arc::new(application_rules(config)));
        let metadata = metadata(config, self.status_lists.is_some(), self.serves_registration);
        self.metadata.store(Arc::new(metadata));
        self.config.store(Arc::new(loaded));
        self.count_keys();
        Ok(())
    }

    /// Whether the configuration's files have changed and then looked the same twice.
    pub(super) fn configuration_has_changed(&self) -> bool {
        self.watch().settled_change()
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the key folder again.
    ///
    /// # Errors
    /// [`KeyError`]; the keys at hand stay in use then.
    pub fn reload_keys(&self) -> Result<(), KeyError> {
        let directory = key_directory(&self.config.load().config);
        self.keys_seen.store(Arc::new(directory.fingerprint()));
        let ring = directory.load()?;
        let sealing = directory.load_sealing_keys()?;
        self.no_signer_is_lost(&ring)?;
        self.keys.store(Arc::new(ring));
        self.replace_sealing_keys(sealing);
        self.count_keys();
        Ok(())
    }

    fn replace_sealing_keys(&self, sealing: SealingKeys) {
        self.refresh_tokens.replace_keys(&sealing);
        if let Some(parts) = &self.status_lists {
            parts.replace_keys(&sealing);
        }
        self.sealing_keys.store(Arc::new(sealing));
    }

    /// The keys of `config`. A folder that is away is not made anew: that would end every token.
    fn reloaded_keys(&self, config: &Config) -> Result<LoadedKeys, KeyError> {
        key_directory(config).load()?;
        let keys = load_keys(config, &*self.clock, &*self.entropy)?;
        self.no_signer_is_lost(&keys.ring)?;
        Ok(keys)
    }

    /// An emptied ring is a mistake: it would end all issuing, and every verifier would drop its keys.
    fn no_signer_is_lost(&self, ring: &KeyRing) -> Result<(), KeyError> {
        let (now, in_use) = (self.clock.now(), self.keys.load());
        let lost = |algorithm: &Algorithm| {
            in_use.signing_key(*algorithm, now).is_some()
                && ring.signing_key(*algorithm, now).is_none()
        };
        match Algorithm::ALL.into_iter().find(lost) {
            Some(algorithm) => Err(KeyError::SignerLost { algorithm }),
            None => Ok(()),
        }
    }

    /// Whether the key folder looks other than before it was last read.
    pub(super) fn keys_have_changed(&self) -> bool {
        key_directory(&self.config.load().config).fingerprint() != **self.keys_seen.load()
    }

    pub(super) fn count_keys(&self) {
        let keys = self.keys.load().list(self.clock.now());
        for algorithm in Algorithm::ALL {
            for state in [KeyState::Next, KeyState::Active, KeyState::Retiring] {
                let count =
                    keys.iter().filter(|key| key.algorithm == algorithm && key.state == state);
                self.metrics.set_signing_keys(algorithm.name(), state, count.count());
            }
        }
    }
}

/// Keys of the configuration that only a start reads, and that have changed. Taken apart whole, so that a
/// new key does not compile until somebody has said what a reload does with it.
fn restart_needed(old: &Loaded, new: &Loaded) -> Vec<&'static str> {
    let Config { issuer: _, http, keys: _, tokens, store, directory, limits, dialects, .. } =
        &new.config;
    let Config { scopes: _, roles: _, users: _, applications: _, .. } = &new.config;
    let Http { listen, body_limit, tls, cors_origins, trusted_proxies, drain_delay } = http;
    let Store { url, url_file, ca_file, timeout, key_prefix, wait_replicas } = store;
    let Directory { url: directory_url, url_file: directory_url_file, timeout: patience, .. } =
        directory;
    // These are looked up by each request.
    let Directory { registration: _, default_role: _, application_registration: _, .. } = directory;
    let Directory { initial_access_token_sha256: _, registered_application_scopes: _, .. } =
        directory;
    let Limits {
        failed_client_authentications,
        registrations,
        failed_sign_ins,
        sign_ups,
        device_authorizations,
        wrong_user_codes,
        password_cost,
    } = limits;
    let Dialects { enabled, sign_in_application } = dialects;
    let old = &old.config;
    let changes = [
        ("http.listen", *listen != old.http.listen),
        ("http.body_limit", *body_limit != old.http.body_limit),
        ("http.tls", *tls != old.http.tls),
        ("http.cors_origins", *cors_origins != old.http.cors_origins),
        ("http.trusted_proxies", *trusted_proxies != old.http.trusted_proxies),
        ("http.drain_delay", *drain_delay != old.http.drain_delay),
        ("tokens.status_list", tokens.status_list != old.tokens.status_list),
        ("store.url", *url != old.store.url),
        ("store.url_file", *url_file != old.store.url_file),
        ("store.ca_file", *ca_file != old.store.ca_file),
        ("store.timeout", *timeout != old.store.timeout),
        ("store.key_prefix", *key_prefix != old.store.key_prefix),
        ("store.wait_replicas", *wait_replicas != old.store.wait_replicas),
        ("directory.url", *directory_url != old.directory.url),
        ("directory.timeout", *patience != old.directory.timeout),
        ("directory.url_file", *directory_url_file != old.directory.url_file),
        (
            "limits.failed_client_authentications",
            *failed_client_authentications != old.limits.failed_client_authentications,
        ),
        ("limits.registrations", *registrations != old.limits.registrations),
        ("limits.failed_sign_ins", *failed_sign_ins != old.limits.failed_sign_ins),
        ("limits.sign_ups", *sign_ups != old.limits.sign_ups),
        (
            "limits.device_authorizations",
            *device_authorizations != old.limits.device_authorizations,
        ),
        ("limits.wrong_user_codes", *wrong_user_codes != old.limits.wrong_user_codes),
        ("limits.password_cost", *password_cost != old.limits.password_cost),
        ("dialects.enabled", *enabled != old.dialects.enabled),
        ("dialects.sign_in_application", *sign_in_application != old.dialects.sign_in_application),
    ];
    changes.into_iter().filter(|(_, changed)| *changed).map(|(key, _)| key).collect()
}
