//! What requests are decided by, put together anew whenever configuration is loaded again.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::StatusListParts;
use crate::{
    clock::Clock,
    config::Config,
    directory::{Directory, Passwords, RemoteClientKeys},
    entropy::Entropy,
    grants::{
        Authorization, AuthorizationSettings, ClientAssertions, ClientAuthentication, CodeGrant,
        DeviceGrant, DigestUpgrades, Minting, Pipeline, RefreshTokenLifetimes, Renewal,
        ScopeDescriptions, SessionLifetime, Sessions, Throttle, TokenDefaults, UserAuthentication,
    },
    http::token,
    keys::{KeyRing, SealingKeys},
    oauth::{Resource, UserId, UserName},
    store::Store,
    tokens::{
        AccessTokenIssuer, AuthorizationCodes, DeviceCodes, IdTokenIssuer, RefreshTokens,
        Revocation,
    },
};

/// What outlives a change of configuration.
pub(super) struct Parts<'a> {
    pub(super) clock: &'a Arc<dyn Clock>,
    pub(super) entropy: &'a Arc<dyn Entropy>,
    pub(super) directory: &'a Arc<Directory>,
    pub(super) keys: &'a Arc<ArcSwap<KeyRing>>,
    pub(super) sealing_keys: &'a Arc<ArcSwap<SealingKeys>>,
    pub(super) refresh_tokens: &'a RefreshTokens,
    pub(super) status_lists: Option<&'a StatusListParts>,
    pub(super) store: &'a Store,
    pub(super) throttle: &'a Arc<Throttle<str>>,
    pub(super) sign_in_throttle: &'a Arc<Throttle<UserName>>,
    pub(super) confirmation_throttle: &'a Arc<Throttle<UserId>>,
    pub(super) passwords: &'a Arc<Passwords>,
    pub(super) digest_upgrades: &'a Arc<DigestUpgrades>,
    pub(super) client_keys: &'a Arc<RemoteClientKeys>,
}

impl Parts<'_> {
    pub(super) fn pipeline(&self, config: &Config) -> Pipeline {
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
        let people = self.people();
        let renewal = Renewal {
            families: Arc::clone(&self.store.families),
            availability: Arc::clone(&self.store.availability),
            revocation: self.revocation(),
            directory: Arc::clone(self.directory),
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
            id_tokens: IdTokenIssuer::new(issuer.clone(), Arc::clone(self.keys)),
            refresh_tokens: self.refresh_tokens.clone(),
            status_lists: self.status_lists.map(|parts| Arc::clone(&parts.places)),
            defaults: token_defaults(config),
            clock: Arc::clone(self.clock),
        };
        let codes = CodeGrant {
            codes: AuthorizationCodes::new(Arc::clone(self.sealing_keys), Arc::clone(self.entropy)),
            redemptions: Arc::clone(&self.store.redemptions),
            sessions: self.sessions(config),
        };
        let devices = DeviceGrant {
            codes: DeviceCodes::new(Arc::clone(self.sealing_keys)),
            requests: Arc::clone(&self.store.device_requests),
            sessions: self.sessions(config),
        };
        Pipeline::new(authentication, people, codes, devices, renewal, minting)
    }

    pub(super) fn authorization(&self, config: &Config) -> Authorization {
        let settings = AuthorizationSettings {
            issuer: config.issuer.clone(),
            default_audience: default_audience(config),
            code_lifetime: config.tokens.authorization_code_lifetime,
            descriptions: ScopeDescriptions::new(&config.scopes),
        };
        Authorization::new(
            settings,
            self.sealing_keys,
            Arc::clone(self.directory),
            Arc::clone(&self.store.families),
            Arc::clone(self.clock),
            Arc::clone(self.entropy),
        )
    }

    pub(super) fn people(&self) -> UserAuthentication {
        UserAuthentication {
            directory: Arc::clone(self.directory),
            passwords: Arc::clone(self.passwords),
            upgrades: Arc::clone(self.digest_upgrades),
            throttle: Arc::clone(self.sign_in_throttle),
            confirmations: Arc::clone(self.confirmation_throttle),
            clock: Arc::clone(self.clock),
        }
    }

    pub(super) fn sessions(&self, config: &Config) -> Sessions {
        Sessions::new(
            config.issuer.clone(),
            SessionLifetime(config.sessions.lifetime),
            Arc::clone(self.sealing_keys),
            Arc::clone(self.directory),
            Arc::clone(&self.store.redemptions),
            Arc::clone(self.clock),
            Arc::clone(self.entropy),
        )
    }

    pub(super) fn revocation(&self) -> Revocation {
        Revocation::new(self.store, Arc::clone(self.clock))
    }
}

fn token_defaults(config: &Config) -> TokenDefaults {
    TokenDefaults {
        access_token_lifetime: config.tokens.access_token_lifetime,
        access_token_algorithm: config.keys.access_token_algorithm,
        id_token_algorithm: config.keys.id_token_algorithm,
        default_audience: default_audience(config),
    }
}

/// The resource server that tokens are for where nothing else is said.
pub(super) fn default_audience(config: &Config) -> Resource {
    config.tokens.default_audience.clone().unwrap_or_else(|| {
        let issuer = config.issuer.as_str().parse();
        issuer.expect("OK because an issuer is an absolute URI without a fragment")
    })
}
