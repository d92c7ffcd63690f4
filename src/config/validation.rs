//! Combinations that cannot be: what types alone do not refuse.

mod dialects;
mod directory;
mod people;

use std::{collections::HashSet, time::Duration};

use url::Url;

use super::{
    Application, BUILT_IN_SCOPES, Config, LONGEST_ACCESS_TOKEN_LIFETIME, Problem, StoreUrl,
};
use crate::oauth::{
    ClientRights, Scope, TokenEndpointAuthMethod, may_be_backchannel_logout_uri, may_be_jwks_uri,
};

/// Every problem of `config`, in the order of the sections.
pub(super) fn problems(config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    http(config, &mut problems);
    keys_and_tokens(config, &mut problems);
    store(config, &mut problems);
    scopes(config, &mut problems);
    people::people(config, &mut problems);
    directory::directory(config, &mut problems);
    dialects::dialects(config, &mut problems);
    let mut client_ids = HashSet::new();
    for (position, application) in config.applications.iter().enumerate() {
        let mut check = Check { key: format!("applications.{position}"), problems: &mut problems };
        if !client_ids.insert(&application.client_id) {
            check.refuse("client_id", "another application has this client_id");
        }
        if is_uuid(application.client_id.as_str()) {
            check.refuse(
                "client_id",
                "a UUID is how people are named in `sub`: choose another client_id",
            );
        }
        credentials(application, config, &mut check);
        rights(application, config, &mut check);
    }
    problems
}

/// Whether `text` looks like a UUID. RFC 9068 section 5: an application's `sub` is its client identifier,
/// so it must not be able to "select the sub of a high-privilege resource owner".
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

struct Check<'a> {
    key: String,
    problems: &'a mut Vec<Problem>,
}

impl Check<'_> {
    fn refuse(&mut self, member: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(format!("{}.{member}", self.key), message));
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn http(config: &Config, problems: &mut Vec<Problem>) {
    let limit = config.http.body_limit.as_u64();
    if !(1024..=1024 * 1024).contains(&limit) {
        problems.push(Problem::new("http.body_limit", "expected 1KiB to 1MiB"));
    }
    if config.http.drain_delay > Duration::from_secs(300) {
        problems.push(Problem::new("http.drain_delay", "expected at most 5m"));
    }
    for (position, origin) in config.http.cors_origins.iter().enumerate() {
        let canonical = Url::parse(origin).map(|url| url.origin().ascii_serialization());
        if canonical.as_ref() != Ok(origin) {
            problems.push(Problem::new(
                format!("http.cors_origins.{position}"),
                "expected an origin as browsers send it, like https://app.example.com, without a path",
            ));
        }
    }
}

fn keys_and_tokens(config: &Config, problems: &mut Vec<Problem>) {
    if config.tokens.access_token_lifetime > LONGEST_ACCESS_TOKEN_LIFETIME {
        problems.push(Problem::new(
            "tokens.access_token_lifetime",
            "expected at most 1d: an access token cannot be called back from a server that is offline",
        ));
    }
    let tokens = &config.tokens;
    if tokens.refresh_token_lifetime > DAY * 3660 {
        problems.push(Problem::new("tokens.refresh_token_lifetime", "expected at most ten years"));
    }
    if tokens.refresh_token_idle_lifetime > tokens.refresh_token_lifetime {
        problems.push(Problem::new(
            "tokens.refresh_token_idle_lifetime",
            "expected at most tokens.refresh_token_lifetime, which ends a grant in any case",
        ));
    }
    if tokens.refresh_token_grace > Duration::from_secs(300) {
        problems.push(Problem::new(
            "tokens.refresh_token_grace",
            "expected at most 5m: a stolen token is good for that long after it was replaced",
        ));
    }
    if tokens.refresh_token_grace.subsec_nanos() != 0 {
        problems.push(Problem::new("tokens.refresh_token_grace", "expected whole seconds"));
    }
    // RFC 6749 section 4.1.2: "A maximum authorization code lifetime of 10 minutes is RECOMMENDED."
    if tokens.authorization_code_lifetime > Duration::from_secs(600) {
        problems.push(Problem::new("tokens.authorization_code_lifetime", "expected at most 10m"));
    }
    if config.sessions.lifetime > DAY * 30 {
        problems.push(Problem::new(
            "sessions.lifetime",
            "expected at most 30d: whoever copies a session is that person until it ends",
        ));
    }
    if config.keys.rotate_every.is_some() && !config.keys.generate {
        problems.push(Problem::new(
            "keys.rotate_every",
            "needs keys.generate = true: without it Signet makes no key",
        ));
    }
    if config.keys.rotate_every.is_some_and(|every| every < Duration::from_secs(15 * 60)) {
        problems.push(Problem::new(
            "keys.rotate_every",
            "expected at least 15m: a key is published six minutes before it signs",
        ));
    }
}

fn store(config: &Config, problems: &mut Vec<Problem>) {
    if config.store.url_file.is_some() && !matches!(config.store.url, StoreUrl::Memory) {
        problems.push(Problem::new("store.url_file", "set url or url_file, not both"));
    }
    // What a file names is seen when the store is opened.
    let url = config.store.url_file.is_none().then_some(&config.store.url);
    let alone = matches!(url, Some(StoreUrl::Memory));
    if alone && config.store.wait_replicas > 0 {
        problems.push(Problem::new("store.wait_replicas", "memory: has no replicas"));
    }
    if config.store.wait_replicas > 16 {
        problems.push(Problem::new("store.wait_replicas", "expected at most 16"));
    }
    let plain = matches!(url, Some(StoreUrl::Redis(redis)) if !redis.tls);
    if config.store.ca_file.is_some() && (alone || plain) {
        problems.push(Problem::new("store.ca_file", "needs a rediss:// URL: others are not TLS"));
    }
    let timeout = config.store.timeout;
    if !(Duration::from_millis(50)..=Duration::from_secs(30)).contains(&timeout) {
        problems.push(Problem::new("store.timeout", "expected 50ms to 30s"));
    }
    let prefix = &config.store.key_prefix;
    if prefix.is_empty() || prefix.len() > 64 || !prefix.bytes().all(|byte| byte.is_ascii_graphic())
    {
        problems
            .push(Problem::new("store.key_prefix", "expected 1 to 64 visible ASCII characters"));
    }
}

fn scopes(config: &Config, problems: &mut Vec<Problem>) {
    let mut names: HashSet<&str> = BUILT_IN_SCOPES.into();
    for (position, scope) in config.scopes.iter().enumerate() {
        if !names.insert(scope.name.as_str()) {
            problems.push(Problem::new(
                format!("scopes.{position}.name"),
                "this scope is declared twice, or is built in",
            ));
        }
    }
}

fn is_declared(scope: &Scope, config: &Config) -> bool {
    BUILT_IN_SCOPES.contains(&scope.as_str())
        || config.scopes.iter().any(|declaration| declaration.name == *scope)
}

fn credentials(application: &Application, config: &Config, check: &mut Check<'_>) {
    let secrets = usize::from(application.client_secret_sha256.is_some())
        + usize::from(application.client_secret_file.is_some())
        + usize::from(application.client_secret.is_some());
    let keys = usize::from(application.jwks.is_some())
        + usize::from(application.jwks_file.is_some())
        + usize::from(application.jwks_uri.is_some());
    let method = application.token_endpoint_auth_method;
    let (expected_secrets, expected_keys) = match method {
        TokenEndpointAuthMethod::ClientSecretBasic | TokenEndpointAuthMethod::ClientSecretPost => {
            (1, 0)
        }
        TokenEndpointAuthMethod::PrivateKeyJwt => (0, 1),
        TokenEndpointAuthMethod::None => (0, 0),
    };
    if secrets != expected_secrets {
        check.refuse("token_endpoint_auth_method", match expected_secrets {
            0 => format!("an application with {} has no secret", method.name()),
            _ => format!(
                "an application with {} has exactly one of client_secret_sha256, client_secret_file and client_secret",
                method.name()
            ),
        });
    }
    if keys != expected_keys {
        check.refuse("token_endpoint_auth_method", match expected_keys {
            0 => format!("an application with {} has no keys", method.name()),
            _ => "an application with private_key_jwt has exactly one of jwks, jwks_file and jwks_uri".to_owned(),
        });
    }
    if application.client_secret.as_ref().is_some_and(|secret| secret.expose().is_empty()) {
        check.refuse("client_secret", "an empty secret cannot be presented: choose one");
    }
    if application.client_secret.is_some() && !config.issuer.is_loopback() {
        check.refuse(
            "client_secret",
            "a secret in clear is accepted on loopback issuers only: \
             use client_secret_sha256 (`signet hash secret` prints it) or client_secret_file",
        );
    }
    if application.jwks_uri.as_ref().is_some_and(|uri| !may_be_jwks_uri(uri, &config.issuer)) {
        check.refuse("jwks_uri", "expected an https URL");
    }
}

fn rights(application: &Application, config: &Config, check: &mut Check<'_>) {
    let rights = ClientRights {
        token_endpoint_auth_method: application.token_endpoint_auth_method,
        grant_types: &application.grant_types,
        refresh_token_rotation: application.refresh_token_rotation,
        refresh_token_with_client_credentials: application.refresh_token_with_client_credentials,
        redirect_uris: &application.redirect_uris,
        post_logout_redirect_uris: &application.post_logout_redirect_uris,
    };
    for (member, rule) in rights.contradictions() {
        check.refuse(member, rule);
    }
    for scope in application.scopes.iter().filter(|scope| !is_declared(scope, config)) {
        check.refuse(
            "scopes",
            format!("the scope {scope} is not declared: add it under [[scopes]]"),
        );
    }
    if application
        .access_token_lifetime
        .is_some_and(|lifetime| lifetime > LONGEST_ACCESS_TOKEN_LIFETIME)
    {
        check.refuse("access_token_lifetime", "expected at most 1d");
    }
    let uri = application.backchannel_logout_uri.as_ref();
    if uri.is_some_and(|uri| !may_be_backchannel_logout_uri(uri, &config.issuer)) {
        check.refuse("backchannel_logout_uri", "expected an https URL without a fragment");
    }
}
