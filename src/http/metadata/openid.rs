//! What OpenID Connect adds to the metadata (OpenID Connect Discovery 1.0 section 3, RP-Initiated Logout 1.0
//! section 2.1, Back-Channel Logout 1.0 section 2.1), and `GET /.well-known/openid-configuration`, where its
//! clients look for the document.

use std::sync::Arc;

use arc_swap::ArcSwap;
use poem_openapi::{Object, OpenApi};
use serde::Serialize;
use signet_verifier::Algorithm;

use super::{MAX_AGE, Metadata, MetadataAnswers};
use crate::{
    http::{
        docs::Tag,
        logout,
        public_document::{Cacheable, Conditional},
        userinfo,
    },
    oauth::{IssuerUrl, PERSON_CLAIMS},
};

/// The path below the issuer (OpenID Connect Discovery section 4). Unlike the path of RFC 8414 section 3.1 it
/// follows the issuer's own.
pub const PATH: &str = "/.well-known/openid-configuration";

/// The members that OpenID Connect adds.
#[derive(Debug, Clone, Serialize, Object)]
#[oai(rename = "OpenidProviderMetadata")]
pub struct OpenidMetadata {
    /// Where clients learn who the person is.
    pub userinfo_endpoint: String,
    /// Where clients send people to sign them out.
    pub end_session_endpoint: String,
    /// How people are named: the same to all clients.
    pub subject_types_supported: Vec<String>,
    /// What may sign an ID token.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// What can be told of a person.
    pub claims_supported: Vec<String>,
    /// Whether single claims can be asked for: no, scopes can.
    pub claims_parameter_supported: bool,
    /// Whether clients are told that somebody signed out.
    pub backchannel_logout_supported: bool,
    /// Whether they are told of which session: its `sid` is that of the ID token.
    pub backchannel_logout_session_supported: bool,
}

impl OpenidMetadata {
    /// The members of `issuer`, which has keys of these algorithms.
    #[must_use]
    pub fn new(issuer: &IssuerUrl, algorithms: &[Algorithm]) -> Self {
        let claims = ["iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid"];
        let of_people = PERSON_CLAIMS.iter().map(|claim| claim.name);
        Self {
            userinfo_endpoint: issuer.join(userinfo::PATH),
            end_session_endpoint: issuer.join(logout::PATH),
            subject_types_supported: vec!["public".to_owned()],
            id_token_signing_alg_values_supported: algorithms
                .iter()
                .map(|algorithm| algorithm.name().to_owned())
                .collect(),
            claims_supported: of_people.chain(claims).map(str::to_owned).collect(),
            claims_parameter_supported: false,
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
        }
    }
}

/// The discovery endpoint.
#[derive(Debug)]
pub struct DiscoveryApi {
    /// The document; swapped when configuration is loaded again.
    pub metadata: Arc<ArcSwap<Metadata>>,
}

#[OpenApi]
impl DiscoveryApi {
    /// Server metadata, where OpenID Connect has it
    ///
    /// The same document as `/.well-known/oauth-authorization-server` (OpenID Connect Discovery 1.0). For an
    /// issuer with a path, it is below that path.
    #[oai(
        path = "/.well-known/openid-configuration",
        method = "get",
        operation_id = "openidConfiguration",
        tag = "Tag::Discovery"
    )]
    async fn configuration(&self, conditional: Conditional) -> Cacheable<MetadataAnswers> {
        Cacheable::new(self.metadata.load().to_json(), MAX_AGE, &conditional)
    }
}
