//! The composition root: the only room that knows every other. It puts the parts together from a
//! configuration, and puts changed parts in place of old ones while requests are answered.

mod endpoint;
mod gone_applications;
mod maintenance;
mod reload;
mod returned_tokens;
mod run;
mod status_lists;

use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;

use self::status_lists::StatusListParts;
pub use self::{
    endpoint::{Api, openapi_document},
    reload::{ReloadRefused, Trigger},
    run::{Running, StartError, tls_config},
};
use crate::{
    clock::Clock,
    config::{Config, ConfigError, Loaded, Watch},
    directory::{Declared, Directory, RemoteClientKeys},
    entropy::Entropy,
    grants::{
        ClientAssertions, ClientAuthentication, Minting, Pipeline, RefreshTokenLifetimes, Renewal,
        Throttle, TokenDefaults,
    },
    http::{metadata::Metadata, metrics::Metrics, server::Readiness, token},
    keys::{Fingerprint, KeyDirectory, KeyError, KeyRing, SealingKeys, crypto_provider},
    logging::Lines,
    oauth::{IssuerUrl, Resource},
    store::{self, Store},
    tokens::{AccessTokenIssuer, RefreshTokens, Revocation},
};

/// Signet, put together. What configuration can change stands in an `ArcSwap`: a request takes what is
/// there when it comes.
#[derive(Debug)]
pub struct App {
    issuer: IssuerUrl,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    config: ArcSwap<Loaded>,
    /// The configuration's files as they looked before they were last read.
    watch: Mutex<Watch>,
    directory: Arc<Directory>,
    keys: Arc<ArcSwap<KeyRing>>,
    /// The key folder as it looked before it was last read.
    keys_seen: ArcSwap<Fingerprint>,
    refresh_tokens: RefreshTokens,
    /// Absent where configuration says so.
    status_lists: Option<Arc<StatusListParts>>,
    pipeline: Arc<ArcSwap<Pipeline>>,
    metadata: Arc<ArcSwap<Metadata>>,
    store: Store,
    throttle: Arc<Throttle>,
    client_keys: Arc<RemoteClientKeys>,
    metrics: Arc<Metrics>,
    readiness: Arc<Readiness>,
    log: Lines,
}

/// Why a configuration cannot be put to work.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// A value, or a file that it names.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The key folder.
    #[error(transparent)]
    Keys(#[from] KeyError),
}

impl App {
    /// Puts Signet together, making missing keys where the configuration says so.
    ///
    /// # Errors
    /// [`Unusable`], with what is wrong and the mend.
    pub fn new(
        loaded: Loaded,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        log: Lines,
    ) -> Result<Self, Unusable> {
        let store = store::open(&loaded.config.store, &clock)
            .map_err(|problem| loaded.locate(vec![problem]))?;
        Self::with_store(loaded, store, clock, entropy, log)
    }

    /// Does the same with a store that is open, perhaps another's too.
    ///
    /// # Errors
    /// [`Unusable`], with what is wrong and the mend.
    pub fn with_store(
        loaded: Loaded,
        store: Store,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        log: Lines,
    ) -> Result<Self, Unusable> {
        crypto_provider::install();
        let watch = loaded.watch();
        let config = &loaded.config;
        let declared = Declared::from_config(config).map_err(|problems| loaded.locate(problems))?;
        let LoadedKeys { ring, sealing, seen: keys_seen } = load_keys(config, &*clock, &*entropy)?;

        let directory = Arc::new(Directory::new(declared));
        let keys = Arc::new(ArcSwap::from_pointee(ring));
        let throttle = Arc::new(Throttle::new(
            config.limits.failed_client_authentications,
            Arc::clone(&clock),
        ));
        let client_keys =
            Arc::new(RemoteClientKeys::new(config.issuer.is_loopback(), Arc::clone(&clock)));
        let refresh_tokens = RefreshTokens::new(&sealing);
        let metrics = Arc::new(Metrics::new(log.clone(), Arc::clone(&store.availability)));
        let status_lists = config.tokens.status_list.then(|| {
            let chance_and_time = (&clock, &entropy);
            let parts =
                StatusListParts::new(config, &sealing, &keys, &store, &metrics, chance_and_time);
            Arc::new(parts)
        });
        let parts = Parts {
            clock: &clock,
            entropy: &entropy,
            directory: &directory,
            keys: &keys,
            refresh_tokens: &refresh_tokens,
            status_lists: status_lists.as_deref(),
            store: &store,
            throttle: &throttle,
            client_keys: &client_keys,
        };
        let pipeline = Arc::new(ArcSwap::from_pointee(parts.pipeline(config)));
        let metadata = Arc::new(ArcSwap::from_pointee(metadata(config, status_lists.is_some())));
        let app = Self {
            issuer: config.issuer.clone(),
            watch: Mutex::new(watch),
            config: ArcSwap::from_pointee(loaded),
            directory,
            keys,
            keys_seen: ArcSwap::from_pointee(keys_seen),
            refresh_tokens,
            status_lists,
            pipeline,
            metadata,
            store,
            throttle,
            client_keys,
            metrics,
            readiness: Arc::default(),
            log,
            clock,
            entropy,
        };
        app.count_keys();
        Ok(app)
    }

    /// The configuration in use.
    #[must_use]
    pub fn config(&self) -> Arc<Loaded> {
        self.config.load_full()
    }

    /// The store in use.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    fn parts(&self) -> Parts<'_> {
        Parts {
            clock: &self.clock,
            entropy: &self.entropy,
            directory: &self.directory,
            keys: &self.keys,
            refresh_tokens: &self.refresh_tokens,
            status_lists: self.status_lists.as_deref(),
            store: &self.store,
            throttle: &self.throttle,
            client_keys: &self.client_keys,
        }
    }
}

/// What outlives a change of configuration.
struct Parts<'a> {
    clock: &'a Arc<dyn Clock>,
    entropy: &'a Arc<dyn Entropy>,
    directory: &'a Arc<Directory>,
    keys: &'a Arc<ArcSwap<KeyRing>>,
    refresh_tokens: &'a RefreshTokens,
    status_lists: Option<&'a StatusListParts>,
    store: &'a Store,
    throttle: &'a Arc<Throttle>,
    client_keys: &'a Arc<RemoteClientKeys>,
}

impl Parts<'_> {
    fn pipeline(&self, config: &Config) -> Pipeline {
        let issuer = &config.issuer;
        let assertions = ClientAssertions::new(
            issuer,
            issuer.join(token::PATH),
            Arc::clone(self.clock),
            Arc::clone(&self.store.single_use),
            Arc::clone(self.client_keys),
        );
        let authentication = ClientAuthentication::new(
            Arc::clone(self.directory),
            assertions,
            Arc::clone(self.throttle),
        );
        let renewal = Renewal {
            families: Arc::clone(&self.store.families),
            availability: Arc::clone(&self.store.availability),
            revocation: self.revocation(),
            refresh_tokens: self.refresh_tokens.clone(),
            lifetimes: RefreshTokenLifetimes {
                absolute: config.tokens.refresh_token_lifetime,
                idle: config.tokens.refresh_token_idle_lifetime,
                grace: config.tokens.refresh_token_grace,
            },
            entropy: Arc::clone(self.entropy),
        };
        let minting = Minting {
            access_tokens: AccessTokenIssuer::new(
                issuer.clone(),
                Arc::clone(self.keys),
                Arc::clone(self.entropy),
            ),
            refresh_tokens: self.refresh_tokens.clone(),
            status_lists: self.status_lists.map(|parts| Arc::clone(&parts.places)),
            defaults: token_defaults(config),
            clock: Arc::clone(self.clock),
        };
        Pipeline::new(authentication, renewal, minting)
    }

    fn revocation(&self) -> Revocation {
        Revocation::new(self.store, Arc::clone(self.clock))
    }
}

fn token_defaults(config: &Config) -> TokenDefaults {
    let issuer: Resource = config
        .issuer
        .as_str()
        .parse()
        .expect("OK because an issuer is an absolute URI without a fragment");
    TokenDefaults {
        access_token_lifetime: config.tokens.access_token_lifetime,
        access_token_algorithm: config.keys.access_token_algorithm,
        default_audience: config.tokens.default_audience.clone().unwrap_or(issuer),
    }
}

fn metadata(config: &Config, has_status_lists: bool) -> Metadata {
    let scopes = config.scopes.iter().map(|scope| scope.name.to_string()).collect();
    Metadata::new(&config.issuer, scopes, has_status_lists)
}

/// The key folder that `config` names.
#[must_use]
pub fn key_directory(config: &Config) -> KeyDirectory {
    KeyDirectory::new(config.keys.directory.clone(), config.longest_access_token_lifetime())
}

/// What the key folder holds.
struct LoadedKeys {
    ring: KeyRing,
    sealing: SealingKeys,
    /// How the folder looked before it was read.
    seen: Fingerprint,
}

/// Loads the keys, after making what is missing where the configuration says so.
fn load_keys(
    config: &Config,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<LoadedKeys, KeyError> {
    let directory = key_directory(config);
    if config.keys.generate {
        for kid in directory.ensure(&config.algorithms(), clock, entropy)? {
            tracing::info!(kid, "signing key made");
        }
    }
    let seen = directory.fingerprint();
    Ok(LoadedKeys { ring: directory.load()?, sealing: directory.load_sealing_keys()?, seen })
}
