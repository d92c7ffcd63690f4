//! ID tokens (OpenID Connect Core section 2): who signed in, for the application that asked.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256, Sha384, Sha512};
use signet_verifier::Algorithm;

use super::CannotMint;
use crate::{keys::KeyRing, oauth::IssuerUrl, store::FamilyId};

/// The header's `typ`. Never that of access tokens, which are refused by it (RFC 9068 section 4).
pub(super) const TYP: &str = "JWT";

/// Issues ID tokens; holds what they all have in common.
#[derive(Debug)]
pub struct IdTokenIssuer {
    issuer: IssuerUrl,
    keys: Arc<ArcSwap<KeyRing>>,
}

/// What one ID token says.
#[derive(Debug)]
pub struct IdTokenParameters<'a> {
    /// The person.
    pub sub: &'a str,
    /// The application that it is for.
    pub client_id: &'a str,
    /// When it is issued, in Unix seconds.
    pub issued_at: u64,
    /// How long it is good, in whole seconds.
    pub lifetime: Duration,
    /// When the person signed in, in Unix seconds.
    pub auth_time: u64,
    /// What the application sent along to tell its requests apart.
    pub nonce: Option<&'a str>,
    /// The grant that it comes of: the session of the person at this application.
    pub sid: Option<FamilyId>,
    /// The access token that is issued with it.
    pub access_token: &'a str,
    /// What signs it.
    pub algorithm: Algorithm,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: u64,
    iat: u64,
    auth_time: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
}

impl IdTokenIssuer {
    /// An issuer that signs with the keys of `keys`, as they are at each call.
    #[must_use]
    pub fn new(issuer: IssuerUrl, keys: Arc<ArcSwap<KeyRing>>) -> Self {
        Self { issuer, keys }
    }

    /// Signs one ID token, as a compact JWT.
    ///
    /// # Errors
    /// [`CannotMint`], when no key signs.
    pub fn issue(&self, parameters: &IdTokenParameters<'_>) -> Result<String, CannotMint> {
        let keys = self.keys.load();
        let key = keys
            .signing_key(parameters.algorithm, parameters.issued_at)
            .ok_or(CannotMint::NoActiveKey(parameters.algorithm))?;
        let claims = Claims {
            iss: self.issuer.as_str(),
            sub: parameters.sub,
            aud: parameters.client_id,
            exp: parameters.issued_at + parameters.lifetime.as_secs(),
            iat: parameters.issued_at,
            auth_time: parameters.auth_time,
            nonce: parameters.nonce,
            at_hash: at_hash(parameters.access_token, parameters.algorithm),
            sid: parameters.sid.map(|sid| sid.to_string()),
        };
        Ok(key.sign(TYP, &claims)?)
    }
}

/// OpenID Connect Core section 3.1.3.6: the left half of the hash of the access token, by the hash of the
/// algorithm that signs the ID token; SHA-512 for Ed25519 (RFC 8032 section 5.1).
fn at_hash(access_token: &str, algorithm: Algorithm) -> String {
    let left_half = |digest: &[u8]| URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2]);
    match algorithm {
        Algorithm::Es256 | Algorithm::Rs256 | Algorithm::Ps256 => {
            left_half(&Sha256::digest(access_token))
        }
        Algorithm::Es384 => left_half(&Sha384::digest(access_token)),
        Algorithm::EdDsa => left_half(&Sha512::digest(access_token)),
    }
}
