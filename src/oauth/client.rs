//! Applications, in the words of RFC 6749 section 2 and RFC 7591 section 2.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, de};
use signet_verifier::{Algorithm, jwk::Jwk};
use url::Url;

use crate::{
    oauth::{GrantType, RedirectUri, Resource, ScopeSet},
    secret::SecretDigest,
};

/// A client identifier (RFC 6749 section 2.2, appendix A.1): 1 to 256 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ClientId(String);

/// The text is not a client identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a client_id is 1 to 256 printable ASCII characters")]
pub struct MalformedClientId;

impl ClientId {
    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Lets a map keyed by `ClientId` be asked with text that has not been checked.
impl std::borrow::Borrow<str> for ClientId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientId {
    type Err = MalformedClientId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let printable = text.bytes().all(|byte| (0x20..=0x7E).contains(&byte));
        if (1..=256).contains(&text.len()) && printable {
            Ok(Self(text.to_owned()))
        } else {
            Err(MalformedClientId)
        }
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ClientId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// An application, as registered.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its identifier.
    pub client_id: ClientId,
    /// Its name, for people.
    pub client_name: String,
    /// Whether it can keep a secret, and what proves it.
    pub client_type: ClientType,
    /// The grants that it may use.
    pub grant_types: Vec<GrantType>,
    /// Where people may be sent back to.
    pub redirect_uris: Vec<RedirectUri>,
    /// Whether its authorization requests must have a code challenge (RFC 7636); those of public
    /// applications must in any case.
    pub require_pkce: bool,
    /// Whether it belongs to whoever runs this server: people are not asked for their consent.
    pub first_party: bool,
    /// What signs its ID tokens, where not the default.
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// Where people may be sent back to after they signed out (OpenID Connect RP-Initiated Logout section
    /// 3.1).
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where it hears that people signed out (OpenID Connect Back-Channel Logout section 2.2).
    pub backchannel_logout_uri: Option<Url>,
    /// The scopes that it may have.
    pub scopes: ScopeSet,
    /// The resource servers that its tokens may be for; the first one where it asks for none.
    pub audience: Vec<Resource>,
    /// How long its access tokens live, where not as long as everybody's.
    pub access_token_lifetime: Option<Duration>,
    /// What signs its access tokens, where not the default.
    pub access_token_algorithm: Option<Algorithm>,
    /// Which refresh tokens it is given, and how they behave.
    pub refresh_tokens: RefreshTokenPolicy,
    /// The resource servers that it is: it may introspect tokens that are for one of them.
    pub resource_server_for: Vec<Resource>,
    /// Whether it is switched off: refused like one that does not exist.
    pub disabled: bool,
}

impl Client {
    /// Whether it cannot keep a secret.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        matches!(self.client_type, ClientType::Public)
    }

    /// Whether the registration lists `grant_type`, and the client's type permits it.
    #[must_use]
    pub fn may_use(&self, grant_type: GrantType) -> bool {
        let permitted = match grant_type {
            // RFC 6749 section 4.4: "The client credentials grant type MUST only be used by
            // confidential clients."
            GrantType::ClientCredentials => !self.is_public(),
            GrantType::AuthorizationCode
            | GrantType::Password
            | GrantType::RefreshToken
            | GrantType::DeviceCode => true,
        };
        permitted && self.grant_types.contains(&grant_type)
    }
}

/// What holds for an application's refresh tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshTokenPolicy {
    /// Whether each use replaces the token. RFC 9700 section 2.2.2: "Refresh tokens for public clients
    /// MUST be sender-constrained or use refresh token rotation".
    pub rotation: bool,
    /// Whether the client credentials grant gives one.
    pub with_client_credentials: bool,
}

impl Default for RefreshTokenPolicy {
    fn default() -> Self {
        Self { rotation: true, with_client_credentials: false }
    }
}

/// The client types of RFC 6749 section 2.1.
#[derive(Debug, Clone)]
pub enum ClientType {
    /// Cannot keep a secret: `token_endpoint_auth_method` is `none`.
    Public,
    /// Proves itself by a secret: `client_secret_basic` or `client_secret_post`. Two digests may be
    /// live at once, so that a secret can be changed without an outage.
    ConfidentialBySecret(Vec<SecretDigest>),
    /// Proves itself by a signature: `private_key_jwt`.
    ConfidentialByKey(ClientKeys),
}

/// Where the keys of a `private_key_jwt` application are.
#[derive(Debug, Clone)]
pub enum ClientKeys {
    /// `jwks`: at hand.
    Inline(Vec<Jwk>),
    /// `jwks_uri`: to be fetched.
    Uri(Url),
}
