//! Configuration (a leaf): `defaults < file < environment`, one section per file, parsed into types and
//! refused at start with the key's path and where it came from. It knows the vocabulary of `oauth` and
//! the leaves, nothing else, and no message of it repeats a value that may be secret.

mod application;
mod dialects;
mod directory;
mod directory_url;
mod duration;
mod environment;
mod error;
mod file;
mod http;
mod keys;
mod limits;
mod loaded;
mod password_cost;
mod public_jwks;
mod rate;
mod scopes;
mod secret_file;
mod sessions;
mod store;
mod store_url;
mod tokens;
mod users;
mod validation;
mod watch;

use serde::Deserialize;

pub use self::{
    application::{Application, OneOrTwoDigests},
    dialects::{Dialect, Dialects},
    directory::{ApplicationRegistration, Directory, PeopleRegistration},
    directory_url::{DirectoryUrl, MalformedDirectoryUrl},
    environment::process_environment as environment,
    error::{ConfigError, Problem},
    http::{Http, Tls},
    keys::Keys,
    limits::Limits,
    loaded::{DEFAULT_FILE, Loaded},
    password_cost::{PasswordCost, UnfitCost},
    public_jwks::PublicJwks,
    rate::Rate,
    scopes::{BUILT_IN_SCOPES, ScopeDeclaration},
    secret_file::{read_bounded, read_secret},
    sessions::Sessions,
    store::Store,
    store_url::{MalformedStoreUrl, RedisUrl, StoreUrl, Topology},
    tokens::{LONGEST_ACCESS_TOKEN_LIFETIME, Tokens},
    users::{Role, User},
    watch::Watch,
};
use crate::oauth::IssuerUrl;

/// The whole configuration, as types.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The issuer identifier.
    pub issuer: IssuerUrl,
    /// `[http]`.
    #[serde(default)]
    pub http: Http,
    /// `[keys]`.
    #[serde(default)]
    pub keys: Keys,
    /// `[tokens]`.
    #[serde(default)]
    pub tokens: Tokens,
    /// `[sessions]`.
    #[serde(default)]
    pub sessions: Sessions,
    /// `[store]`.
    #[serde(default)]
    pub store: Store,
    /// `[directory]`.
    #[serde(default)]
    pub directory: Directory,
    /// `[[scopes]]`.
    #[serde(default)]
    pub scopes: Vec<ScopeDeclaration>,
    /// `[[roles]]`.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// `[[users]]`.
    #[serde(default)]
    pub users: Vec<User>,
    /// `[[applications]]`.
    #[serde(default)]
    pub applications: Vec<Application>,
    /// `[limits]`.
    #[serde(default)]
    pub limits: Limits,
    /// `[dialects]`.
    #[serde(default)]
    pub dialects: Dialects,
}

impl Config {
    /// The longest that any access token of this configuration lives.
    #[must_use]
    pub fn longest_access_token_lifetime(&self) -> std::time::Duration {
        if self.directory.has_registry() {
            // An application that is registered while Signet runs may be given as much.
            return LONGEST_ACCESS_TOKEN_LIFETIME;
        }
        self.applications
            .iter()
            .filter_map(|application| application.access_token_lifetime)
            .chain([self.tokens.access_token_lifetime])
            .max()
            .unwrap_or_default()
    }

    /// Every algorithm that a key is needed for, RS256 always among them (RFC 9068 section 2.1).
    #[must_use]
    pub fn algorithms(&self) -> Vec<signet_verifier::Algorithm> {
        let mut algorithms: Vec<_> = self
            .applications
            .iter()
            .flat_map(|application| {
                [application.access_token_algorithm, application.id_token_signed_response_alg]
            })
            .flatten()
            .chain([self.keys.access_token_algorithm, self.keys.id_token_algorithm])
            // RFC 9068 section 2.1: it is among those that every server has.
            .chain([signet_verifier::Algorithm::Rs256])
            .collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        algorithms
    }
}
