//! What the commands manage people and applications with, where no server runs: the directory and the store of a configuration,
//! put together without keys and endpoints.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::{applications::application_rules, directory};
use crate::{
    clock::Clock,
    config::{ConfigError, Loaded, Problem, StoreUrl},
    directory::{Declared, Passwords, PoolSize},
    entropy::Entropy,
    grants::{DigestUpgrades, SignUpLimit, Throttle, UserAuthentication},
    management::{Applications, People},
    store,
    tokens::Revocation,
};

/// The directory and the store, in hand. Needs a tokio runtime around it.
#[derive(Debug)]
pub struct ByHand {
    /// The people.
    pub people: People,
    /// The applications.
    pub applications: Applications,
    /// Whether the store is another process's memory: what a running server has issued is not ended from here.
    pub store_is_out_of_reach: bool,
}

impl ByHand {
    /// Puts together what `loaded` names.
    ///
    /// # Errors
    /// What of the configuration cannot be used, or keeps nothing.
    pub fn new(
        loaded: &Loaded,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, ConfigError> {
        let config = &loaded.config;
        let located = |problem| loaded.locate(vec![problem]);
        if !config.directory.has_registry() {
            let message =
                "is absent, so that nobody is kept: name a database, like \"sqlite:signet.db\"";
            return Err(located(Problem::new("directory.url", message)));
        }
        let declared = Declared::from_config(config).map_err(|problems| loaded.locate(problems))?;
        let directory = directory::directory(config, declared, &clock).map_err(located)?;
        let directory = Arc::new(directory);
        let store = store::open(&config.store, &clock).map_err(located)?;
        let url = config.store.resolved_url().map_err(located)?;
        let limits = &config.limits;
        let passwords = Arc::new(Passwords::new(
            PoolSize::of_this_machine(),
            limits.password_cost,
            Arc::clone(&entropy),
        ));
        let authentication = UserAuthentication {
            directory: Arc::clone(&directory),
            passwords: Arc::clone(&passwords),
            upgrades: Arc::new(DigestUpgrades::new(Arc::clone(&directory), Arc::clone(&passwords))),
            throttle: Arc::new(Throttle::new(limits.failed_sign_ins, Arc::clone(&clock))),
            confirmations: Arc::new(Throttle::new(limits.failed_sign_ins, Arc::clone(&clock))),
            clock: Arc::clone(&clock),
        };
        let revocation = Revocation::new(&store, Arc::clone(&clock));
        let applications = Applications {
            directory: Arc::clone(&directory),
            revocation: revocation.clone(),
            rules: Arc::new(ArcSwap::from_pointee(application_rules(config))),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
        };
        let people = People {
            directory,
            passwords,
            authentication: Arc::new(authentication),
            registration: Arc::new(ArcSwap::from_pointee(config.directory.clone())),
            sign_ups: Arc::new(SignUpLimit::new(limits.sign_ups, Arc::clone(&clock))),
            families: Arc::clone(&store.families),
            revocation,
            clock,
            entropy,
        };
        Ok(Self { people, applications, store_is_out_of_reach: matches!(url, StoreUrl::Memory) })
    }
}
