//! Authorization server metadata (RFC 8414): what is implemented, and nothing else.

pub mod openid;

use std::sync::Arc;

use arc_swap::ArcSwap;
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json};
use serde::Serialize;
use signet_verifier::Algorithm;

use self::openid::OpenidMetadata;
use super::{
    authorize, device_authorization,
    docs::Tag,
    introspect, jwks,
    management::registration,
    par,
    public_document::{Cacheable, Conditional},
    revoke, status_list_events, status_lists, token,
};
use crate::oauth::{GrantType, IssuerUrl, ResponseMode, TokenEndpointAuthMethod, pkce};

/// The well-known suffix (RFC 8414 section 3).
pub const WELL_KNOWN: &str = "oauth-authorization-server";

/// How long the document may be kept, in seconds.
const MAX_AGE: u64 = 300;

/// The metadata document. RFC 8414 section 3.2: "Claims with zero elements MUST be omitted from the
/// response".
#[derive(Debug, Clone, Serialize, Object)]
#[oai(rename = "AuthorizationServerMetadata", skip_serializing_if_is_none)]
pub struct Metadata {
    /// The issuer identifier.
    pub issuer: String,
    /// Where people are sent to sign in and consent.
    pub authorization_endpoint: String,
    /// Where authorization requests are pushed (RFC 9126).
    pub pushed_authorization_request_endpoint: String,
    /// What can be asked for there: `code`.
    pub response_types_supported: Vec<String>,
    /// How the answer can travel.
    pub response_modes_supported: Vec<String>,
    /// How a code challenge can be made (RFC 7636): `S256`.
    pub code_challenge_methods_supported: Vec<String>,
    /// Whether each answer says whose it is (RFC 9207): it does.
    pub authorization_response_iss_parameter_supported: bool,
    /// Whether request objects are taken: they are not.
    pub request_parameter_supported: bool,
    /// Whether references to request objects of others are taken: they are not.
    pub request_uri_parameter_supported: bool,
    /// Where tokens are issued.
    pub token_endpoint: String,
    /// Where the public keys are.
    pub jwks_uri: String,
    /// The scopes that can be asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes_supported: Option<Vec<String>>,
    /// The grants that are served.
    pub grant_types_supported: Vec<String>,
    /// How applications may authenticate.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// What may sign an assertion.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// Where tokens are revoked (RFC 7009).
    pub revocation_endpoint: String,
    /// How applications may authenticate there.
    pub revocation_endpoint_auth_methods_supported: Vec<String>,
    /// What may sign an assertion there.
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// Where devices without a browser begin (RFC 8628 section 4).
    pub device_authorization_endpoint: String,
    /// Where applications register themselves (RFC 7591); absent where they cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    /// Where tokens are introspected (RFC 7662).
    pub introspection_endpoint: String,
    /// How applications may authenticate there.
    pub introspection_endpoint_auth_methods_supported: Vec<String>,
    /// What may sign an assertion there.
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// Which status lists there are (Token Status List section 9.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_list_aggregation_endpoint: Option<String>,
    /// Revocations as they happen; ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_list_events_endpoint: Option<String>,
    /// A page for developers.
    pub service_documentation: String,
    /// What OpenID Connect adds.
    #[serde(flatten)]
    #[oai(flatten)]
    pub openid: OpenidMetadata,
}

impl Metadata {
    /// The metadata of `issuer`, whose configuration declares `scopes`, and says whether there are status
    /// lists.
    #[must_use]
    pub fn new(issuer: &IssuerUrl, scopes: Vec<String>, has_status_lists: bool) -> Self {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let confidential = [
            TokenEndpointAuthMethod::ClientSecretBasic,
            TokenEndpointAuthMethod::ClientSecretPost,
            TokenEndpointAuthMethod::PrivateKeyJwt,
        ];
        let confidential = names(&confidential.map(TokenEndpointAuthMethod::name));
        let anybody =
            [confidential.clone(), names(&[TokenEndpointAuthMethod::None.name()])].concat();
        // RFC 8414 section 2: these lists MUST be present where private_key_jwt is listed.
        let algorithms = names(&Algorithm::ALL.map(Algorithm::name));
        Self {
            issuer: issuer.as_str().to_owned(),
            authorization_endpoint: issuer.join(authorize::PATH),
            pushed_authorization_request_endpoint: issuer.join(par::PATH),
            response_types_supported: names(&["code"]),
            response_modes_supported: names(&ResponseMode::ALL.map(ResponseMode::name)),
            code_challenge_methods_supported: names(&[pkce::S256]),
            authorization_response_iss_parameter_supported: true,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            token_endpoint: issuer.join(token::PATH),
            jwks_uri: issuer.join(jwks::PATH),
            scopes_supported: (!scopes.is_empty()).then_some(scopes),
            grant_types_supported: names(&GrantType::ALL.map(GrantType::name)),
            token_endpoint_auth_methods_supported: anybody.clone(),
            token_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
            revocation_endpoint: issuer.join(revoke::PATH),
            revocation_endpoint_auth_methods_supported: anybody,
            revocation_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
            device_authorization_endpoint: issuer.join(device_authorization::PATH),
            registration_endpoint: None,
            introspection_endpoint: issuer.join(introspect::PATH),
            introspection_endpoint_auth_methods_supported: confidential,
            introspection_endpoint_auth_signing_alg_values_supported: algorithms,
            status_list_aggregation_endpoint: has_status_lists
                .then(|| issuer.join(status_lists::PATH)),
            status_list_events_endpoint: has_status_lists
                .then(|| issuer.join(status_list_events::PATH)),
            service_documentation: issuer.join("/docs"),
            openid: OpenidMetadata::new(issuer, &[Algorithm::Rs256]),
        }
    }

    /// The same, of a server with keys of these algorithms.
    #[must_use]
    pub fn with_keys(mut self, issuer: &IssuerUrl, algorithms: &[Algorithm]) -> Self {
        self.openid = OpenidMetadata::new(issuer, algorithms);
        self
    }

    /// The document.
    fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self)
            .expect("OK because its members are strings, lists of them and flags")
    }

    /// The same, of a server where applications register themselves.
    #[must_use]
    pub fn with_registration(mut self, issuer: &IssuerUrl) -> Self {
        self.registration_endpoint = Some(issuer.join(registration::PATH));
        self
    }
}

/// The metadata endpoint.
#[derive(Debug)]
pub struct MetadataApi {
    /// The document; swapped when configuration is loaded again.
    pub metadata: Arc<ArcSwap<Metadata>>,
}

#[OpenApi]
impl MetadataApi {
    /// Server metadata
    ///
    /// What this server is and does (RFC 8414). For an issuer with a path, the document is at
    /// `/.well-known/oauth-authorization-server` followed by that path.
    #[oai(
        path = "/.well-known/oauth-authorization-server",
        method = "get",
        operation_id = "metadata",
        tag = "Tag::Discovery"
    )]
    async fn metadata(&self, conditional: Conditional) -> Cacheable<MetadataAnswers> {
        Cacheable::new(self.metadata.load().to_json(), MAX_AGE, &conditional)
    }
}

/// Every answer of the metadata endpoint.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "never made: it describes")]
pub enum MetadataAnswers {
    /// The document.
    #[oai(status = 200)]
    Ok(
        Json<Metadata>,
        /// How long it may be used.
        #[oai(header = "Cache-Control")]
        String,
        /// Changes whenever the document does.
        #[oai(header = "ETag")]
        String,
    ),
    /// The document is still the one that `If-None-Match` names.
    #[oai(status = 304)]
    NotModified,
}
