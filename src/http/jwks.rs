//! `GET /.well-known/jwks.json` (RFC 7517 section 5): the public keys, for resource servers.

use std::sync::Arc;

use arc_swap::ArcSwap;
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json};

use super::{
    docs::Tag,
    public_document::{Cacheable, Conditional},
};
use crate::{
    clock::Clock,
    keys::{JWKS_MAX_AGE, KeyRing},
};

/// The document's path below the issuer.
pub const PATH: &str = "/.well-known/jwks.json";

/// The key set endpoint.
#[derive(Debug)]
pub struct JwksApi {
    /// The keys, as they are at each request.
    pub keys: Arc<ArcSwap<KeyRing>>,
    /// Which of them are published depends on the time.
    pub clock: Arc<dyn Clock>,
}

#[OpenApi]
impl JwksApi {
    /// Public keys
    ///
    /// The keys that verify Signet's tokens (RFC 7517 section 5). A key stands here before it signs and
    /// until the last token that it signed has ended; fetch again when a token names one that you do not
    /// have.
    #[oai(
        path = "/.well-known/jwks.json",
        method = "get",
        operation_id = "jwks",
        tag = "Tag::Discovery"
    )]
    async fn jwks(&self, conditional: Conditional) -> Cacheable<JwksAnswers> {
        let jwks = self.keys.load().jwks(self.clock.now());
        let body = serde_json::to_vec(&jwks).expect("OK because its members are strings");
        Cacheable::new(body, JWKS_MAX_AGE.as_secs(), &conditional)
    }
}

/// A JSON Web Key Set (RFC 7517 section 5).
#[derive(Debug, Object)]
#[oai(rename = "JwkSet")]
pub struct JwkSetBody {
    /// The keys: next, active and retiring.
    pub keys: Vec<JwkBody>,
}

/// A public key (RFC 7517 section 4); which of the coordinate members it has depends on `kty`.
#[derive(Debug, Object)]
#[oai(rename = "Jwk", skip_serializing_if_is_none)]
pub struct JwkBody {
    /// `EC`, `RSA` or `OKP`.
    pub kty: String,
    /// Always `sig`.
    #[oai(rename = "use")]
    pub use_: String,
    /// The one algorithm that the key is for.
    pub alg: String,
    /// The key's name: its SHA-256 thumbprint (RFC 7638).
    pub kid: String,
    /// The curve.
    pub crv: Option<String>,
    /// The x coordinate, or an OKP key.
    pub x: Option<String>,
    /// The y coordinate.
    pub y: Option<String>,
    /// The RSA modulus.
    pub n: Option<String>,
    /// The RSA exponent.
    pub e: Option<String>,
}

/// Every answer of the key set endpoint.
#[derive(ApiResponse)]
pub enum JwksAnswers {
    /// The key set.
    #[oai(status = 200)]
    Ok(
        Json<JwkSetBody>,
        /// How long it may be used.
        #[oai(header = "Cache-Control")]
        String,
        /// Changes whenever the set does.
        #[oai(header = "ETag")]
        String,
    ),
    /// The set is still the one that `If-None-Match` names.
    #[oai(status = 304)]
    NotModified,
}
