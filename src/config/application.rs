//! `[[applications]]`: the declared applications, in the words of RFC 7591 section 2.

use std::{fmt, path::PathBuf, time::Duration};

use serde::{Deserialize, Deserializer, de};
use signet_verifier::Algorithm;
use url::Url;

use super::PublicJwks;
use crate::{
    oauth::{ClientId, GrantType, RedirectUri, Resource, ScopeSet, TokenEndpointAuthMethod},
    secret::{Secret, SecretDigest},
};

/// One entry of `[[applications]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The client identifier.
    pub client_id: ClientId,
    /// The name, for people; absent: the client identifier.
    pub name: Option<String>,
    /// The SHA-256 of the secret, or of two that are both live.
    pub client_secret_sha256: Option<OneOrTwoDigests>,
    /// A file that holds the secret.
    pub client_secret_file: Option<PathBuf>,
    /// The secret itself; loopback issuers only.
    pub client_secret: Option<Secret>,
    /// How the application authenticates.
    #[serde(default)]
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// The keys of `private_key_jwt`.
    pub jwks: Option<PublicJwks>,
    /// A file with the keys of `private_key_jwt`.
    pub jwks_file: Option<PathBuf>,
    /// Where the keys of `private_key_jwt` are fetched.
    #[serde(default, deserialize_with = "bare_url")]
    pub jwks_uri: Option<Url>,
    /// The grants that it may use.
    pub grant_types: Vec<GrantType>,
    /// Where people are sent back to.
    #[serde(default)]
    pub redirect_uris: Vec<RedirectUri>,
    /// Whether its authorization requests must have a code challenge (RFC 7636).
    #[serde(default)]
    pub require_pkce: bool,
    /// Whether it belongs to whoever runs this server: people are not asked for their consent.
    #[serde(default)]
    pub first_party: bool,
    /// What signs its ID tokens.
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// Where people may be sent back to after they signed out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where it hears that people signed out.
    #[serde(default, deserialize_with = "bare_url")]
    pub backchannel_logout_uri: Option<Url>,
    /// The scopes that it may have.
    #[serde(default)]
    pub scopes: ScopeSet,
    /// The resource servers that its tokens may be for.
    #[serde(default)]
    pub audience: Vec<Resource>,
    /// How long its access tokens live.
    #[serde(default, deserialize_with = "super::duration::optional_seconds")]
    pub access_token_lifetime: Option<Duration>,
    /// What signs its access tokens.
    pub access_token_algorithm: Option<Algorithm>,
    /// Whether each use of a refresh token replaces it; only applications that authenticate may say no.
    #[serde(default = "yes")]
    pub refresh_token_rotation: bool,
    /// Whether the client credentials grant gives a refresh token.
    #[serde(default)]
    pub refresh_token_with_client_credentials: bool,
    /// The resource servers that it is: it may introspect tokens that are for one of them.
    #[serde(default)]
    pub resource_server_for: Vec<Resource>,
    /// Whether it is switched off.
    #[serde(default)]
    pub disabled: bool,
}

const fn yes() -> bool {
    true
}

/// Reads a URL; what the parser says would repeat it.
fn bare_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    let url = Url::parse(&String::deserialize(deserializer)?).ok();
    let bare = |url: &Url| url.username().is_empty() && url.password().is_none();
    match url.filter(bare) {
        Some(url) => Ok(Some(url)),
        None => {
            Err(de::Error::custom("expected an https URL without a user name (value not shown)"))
        }
    }
}

/// One digest, or two that are both live.
#[derive(Debug, Clone)]
pub struct OneOrTwoDigests(pub Vec<SecretDigest>);

impl<'de> Deserialize<'de> for OneOrTwoDigests {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DigestsVisitor)
    }
}

struct DigestsVisitor;

const EXPECTED: &str = "expected the SHA-256 of the secret as 64 lower-case hexadecimal digits, or a \
                        list of two (`signet hash secret` prints it; value not shown)";

impl<'de> de::Visitor<'de> for DigestsVisitor {
    type Value = OneOrTwoDigests;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one SHA-256 digest in hexadecimal, or a list of two")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let digest = SecretDigest::from_hex(text).ok_or_else(|| E::custom(EXPECTED))?;
        Ok(OneOrTwoDigests(vec![digest]))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut texts: A) -> Result<Self::Value, A::Error> {
        let mut digests = Vec::new();
        while let Some(text) = texts.next_element::<String>()? {
            digests.push(SecretDigest::from_hex(&text).ok_or_else(|| de::Error::custom(EXPECTED))?);
        }
        match digests.len() {
            1 | 2 => Ok(OneOrTwoDigests(digests)),
            _ => Err(de::Error::custom(EXPECTED)),
        }
    }
}
