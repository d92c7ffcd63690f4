//! The one path by which an access token is accepted (RFC 9068 section 4): form, type, key, signature,
//! issuer, audience, times, status, in this order, and [`Verified`] at its end.

mod builder;
mod claims_check;
mod verified;

use std::{convert::Infallible, sync::Arc};

pub use builder::{BuildError, VerifierBuilder};
pub use verified::Verified;

use claims_check::ClaimsCheck;

use crate::{
    Rejection, bearer,
    jws::CompactJws,
    keys::{KeyFetchError, Keys},
    revocation::{Revocation, StatusListError, follow_events},
};

/// Verifies the access tokens of one issuer. Made by [`Verifier::builder`]; a clone shares its keys and
/// its status lists.
#[derive(Debug, Clone)]
pub struct Verifier(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    keys: Arc<Keys>,
    claims: ClaimsCheck,
    revocation: Revocation,
}

impl Verifier {
    /// Begins a verifier for the tokens that `issuer` issues for `audience`, this resource server's
    /// own identifier.
    pub fn builder(issuer: &str, audience: impl Into<String>) -> VerifierBuilder {
        VerifierBuilder::new(issuer, audience.into())
    }

    /// Verifies a token. The issuer is asked for keys when there are none yet, or none of the name
    /// that the token gives, and for the token's status list when there is none yet, or none that is
    /// within its `ttl`; while there are, nothing waits.
    ///
    /// # Errors
    /// One [`Rejection`] per reason. [`Rejection::KeysUnavailable`] and
    /// [`Rejection::RevocationUnavailable`] are the only ones that are not about the token.
    ///
    /// # Panics
    /// Outside a tokio runtime, unless the verifier was built with [`VerifierBuilder::keys`] or
    /// [`VerifierBuilder::key_source`], and with [`VerifierBuilder::ignore_revocation`].
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
        let claims = self.0.claims.check(payload)?;
        // "It is RECOMMENDED to first check the … validity of the Referenced Token" (Token Status List,
        // section 8.3): an expired token is expired, whatever a list says, and nothing is fetched for it.
        self.0.revocation.check(&claims).await?;
        Ok(Verified::new(claims))
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

    /// Hears of revocations as they happen, from the issuer's event stream: within a second, where
    /// without it a token is accepted until its list's `ttl` has passed. Spawn it beside the server; it
    /// never ends, and opens another stream (after a while that grows to half a minute) whenever one
    /// breaks, falls silent, or cannot be had. Each stream begins with a look at what was missed.
    ///
    /// An event only ever denies. Its entry is refused at once, and until its list shows it.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), signet_verifier::BuildError> {
    /// # let issuer = "https://issuer.example";
    /// let verifier = signet_verifier::Verifier::builder(issuer, "https://api.example.com").build()?;
    /// tokio::spawn(verifier.follow_events());
    /// # Ok(()) }
    /// ```
    pub fn follow_events(&self) -> impl Future<Output = Infallible> + Send + use<> {
        let verifier = self.clone();
        async move {
            match &verifier.0.revocation {
                Revocation::Followed(follower) => follow_events(Arc::clone(follower)).await,
                Revocation::Ignored => std::future::pending().await,
            }
        }
    }

    /// Why a status list could not be had when one was last asked for; `None` where that worked or was
    /// not tried yet. For logs and health checks: a [`Rejection`] does not tell it.
    #[must_use]
    pub fn last_status_list_error(&self) -> Option<Arc<StatusListError>> {
        match &self.0.revocation {
            Revocation::Followed(follower) => follower.last_error(),
            Revocation::Ignored => None,
        }
    }
}
