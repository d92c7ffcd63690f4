//! Applications as JSON: what the OpenAPI document says of them, and what is written.

use poem_openapi::{Object, types::Example};
use serde_json::{Map, Value, json};

use crate::directory::Registration;

/// What an application is to be, under the names of RFC 7591 section 2 and some of our own. Unknown members
/// are refused by name.
#[derive(Debug, Default, Object)]
#[oai(rename = "ApplicationMetadata", example, skip_serializing_if_is_none)]
pub struct ApplicationMetadataBody {
    /// Its name, for people: at most 256 bytes.
    pub client_name: Option<String>,
    /// Where people are sent back to, at most 20: https; http on 127.0.0.1, [::1] and localhost; a private-use scheme
    /// that is a domain name in reverse order; or `urn:ietf:wg:oauth:2.0:oob`.
    pub redirect_uris: Option<Vec<String>>,
    /// How it authenticates: `client_secret_basic` (where nothing is said), `client_secret_post`,
    /// `private_key_jwt` or `none`. A secret is made when one becomes needed, and forgotten when it is not.
    pub token_endpoint_auth_method: Option<String>,
    /// The grants that it may use: `authorization_code`, `client_credentials`, `password`, `refresh_token`,
    /// `urn:ietf:params:oauth:grant-type:device_code`; none where nothing is said.
    pub grant_types: Option<Vec<String>>,
    /// The scopes that it may have, separated by single spaces. Nobody can give one that they do not hold.
    pub scope: Option<String>,
    /// The public keys of `private_key_jwt`, a JWK Set.
    pub jwks: Option<Value>,
    /// Where those keys are fetched; instead of `jwks`.
    pub jwks_uri: Option<String>,
    /// Its home page.
    pub client_uri: Option<String>,
    /// Its picture.
    pub logo_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
    /// What it does with people's data.
    pub policy_uri: Option<String>,
    /// How to reach those who are responsible for it: at most 10.
    pub contacts: Option<Vec<String>>,
    /// Which software it is.
    pub software_id: Option<String>,
    /// Which version of it.
    pub software_version: Option<String>,
    /// Whether its authorization requests must have a code challenge (RFC 7636); those of public applications
    /// must in any case.
    pub require_pkce: Option<bool>,
    /// What signs its ID tokens (OpenID Connect); absent: what this server's configuration says.
    pub id_token_signed_response_alg: Option<String>,
    /// Where people may be sent back to after they signed out (OpenID Connect RP-Initiated Logout), at most 20:
    /// what redirect URIs may be, but for `urn:ietf:wg:oauth:2.0:oob`.
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// Where it hears that people signed out (OpenID Connect Back-Channel Logout): https.
    pub backchannel_logout_uri: Option<String>,
    /// Whether it belongs to whoever runs this server: people are not asked for their consent. An
    /// administrator may say yes.
    pub first_party: Option<bool>,
    /// The resource servers that its tokens may be for, at most 10; absent: the default one. Others than
    /// this issuer and the default one, an administrator gives.
    pub audience: Option<Vec<String>>,
    /// How long its access tokens live, in seconds, at most a day. An administrator sets it.
    pub access_token_lifetime: Option<u64>,
    /// What signs its access tokens. An administrator sets it.
    pub access_token_algorithm: Option<String>,
    /// Whether each use of a refresh token replaces it. An administrator may say no.
    pub refresh_token_rotation: Option<bool>,
    /// Whether the client credentials grant gives a refresh token. An administrator may say yes.
    pub refresh_token_with_client_credentials: Option<bool>,
    /// The resource servers that it is. An administrator sets it.
    pub resource_server_for: Option<Vec<String>>,
    /// Whether it is switched off: then it is refused everywhere, and what it was issued ends.
    pub disabled: Option<bool>,
}

impl Example for ApplicationMetadataBody {
    fn example() -> Self {
        Self {
            client_name: Some("Weather station".to_owned()),
            grant_types: Some(vec!["client_credentials".to_owned()]),
            scope: Some("read".to_owned()),
            ..Self::default()
        }
    }
}

/// An application.
#[derive(Debug, Object)]
#[oai(rename = "Application", example, skip_serializing_if_is_none)]
pub struct ApplicationBody {
    /// Its identifier.
    pub client_id: String,
    /// Its secret: once, in the answer to the request that made it.
    pub client_secret: Option<String>,
    /// When that secret ends by itself, beside `client_secret`: 0, which is never.
    pub client_secret_expires_at: Option<u64>,
    /// When it was registered, in Unix seconds; absent where it is declared.
    pub client_id_issued_at: Option<u64>,
    /// The `sub` of who registered it; absent where nobody in particular did.
    pub owner: Option<String>,
    /// True where the server's configuration declares it: then it is read-only.
    pub declared: Option<bool>,
    /// What it is.
    #[oai(flatten)]
    pub metadata: ApplicationMetadataBody,
}

impl Example for ApplicationBody {
    fn example() -> Self {
        Self {
            client_id: "sga_Rk3XW9Hf0q7GJmC2vYb1sA".to_owned(),
            client_secret: None,
            client_secret_expires_at: None,
            client_id_issued_at: Some(1_790_000_000),
            owner: Some("4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f".to_owned()),
            declared: None,
            metadata: ApplicationMetadataBody {
                token_endpoint_auth_method: Some("client_secret_basic".to_owned()),
                refresh_token_rotation: Some(true),
                refresh_token_with_client_credentials: Some(false),
                require_pkce: Some(false),
                first_party: Some(false),
                disabled: Some(false),
                ..ApplicationMetadataBody::example()
            },
        }
    }
}

/// A page of applications.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ApplicationList {
    /// The applications, in the order of their identifiers.
    pub items: Vec<ApplicationBody>,
    /// What to send as `after` for those that follow; absent at the end.
    pub next: Option<String>,
}

/// What a new secret is to be.
#[derive(Debug, Object)]
#[oai(rename = "NewSecret", example, skip_serializing_if_is_none)]
pub struct NewSecretBody {
    /// For how many seconds the secret before it goes on to be good: at most 2592000, which are 30 days;
    /// 0 where nothing is said.
    pub overlap: Option<u64>,
}

impl Example for NewSecretBody {
    fn example() -> Self {
        Self { overlap: Some(3600) }
    }
}

/// What is told of an application: all but what proves it.
pub(super) fn document(registration: &Registration) -> Map<String, Value> {
    let mut document = metadata(registration);
    document.insert("client_id".to_owned(), json!(registration.client_id));
    if registration.is_declared() {
        document.insert("declared".to_owned(), json!(true));
    } else {
        document.insert("client_id_issued_at".to_owned(), json!(registration.created_at));
    }
    if let Some(owner) = &registration.owner {
        document.insert("owner".to_owned(), json!(owner));
    }
    document.insert("disabled".to_owned(), json!(registration.disabled));
    document
}

/// What was registered of it.
pub(super) fn metadata(registration: &Registration) -> Map<String, Value> {
    match serde_json::to_value(&registration.metadata) {
        Ok(Value::Object(metadata)) => metadata,
        _ => unreachable!("OK because metadata is a struct of plain values"),
    }
}
