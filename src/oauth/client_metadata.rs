//! What is registered of an application, under the names of RFC 7591 section 2 and some of our own. Types
//! hold what each value may be; which go together, [`management`](crate::management) decides.

use serde::{Deserialize, Serialize};
use signet_verifier::{Algorithm, jwk::JwkSet};
use url::Url;

use super::{GrantType, RedirectUri, Resource, ScopeSet, TokenEndpointAuthMethod, scope};

/// The registration of an application, as it is kept. Times are seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientMetadata {
    /// Its name, for people; absent: its identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Where people are sent back to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<RedirectUri>,
    /// How it authenticates.
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// The grants that it may use.
    pub grant_types: Vec<GrantType>,
    /// The scopes that it may have.
    #[serde(with = "scope::as_text", skip_serializing_if = "ScopeSet::is_empty")]
    pub scope: ScopeSet,
    /// The keys of `private_key_jwt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<JwkSet>,
    /// Where the keys of `private_key_jwt` are fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<Url>,
    /// Its home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<Url>,
    /// Its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<Url>,
    /// Its terms of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<Url>,
    /// What it does with people's data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<Url>,
    /// How to reach those who are responsible for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// Which software it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    /// Which version of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
    /// Whether its authorization requests must have a code challenge (RFC 7636); those of public
    /// applications must in any case.
    pub require_pkce: bool,
    /// Whether it belongs to whoever runs this server: people are not asked for their consent.
    pub first_party: bool,
    /// What signs its ID tokens, where not the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// Where people may be sent back to after they signed out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where it hears that people signed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<Url>,
    /// The resource servers that its tokens may be for; the first one where it asks for none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<Resource>,
    /// How long its access tokens live, where not as long as everybody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_lifetime: Option<u64>,
    /// What signs its access tokens, where not the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_algorithm: Option<Algorithm>,
    /// Whether each use of a refresh token replaces it.
    pub refresh_token_rotation: bool,
    /// Whether the client credentials grant gives a refresh token.
    pub refresh_token_with_client_credentials: bool,
    /// The resource servers that it is: it may introspect tokens that are for one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_server_for: Vec<Resource>,
}

impl Default for ClientMetadata {
    fn default() -> Self {
        Self {
            client_name: None,
            redirect_uris: Vec::new(),
            token_endpoint_auth_method: TokenEndpointAuthMethod::default(),
            grant_types: Vec::new(),
            scope: ScopeSet::default(),
            jwks: None,
            jwks_uri: None,
            client_uri: None,
            logo_uri: None,
            tos_uri: None,
            policy_uri: None,
            contacts: Vec::new(),
            software_id: None,
            software_version: None,
            require_pkce: false,
            first_party: false,
            id_token_signed_response_alg: None,
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            audience: Vec::new(),
            access_token_lifetime: None,
            access_token_algorithm: None,
            refresh_token_rotation: true,
            refresh_token_with_client_credentials: false,
            resource_server_for: Vec::new(),
        }
    }
}
