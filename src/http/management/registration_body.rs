//! Registrations as JSON (RFC 7591 sections 2 and 3.2.1): what the OpenAPI document says of them, and how
//! they are read and written.

use poem_openapi::{Object, types::Example};
use serde_json::{Map, Value, json};

use super::{
    application_body::metadata,
    application_members::{described, names, scope},
    members::Members,
};
use crate::{
    directory::Registration,
    management::{IssuedApplication, RegistrationRequest, response_types},
    oauth::{IssuerUrl, Refusal},
    secret::Secret,
};

/// What RFC 7592 section 2.2 wants left out of an update.
const MADE_BY_THE_SERVER: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// What an application asks to be (RFC 7591 section 2). Other members are ignored, `software_statement` and
/// names in other languages (`client_name#ja`) too.
#[derive(Debug, Default, Object)]
#[oai(rename = "ClientMetadata", example, skip_serializing_if_is_none)]
pub struct ClientMetadataBody {
    /// Its identifier; only in an update, and needed there.
    pub client_id: Option<String>,
    /// Its secret; only in an update, where it may be sent along.
    pub client_secret: Option<String>,
    /// Its name, for people: at most 256 bytes.
    pub client_name: Option<String>,
    /// Where people are sent back to, at most 20.
    pub redirect_uris: Option<Vec<String>>,
    /// How it authenticates: `client_secret_basic` (where nothing is said), `client_secret_post`,
    /// `private_key_jwt` or `none`.
    pub token_endpoint_auth_method: Option<String>,
    /// The grants that it may use; those that cannot be registered are left out of the answer. Where nothing
    /// is said: `authorization_code` with redirect URIs; without them `client_credentials`, or none for a
    /// public application.
    pub grant_types: Option<Vec<String>>,
    /// The response types: `code` with `authorization_code`, none without it.
    pub response_types: Option<Vec<String>>,
    /// The scopes that it may have, separated by single spaces; in a registration that says nothing, all
    /// that applications can register for.
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
}

impl Example for ClientMetadataBody {
    fn example() -> Self {
        Self {
            client_name: Some("Weather station".to_owned()),
            redirect_uris: Some(vec!["https://station.example.com/callback".to_owned()]),
            grant_types: Some(vec!["client_credentials".to_owned()]),
            scope: Some("read".to_owned()),
            ..Self::default()
        }
    }
}

/// What is registered (RFC 7591 section 3.2.1, RFC 7592 section 3), policy included.
#[derive(Debug, Object)]
#[oai(example, skip_serializing_if_is_none)]
pub struct ClientInformation {
    /// What the application manages its registration with: keep it safe.
    pub registration_access_token: String,
    /// Where it does that.
    pub registration_client_uri: String,
    /// When it was registered, in Unix seconds.
    pub client_id_issued_at: u64,
    /// When the secret ends by itself, beside `client_secret`: 0, which is never.
    pub client_secret_expires_at: Option<u64>,
    /// Policy: the resource servers that its tokens may be for.
    pub audience: Option<Vec<String>>,
    /// Policy: how long its access tokens live, in seconds.
    pub access_token_lifetime: Option<u64>,
    /// Policy: what signs its access tokens.
    pub access_token_algorithm: Option<String>,
    /// Policy: whether each use of a refresh token replaces it.
    pub refresh_token_rotation: bool,
    /// Policy: whether the client credentials grant gives a refresh token.
    pub refresh_token_with_client_credentials: bool,
    /// Policy: whether people are not asked for their consent.
    pub first_party: bool,
    /// Policy: the resource servers that it is.
    pub resource_server_for: Option<Vec<String>>,
    /// What it is.
    #[oai(flatten)]
    pub metadata: ClientMetadataBody,
}

impl Example for ClientInformation {
    fn example() -> Self {
        let client_id = "sga_Rk3XW9Hf0q7GJmC2vYb1sA";
        Self {
            registration_access_token: "sgt_…".to_owned(),
            registration_client_uri: format!("https://id.example.com/oauth2/register/{client_id}"),
            client_id_issued_at: 1_790_000_000,
            client_secret_expires_at: Some(0),
            audience: None,
            access_token_lifetime: None,
            access_token_algorithm: None,
            refresh_token_rotation: true,
            refresh_token_with_client_credentials: false,
            first_party: false,
            resource_server_for: None,
            metadata: ClientMetadataBody {
                client_id: Some(client_id.to_owned()),
                client_secret: Some("sgs_…".to_owned()),
                token_endpoint_auth_method: Some("client_secret_basic".to_owned()),
                require_pkce: Some(false),
                response_types: Some(Vec::new()),
                ..ClientMetadataBody::example()
            },
        }
    }
}

/// Reads what an application asks to be registered as. RFC 7591 section 2: "The authorization server MUST
/// ignore any client metadata sent by the client that it does not understand".
///
/// # Errors
/// `invalid_redirect_uri`, `invalid_client_metadata`, with every member that is not as it must be.
pub(super) fn registration(mut members: Members) -> Result<RegistrationRequest, Refusal> {
    let request = read(&mut members);
    judged(members, request)
}

/// Reads what an application asks to become. RFC 7592 section 2.2: it "MUST NOT include the
/// "registration_access_token", "registration_client_uri", "client_secret_expires_at", or
/// "client_id_issued_at" fields".
///
/// # Errors
/// As [`registration`].
pub(super) fn update(mut members: Members) -> Result<RegistrationRequest, Refusal> {
    for name in MADE_BY_THE_SERVER {
        if members.has(name) {
            members.refuse(name, "this member is not for an update (RFC 7592 section 2.2)");
        }
    }
    let mut request = read(&mut members);
    request.client_id = members.value("client_id", "expected a string");
    request.client_secret = members.value::<Secret>("client_secret", "expected a string");
    judged(members, request)
}

fn read(members: &mut Members) -> RegistrationRequest {
    RegistrationRequest {
        metadata: described(members),
        grant_types: names(members, "grant_types"),
        response_types: names(members, "response_types"),
        scope: scope(members),
        ..RegistrationRequest::default()
    }
}

fn judged(members: Members, request: RegistrationRequest) -> Result<RegistrationRequest, Refusal> {
    let problems = members.known_problems();
    if problems.is_empty() {
        return Ok(request);
    }
    Err(RegistrationRequest::refused(problems))
}

/// The path of registrations below the issuer.
pub const PATH: &str = "/oauth2/register";

/// Where the registration of an application is (RFC 7592 section 3).
pub(super) fn registration_client_uri(issuer: &IssuerUrl, registration: &Registration) -> String {
    issuer.join(&format!("{PATH}/{}", registration.client_id))
}

/// What is registered, with the `token` that it is managed with, and the secret where one was made.
pub(super) fn information(
    issued: &IssuedApplication,
    token: &Secret,
    issuer: &IssuerUrl,
) -> Map<String, Value> {
    let IssuedApplication { registration, secret } = issued;
    let mut information = metadata(registration);
    let uri = registration_client_uri(issuer, registration);
    let mut add = |name: &str, value: Value| information.insert(name.to_owned(), value);
    add("client_id", json!(registration.client_id));
    add("client_id_issued_at", json!(registration.created_at));
    add("response_types", json!(response_types(&registration.metadata.grant_types)));
    add("registration_client_uri", json!(uri));
    add("registration_access_token", json!(token.expose()));
    if let Some(secret) = secret {
        add("client_secret", json!(secret.expose()));
        // RFC 7591 section 3.2.1: "REQUIRED if "client_secret" is issued. ... 0 if it will not expire."
        add("client_secret_expires_at", json!(0));
    }
    information
}
