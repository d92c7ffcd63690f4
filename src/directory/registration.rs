//! An application as it is kept: what was registered of it, the digests that prove it, and whose it is.

use std::time::Duration;

use crate::{
    oauth::{
        Client, ClientId, ClientKeys, ClientMetadata, ClientType, RefreshTokenPolicy,
        TokenEndpointAuthMethod,
    },
    secret::{Secret, SecretDigest},
};

/// How many secrets of an application may live at a time: one is in use, the other comes or goes.
pub const MOST_SECRETS: usize = 2;

/// An application with all that is kept of it. Times are Unix seconds.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Its identifier.
    pub client_id: ClientId,
    /// The `sub` of whoever registered it: a person's or an application's. `None` where nobody in
    /// particular did.
    pub owner: Option<String>,
    /// What was registered.
    pub metadata: ClientMetadata,
    /// What proves it, the newest first; those that have expired too.
    pub secrets: Vec<KeptSecret>,
    /// The digest of the token by which it manages itself (RFC 7592).
    pub registration_access_token: Option<SecretDigest>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// Whether it is switched off by an administrator, and its owner cannot switch it on.
    pub locked: bool,
    /// When it was registered.
    pub created_at: u64,
    /// Which state of it this is: raised by one with each change. What configuration declares has none.
    pub version: u64,
}

/// The digest of a client secret.
#[derive(Debug, Clone, Copy)]
pub struct KeptSecret {
    /// Its SHA-256.
    pub digest: SecretDigest,
    /// When it was made.
    pub created_at: u64,
    /// When it stops being good; `None`: when it is replaced.
    pub expires_at: Option<u64>,
}

impl KeptSecret {
    /// Whether it is good at `now`.
    #[must_use]
    pub fn lives(&self, now: u64) -> bool {
        self.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

impl Registration {
    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.metadata.client_name.as_deref().unwrap_or(self.client_id.as_str())
    }

    /// What a search looks through.
    #[must_use]
    pub fn searched(&self) -> [Option<&str>; 2] {
        [Some(self.client_id.as_str()), Some(self.name())]
    }

    /// Whether `secret` is one of its secrets that are good at `now`.
    #[must_use]
    pub fn proves(&self, secret: &Secret, now: u64) -> bool {
        let digest = secret.digest();
        self.secrets.iter().any(|kept| kept.lives(now) && kept.digest.matches(&digest))
    }

    /// Whether configuration declares it: then it is read-only.
    #[must_use]
    pub const fn is_declared(&self) -> bool {
        self.version == 0
    }

    /// The application as grants know it, with the secrets that are good at `now`.
    #[must_use]
    pub fn client(&self, now: u64) -> Client {
        let ClientMetadata {
            token_endpoint_auth_method,
            grant_types,
            redirect_uris,
            require_pkce,
            first_party,
            id_token_signed_response_alg,
            post_logout_redirect_uris,
            backchannel_logout_uri,
            scope,
            audience,
            access_token_lifetime,
            access_token_algorithm,
            refresh_token_rotation,
            refresh_token_with_client_credentials,
            resource_server_for,
            jwks,
            jwks_uri,
            ..
        } = &self.metadata;
        let live = || {
            let live = self.secrets.iter().filter(|secret| secret.lives(now));
            live.map(|secret| secret.digest).collect()
        };
        let keys = match (jwks, jwks_uri) {
            (None, Some(uri)) => ClientKeys::Uri(uri.clone()),
            (jwks, _) => ClientKeys::Inline(jwks.iter().flat_map(|set| set.keys.clone()).collect()),
        };
        Client {
            client_id: self.client_id.clone(),
            client_name: self.name().to_owned(),
            client_type: match token_endpoint_auth_method {
                TokenEndpointAuthMethod::None => ClientType::Public,
                TokenEndpointAuthMethod::PrivateKeyJwt => ClientType::ConfidentialByKey(keys),
                TokenEndpointAuthMethod::ClientSecretBasic
                | TokenEndpointAuthMethod::ClientSecretPost => {
                    ClientType::ConfidentialBySecret(live())
                }
            },
            grant_types: grant_types.clone(),
            redirect_uris: redirect_uris.clone(),
            require_pkce: *require_pkce,
            first_party: *first_party,
            id_token_signed_response_alg: *id_token_signed_response_alg,
            post_logout_redirect_uris: post_logout_redirect_uris.clone(),
            backchannel_logout_uri: backchannel_logout_uri.clone(),
            scopes: scope.clone(),
            audience: audience.clone(),
            access_token_lifetime: access_token_lifetime.map(Duration::from_secs),
            access_token_algorithm: *access_token_algorithm,
            refresh_tokens: RefreshTokenPolicy {
                rotation: *refresh_token_rotation,
                with_client_credentials: *refresh_token_with_client_credentials,
            },
            resource_server_for: resource_server_for.clone(),
            disabled: self.disabled,
        }
    }
}
