//! JWT access tokens (RFC 9068).

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use signet_verifier::{AccessTokenClaims, Algorithm, Audience, Status, StatusListReference};

use super::Place;
use crate::{
    entropy::{self, Entropy, EntropyUnavailable},
    keys::{KeyRing, SigningError},
    oauth::IssuerUrl,
    store::FamilyId,
};

/// The header's `typ` (RFC 9068 section 2.1).
const TYP: &str = "at+jwt";

/// Issues access tokens; holds what they all have in common.
#[derive(Debug)]
pub struct AccessTokenIssuer {
    issuer: IssuerUrl,
    keys: Arc<ArcSwap<KeyRing>>,
    entropy: Arc<dyn Entropy>,
}

/// What one access token says.
#[derive(Debug)]
pub struct AccessTokenParameters<'a> {
    /// Whom it speaks for.
    pub sub: String,
    /// The application that it is issued to.
    pub client_id: &'a str,
    /// Whom it is for.
    pub aud: Audience,
    /// What it allows.
    pub scope: String,
    /// When it is issued, in Unix seconds.
    pub issued_at: u64,
    /// How long it lives, in whole seconds.
    pub lifetime: Duration,
    /// What signs it.
    pub algorithm: Algorithm,
    /// When the person signed in, in Unix seconds.
    pub auth_time: Option<u64>,
    /// The person's roles.
    pub roles: Vec<String>,
    /// The grant that it comes of, where that can be renewed.
    pub sid: Option<FamilyId>,
    /// Its place on a status list, by which it can be revoked.
    pub place: Option<&'a Place>,
}

/// An access token, signed.
pub struct IssuedAccessToken {
    /// The compact JWT.
    pub token: String,
    /// Its lifetime in seconds.
    pub expires_in: u64,
    /// The scope that it carries.
    pub scope: String,
}

/// Tokens open doors: they stay out of logs.
impl std::fmt::Debug for IssuedAccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedAccessToken").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Why no token could be made.
#[derive(Debug, thiserror::Error)]
pub enum CannotMint {
    /// No key of that algorithm signs at the moment.
    #[error("the key ring has no active {0} key: run `signet keys generate --alg {0}`")]
    NoActiveKey(Algorithm),
    /// The signature failed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// No identifier could be made.
    #[error(transparent)]
    Entropy(#[from] EntropyUnavailable),
}

impl AccessTokenIssuer {
    /// An issuer that signs with the keys of `keys`, as they are at each call.
    #[must_use]
    pub fn new(issuer: IssuerUrl, keys: Arc<ArcSwap<KeyRing>>, entropy: Arc<dyn Entropy>) -> Self {
        Self { issuer, keys, entropy }
    }

    /// Signs one access token.
    ///
    /// # Errors
    /// [`CannotMint`], when no key signs or no identifier can be made; nothing was issued then.
    pub async fn issue(
        &self,
        parameters: AccessTokenParameters<'_>,
    ) -> Result<IssuedAccessToken, CannotMint> {
        let now = parameters.issued_at;
        let key = self.keys.load().signing_key(parameters.algorithm, now).map(Arc::clone);
        let key = key.ok_or(CannotMint::NoActiveKey(parameters.algorithm))?;
        let expires_in = parameters.lifetime.as_secs();
        // RFC 9068 section 2.2: iss, exp, aud, sub, client_id, iat and jti are REQUIRED.
        let claims = AccessTokenClaims {
            iss: self.issuer.as_str().to_owned(),
            sub: parameters.sub,
            aud: parameters.aud,
            exp: now + expires_in,
            iat: now,
            jti: entropy::identifier(&*self.entropy)?,
            client_id: parameters.client_id.to_owned(),
            scope: Some(parameters.scope),
            nbf: None,
            auth_time: parameters.auth_time,
            roles: parameters.roles,
            sid: parameters.sid.map(|sid| sid.to_string()),
            status: parameters.place.map(status),
        };
        let token = key.sign_json_in_company(TYP, &claims.to_json()).await?;
        Ok(IssuedAccessToken { token, expires_in, scope: claims.scope.unwrap_or_default() })
    }
}

/// Token Status List section 6.2: where resource servers learn of a revocation.
fn status(place: &Place) -> Status {
    let idx = u64::from(place.entry.index);
    Status { status_list: StatusListReference { idx, uri: place.uri.to_string() } }
}
