//! The one path by which an access token is accepted (RFC 9068 section 4): form, type, key, signature,
//! issuer, audience, times, in this order, and [`Verified`] at its end.

mod builder;
mod claims_check;
mod verified;

use std::sync::Arc;

pub use builder::{BuildError, VerifierBuilder};
pub use verified::Verified;

use claims_check::ClaimsCheck;

use crate::{
    Rejection, bearer,
    jws::CompactJws,
    keys::{KeyFetchError, Keys},
};

/// Verifies the access tokens of one issuer. Made by [`Verifier::builder`]; a clone shares its keys.
#[derive(Debug, Clone)]
pub struct Verifier(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    keys: Keys,
    claims: ClaimsCheck,
}

impl Verifier {
    /// Begins a verifier for the tokens that `issuer` issues for `audience`, this resource server's
    /// own identifier.
    pub fn builder(issuer: &str, audience: impl Into<String>) -> VerifierBuilder {
        VerifierBuilder::new(issuer, audience.into())
    }

    /// Verifies a token. The issuer is asked for keys when there are none yet, or none of the name
    /// that the token gives; while there are, nothing waits.
    ///
    /// # Errors
    /// One [`Rejection`] per reason. [`Rejection::KeysUnavailable`] is the only one that is not about
    /// the token.
    ///
    /// # Panics
    /// Outside a tokio runtime, unless the verifier was built with [`VerifierBuilder::keys`].
    pub async fn verify(&self, token: &str) -> Result<Verified, Rejection> {
        let jws = CompactJws::parse(token)?;
        // "The resource server MUST verify that the "typ" header value is "at+jwt" or
        // "application/at+jwt" and reject tokens carrying any other value" (RFC 9068 section 4).
        if !jws.header().typ_is("at+jwt") {
            return Err(Rejection::WrongType);
        }
        let kid = jws.header().kid.as_deref().ok_or(Rejection::NoKeyId)?;
        // "The resource server MUST use the keys provided by the authorization server" (section 4).
        let key = self.0.keys.find(kid, jws.header().alg).await?;
        // "The resource server MUST validate the signature of all incoming JWT access tokens" (section 4).
        let payload = jws.verify(&key)?;
        self.0.claims.check(payload).map(Verified::new)
    }

    /// Verifies the token in an `Authorization` header's value, or says that there is none. Hand in
    /// `None` where the request has no such header.
    ///
    /// # Errors
    /// As [`Self::verify`], and [`Rejection::NoToken`] and [`Rejection::InvalidRequest`] for what is no
    /// Bearer token (RFC 6750 section 2.1).
    ///
    /// # Panics
    /// As [`Self::verify`].
    pub async fn verify_authorization_header(
        &self,
        value: Option<&[u8]>,
    ) -> Result<Verified, Rejection> {
        self.verify(bearer::token(value)?).await
    }

    /// Why the issuer's keys could not be fetched when that was last tried; `None` where it worked or
    /// was not tried yet. For logs and health checks: a [`Rejection`] does not tell it.
    #[must_use]
    pub fn last_key_fetch_error(&self) -> Option<Arc<KeyFetchError>> {
        self.0.keys.last_error()
    }
}
