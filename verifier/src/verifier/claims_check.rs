//! What the claims of a signed access token must say (RFC 9068 sections 2.2 and 4, RFC 7519 section
//! 4.1).

use std::sync::Arc;

use crate::{
    AccessTokenClaims, Rejection,
    clock::Clock,
    issuer::Issuer,
    jws::{Payload, typed_claims},
};

/// What claims are compared to.
#[derive(Debug)]
pub(super) struct ClaimsCheck {
    pub(super) issuer: Issuer,
    /// `None`: any, which the builder calls by its danger.
    pub(super) audience: Option<String>,
    pub(super) leeway: u64,
    pub(super) clock: Arc<dyn Clock>,
}

impl ClaimsCheck {
    pub(super) fn check(&self, payload: Payload<'_>) -> Result<AccessTokenClaims, Rejection> {
        let claims = payload.object()?;
        // "iss REQUIRED", and so on (RFC 9068 section 2.2).
        let missing = AccessTokenClaims::REQUIRED.iter().find(|name| !claims.contains_key(**name));
        if let Some(name) = missing {
            return Err(Rejection::MissingClaim(name));
        }
        let claims: AccessTokenClaims = typed_claims(claims)?;
        self.check_parties(&claims)?;
        self.check_times(&claims)?;
        Ok(claims)
    }

    fn check_parties(&self, claims: &AccessTokenClaims) -> Result<(), Rejection> {
        // "The issuer identifier for the authorization server … MUST exactly match the value of the
        // "iss" claim" (RFC 9068 section 4).
        if claims.iss != self.issuer.as_str() {
            return Err(Rejection::WrongIssuer);
        }
        // "The JWT access token MUST be rejected if "aud" does not contain a resource indicator of the
        // current resource server as a valid audience" (RFC 9068 section 4).
        match &self.audience {
            Some(audience) if !claims.aud.contains(audience) => Err(Rejection::WrongAudience),
            _ => Ok(()),
        }
    }

    fn check_times(&self, claims: &AccessTokenClaims) -> Result<(), Rejection> {
        let now = self.clock.now();
        let latest = now.saturating_add(self.leeway);
        // "The "exp" (expiration time) claim identifies the expiration time on or after which the JWT
        // MUST NOT be accepted for processing" (RFC 7519 section 4.1.4).
        if now >= claims.exp.saturating_add(self.leeway) {
            return Err(Rejection::Expired);
        }
        // "The "nbf" (not before) claim identifies the time before which the JWT MUST NOT be accepted
        // for processing" (RFC 7519 section 4.1.5).
        if claims.nbf.is_some_and(|nbf| nbf > latest) {
            return Err(Rejection::NotYetValid);
        }
        if claims.iat > latest {
            return Err(Rejection::IssuedInTheFuture);
        }
        Ok(())
    }
}
