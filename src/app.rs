//! The composition root: the only room that knows every other. It puts the parts together from a
//! configuration, and puts changed parts in place of old ones while requests are answered.

mod accounts;
mod applications;
mod authorization;
mod by_hand;
mod devices;
mod directory;
mod endpoint;
mod extensions;
mod maintenance;
mod openid;
mod parts;
mod reload;
mod returned_tokens;
mod run;
mod status_lists;

use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use signet_verifier::Algorithm;

use self::{
    applications::{application_rules, lets_register},
    parts::Parts,
    status_lists::StatusListParts,
};
pub use self::{
    by_hand::ByHand,
    endpoint::{Api, openapi_document},
    extensions::{openapi_document_of, warnings},
    reload::{ReloadRefused, Trigger},
    run::{Running, StartError, tls_config},
};
use crate::{
    clock::Clock,
    config::{self, BUILT_IN_SCOPES, Config, ConfigError, Loaded, Watch},
    directory::{Declared, Directory, Passwords, PoolSize, RemoteClientKeys},
    entropy::Entropy,
    grants::{
        Authorization, BackChannel, DeviceLimit, DigestUpgrades, Pipeline, RegistrationLimit,
        ScopeDescriptions, Sessions, SignUpLimit, Throttle, UserCodeThrottle,
    },
    http::{extension::Extension, metadata::Metadata, metrics::Metrics, server::Readiness},
    keys::{Fingerprint, KeyDirectory, KeyError, KeyRing, SealingKeys, crypto_provider},
    logging::Lines,
    management::ApplicationRules,
    oauth::{IssuerUrl, UserId, UserName},
    store::{self, Store},
    tokens::{LogoutTokenIssuer, RefreshTokens},
};

/// What is served beside the canonical endpoints.
const EXTENSIONS: &[&dyn Extension] = &[
    &crate::dialects::Doors, // the documented APIs; without this line and their room Signet speaks OAuth alone
];

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
    /// What seals sessions, codes and requests that are pending.
    sealing_keys: Arc<ArcSwap<SealingKeys>>,
    refresh_tokens: RefreshTokens,
    /// Absent where configuration says so.
    status_lists: Option<Arc<StatusListParts>>,
    pipeline: Arc<ArcSwap<Pipeline>>,
    authorization: Arc<ArcSwap<Authorization>>,
    sessions: Arc<ArcSwap<Sessions>>,
    metadata: Arc<ArcSwap<Metadata>>,
    application_rules: Arc<ArcSwap<ApplicationRules>>,
    /// Whether applications could register themselves when Signet started.
    serves_registration: bool,
    registration_limit: Arc<RegistrationLimit>,
    store: Store,
    throttle: Arc<Throttle<str>>,
    sign_in_throttle: Arc<Throttle<UserName>>,
    confirmation_throttle: Arc<Throttle<UserId>>,
    sign_up_limit: Arc<SignUpLimit>,
    /// What scopes are called before people.
    scope_descriptions: Arc<ArcSwap<ScopeDescriptions>>,
    device_limit: Arc<DeviceLimit>,
    user_code_throttle: Arc<UserCodeThrottle>,
    passwords: Arc<Passwords>,
    /// What configuration says of people who sign up.
    registration: Arc<ArcSwap<config::Directory>>,
    digest_upgrades: Arc<DigestUpgrades>,
    client_keys: Arc<RemoteClientKeys>,
    metrics: Arc<Metrics>,
    /// What tells applications that somebody signed out.
    back_channel: Arc<BackChannel>,
    id_token_algorithm: Arc<ArcSwap<Algorithm>>,
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

        let below = declared.people().with_digests_below(config.limits.password_cost);
        if below > 0 {
            tracing::warn!(people = below, "declared digests cost less than limits.password_cost");
        }
        let directory = directory::directory(config, declared, &clock)
            .map_err(|problem| loaded.locate(vec![problem]))?;
        let directory = Arc::new(directory);
        let keys = Arc::new(ArcSwap::from_pointee(ring));
        let throttle = Arc::new(Throttle::new(
            config.limits.failed_client_authentications,
            Arc::clone(&clock),
        ));
        let sign_in_throttle =
            Arc::new(Throttle::new(config.limits.failed_sign_ins, Arc::clone(&clock)));
        let confirmation_throttle =
            Arc::new(Throttle::new(config.limits.failed_sign_ins, Arc::clone(&clock)));
        let sign_up_limit = Arc::new(SignUpLimit::new(config.limits.sign_ups, Arc::clone(&clock)));
        let scope_descriptions =
            Arc::new(ArcSwap::from_pointee(ScopeDescriptions::new(&config.scopes)));
        let device_limit =
            Arc::new(DeviceLimit::new(config.limits.device_authorizations, Arc::clone(&clock)));
        let user_code_throttle =
            Arc::new(UserCodeThrottle::new(config.limits.wrong_user_codes, Arc::clone(&clock)));
        let passwords = Arc::new(Passwords::new(
            PoolSize::of_this_machine(),
            config.limits.password_cost,
            Arc::clone(&entropy),
        ));
        let digest_upgrades =
            Arc::new(DigestUpgrades::new(Arc::clone(&directory), Arc::clone(&passwords)));
        let client_keys =
            Arc::new(RemoteClientKeys::new(config.issuer.is_loopback(), Arc::clone(&clock)));
        let refresh_tokens = RefreshTokens::new(&sealing);
        let logout_tokens =
            LogoutTokenIssuer::new(config.issuer.clone(), Arc::clone(&keys), Arc::clone(&entropy));
        let on_loopback = config.issuer.is_loopback();
        let back_channel = BackChannel::new(logout_tokens, on_loopback, Arc::clone(&clock));
        let back_channel = Arc::new(back_channel);
        let id_token_algorithm = Arc::new(ArcSwap::from_pointee(config.keys.id_token_algorithm));
        let metrics = Metrics::new(log.clone(), Arc::clone(&store.availability))
            .with_passwords(&passwords)
            .with_directory(Arc::clone(&directory))
            .with_back_channel(Arc::clone(&back_channel));
        let metrics = Arc::new(metrics);
        let status_lists = config.tokens.status_list.then(|| {
            let chance_and_time = (&clock, &entropy);
            let parts =
                StatusListParts::new(config, &sealing, &keys, &store, &metrics, chance_and_time);
            Arc::new(parts)
        });
        let sealing_keys = Arc::new(ArcSwap::from_pointee(sealing));
        let parts = Parts {
            clock: &clock,
            entropy: &entropy,
            directory: &directory,
            keys: &keys,
            sealing_keys: &sealing_keys,
            refresh_tokens: &refresh_tokens,
            status_lists: status_lists.as_deref(),
            store: &store,
            throttle: &throttle,
            sign_in_throttle: &sign_in_throttle,
            confirmation_throttle: &confirmation_throttle,
            passwords: &passwords,
            digest_upgrades: &digest_upgrades,
            client_keys: &client_keys,
        };
        let pipeline = Arc::new(ArcSwap::from_pointee(parts.pipeline(config)));
        let authorization = Arc::new(ArcSwap::from_pointee(parts.authorization(config)));
        let sessions = Arc::new(ArcSwap::from_pointee(parts.sessions(config)));
        let serves_registration = lets_register(config);
        let metadata = metadata(config, status_lists.is_some(), serves_registration);
        let metadata = Arc::new(ArcSwap::from_pointee(metadata));
        let application_rules = Arc::new(ArcSwap::from_pointee(application_rules(config)));
        let registration_limit =
            Arc::new(RegistrationLimit::new(config.limits.registrations, Arc::clone(&clock)));
        let registration = Arc::new(ArcSwap::from_pointee(config.directory.clone()));
        let app = Self {
            issuer: config.issuer.clone(),
            watch: Mutex::new(watch),
            config: ArcSwap::from_pointee(loaded),
            directory,
            keys,
            keys_seen: ArcSwap::from_pointee(keys_seen),
            sealing_keys,
            refresh_tokens,
            status_lists,
            pipeline,
            authorization,
            sessions,
            metadata,
            application_rules,
            serves_registration,
            registration_limit,
            store,
            throttle,
            sign_in_throttle,
            confirmation_throttle,
            sign_up_limit,
            scope_descriptions,
            device_limit,
            user_code_throttle,
            passwords,
            registration,
            digest_upgrades,
            client_keys,
            metrics,
            back_channel,
            id_token_algorithm,
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

    /// What compares passwords.
    #[must_use]
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    fn parts(&self) -> Parts<'_> {
        Parts {
            clock: &self.clock,
            entropy: &self.entropy,
            directory: &self.directory,
            keys: &self.keys,
            sealing_keys: &self.sealing_keys,
            refresh_tokens: &self.refresh_tokens,
            status_lists: self.status_lists.as_deref(),
            store: &self.store,
            throttle: &self.throttle,
            sign_in_throttle: &self.sign_in_throttle,
            confirmation_throttle: &self.confirmation_throttle,
            passwords: &self.passwords,
            digest_upgrades: &self.digest_upgrades,
            client_keys: &self.client_keys,
        }
    }
}

fn metadata(config: &Config, has_status_lists: bool, serves_registration: bool) -> Metadata {
    let built_in = BUILT_IN_SCOPES.into_iter().map(str::to_owned);
    let scopes = config.scopes.iter().map(|scope| scope.name.to_string());
    let metadata =
        Metadata::new(&config.issuer, built_in.chain(scopes).collect(), has_status_lists)
            .with_keys(&config.issuer, &config.algorithms());
    if serves_registration && lets_register(config) {
        metadata.with_registration(&config.issuer)
    } else {
        metadata
    }
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
