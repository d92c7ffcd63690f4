//! `private_key_jwt`: assertions that prove a client (RFC 7523 sections 2.2 and 3), each good once.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, de};
use sha2::{Digest, Sha256};
use signet_verifier::{
    Audience,
    jwk::{Jwk, PublicKey},
    jws::{CompactJws, Payload},
};

use crate::{
    clock::Clock,
    directory::{ClientKeysUnavailable, RemoteClientKeys},
    oauth::{ClientKeys, IssuerUrl},
    store::{SingleUse, Spent, StoreError},
};

/// How far clocks may differ, in seconds.
const LEEWAY: u64 = 30;

/// How far ahead an assertion may expire, in seconds; its `jti` is remembered that long.
const LONGEST: u64 = 3600;

/// Judges client assertions.
#[derive(Debug)]
pub struct ClientAssertions {
    audiences: [String; 2],
    clock: Arc<dyn Clock>,
    used: Arc<dyn SingleUse>,
    remote_keys: Arc<RemoteClientKeys>,
}

/// Why an assertion is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum AssertionRefused {
    #[error("the assertion is not a compact JWS with a known algorithm")]
    Malformed,
    #[error("the assertion is a token of another kind (RFC 8725 section 3.11)")]
    WrongType,
    #[error("no key of the client verifies the assertion")]
    BadSignature,
    #[error("the assertion's claims cannot be read, or a required one is missing")]
    MalformedClaims,
    #[error("the assertion's iss and sub are not both the client_id")]
    WrongSubject,
    #[error("the assertion's aud names neither the issuer nor the token endpoint")]
    WrongAudience,
    #[error("the assertion has expired")]
    Expired,
    #[error("the assertion expires more than an hour ahead")]
    TooLong,
    #[error("the assertion is not valid yet")]
    NotYetValid,
    #[error("the assertion's jti was used before")]
    Replayed,
    #[error("whether the assertion was used before cannot be known: {0}")]
    Unknowable(StoreError),
    #[error("{0}")]
    KeysUnavailable(String),
}

/// The claims of RFC 7523 section 3. `jti` is required of ours: without it a replay cannot be told.
#[derive(Deserialize)]
struct AssertionClaims {
    iss: String,
    sub: String,
    aud: Audience,
    #[serde(deserialize_with = "numeric_date")]
    exp: u64,
    #[serde(default, deserialize_with = "optional_numeric_date")]
    nbf: Option<u64>,
    #[serde(default, deserialize_with = "optional_numeric_date")]
    iat: Option<u64>,
    jti: String,
}

/// RFC 7519 section 2: "non-integer values can be represented". Fractions are cut off.
fn numeric_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let seconds = f64::deserialize(deserializer)?;
    // Beyond 2^53 a number is no date, and no longer exact.
    let plausible = (0.0..9_007_199_254_740_992.0).contains(&seconds);
    plausible.then_some(seconds as u64).ok_or_else(|| de::Error::custom("not a NumericDate"))
}

fn optional_numeric_date<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    numeric_date(deserializer).map(Some)
}

impl ClientAssertions {
    /// Judges assertions made out to `issuer` or to its token endpoint.
    #[must_use]
    pub fn new(
        issuer: &IssuerUrl,
        token_endpoint: String,
        clock: Arc<dyn Clock>,
        used: Arc<dyn SingleUse>,
        remote_keys: Arc<RemoteClientKeys>,
    ) -> Self {
        Self { audiences: [issuer.as_str().to_owned(), token_endpoint], clock, used, remote_keys }
    }

    /// Who an assertion says that it is from. Not proven by anything.
    pub(super) fn claimed_client_id(assertion: &str) -> Option<String> {
        CompactJws::parse(assertion).ok()?.dangerous_unverified_claim("sub")
    }

    /// Verifies `assertion` as `client_id`'s, and spends it.
    pub(super) async fn verify(
        &self,
        assertion: &str,
        client_id: &str,
        keys: &ClientKeys,
    ) -> Result<(), AssertionRefused> {
        let jws = CompactJws::parse(assertion).map_err(|_| AssertionRefused::Malformed)?;
        // RFC 8725 section 3.11: a token of another kind must not pass for an assertion.
        let header = jws.header();
        let is_assertion = header.typ_is("JWT") || header.typ_is("client-authentication+jwt");
        if header.typ.is_some() && !is_assertion {
            return Err(AssertionRefused::WrongType);
        }
        let payload = match keys {
            ClientKeys::Inline(jwks) => verified_payload(&jws, jwks),
            ClientKeys::Uri(uri) => {
                let jwks = self.remote_keys.get(uri, jws.header().kid.as_deref()).await?;
                verified_payload(&jws, &jwks)
            }
        };
        let payload = payload.ok_or(AssertionRefused::BadSignature)?;
        let claims: AssertionClaims =
            payload.claims().map_err(|_| AssertionRefused::MalformedClaims)?;
        self.check(&claims, client_id)?;
        self.spend(&claims, client_id).await
    }

    fn check(&self, claims: &AssertionClaims, client_id: &str) -> Result<(), AssertionRefused> {
        let now = self.clock.now();
        // RFC 7523 section 3, point 2.B: "For client authentication, the subject MUST be the
        // "client_id" of the OAuth client."
        if claims.iss != client_id || claims.sub != client_id {
            return Err(AssertionRefused::WrongSubject);
        }
        // RFC 7523 section 3, point 3: "The JWT MUST contain an "aud" (audience) claim containing a
        // value that identifies the authorization server as an intended audience."
        if !self.audiences.iter().any(|audience| claims.aud.contains(audience)) {
            return Err(AssertionRefused::WrongAudience);
        }
        // Point 4: "The authorization server MUST reject any JWT with an expiration time that has
        // passed, subject to allowable clock skew", and "may reject JWTs with an "exp" claim value
        // that is unreasonably far in the future".
        if claims.exp.saturating_add(LEEWAY) <= now {
            return Err(AssertionRefused::Expired);
        }
        if claims.exp > now + LONGEST {
            return Err(AssertionRefused::TooLong);
        }
        if claims.nbf.max(claims.iat).is_some_and(|from| from > now + LEEWAY) {
            return Err(AssertionRefused::NotYetValid);
        }
        if claims.jti.is_empty() {
            return Err(AssertionRefused::MalformedClaims);
        }
        Ok(())
    }

    /// Point 7: "The authorization server MAY ensure that JWTs are not replayed by maintaining the set of
    /// used "jti" values for the length of time for which the JWT would be considered valid".
    async fn spend(
        &self,
        claims: &AssertionClaims,
        client_id: &str,
    ) -> Result<(), AssertionRefused> {
        let identifier = Sha256::new()
            .chain_update(client_id.as_bytes())
            .chain_update([0])
            .chain_update(claims.jti.as_bytes())
            .finalize()
            .into();
        let expires_at = claims.exp.saturating_add(LEEWAY);
        match self.used.spend(identifier, expires_at).await {
            Ok(Spent::Now) => Ok(()),
            Ok(Spent::Before) => Err(AssertionRefused::Replayed),
            Err(error) => Err(AssertionRefused::Unknowable(error)),
        }
    }
}

impl From<ClientKeysUnavailable> for AssertionRefused {
    fn from(error: ClientKeysUnavailable) -> Self {
        Self::KeysUnavailable(error.to_string())
    }
}

/// How many keys without a name are tried; each try costs a verification.
const MOST_TRIES: usize = 4;

/// The payload, where one of `jwks` verifies the signature: the key that the header names, or else one
/// of the first few that have no name or were not asked for by one.
fn verified_payload<'j>(jws: &'j CompactJws<'_>, jwks: &[Jwk]) -> Option<Payload<'j>> {
    let kid = jws.header().kid.as_deref();
    let named = jwks.iter().filter(|jwk| kid.is_some() && jwk.kid.as_deref() == kid);
    let nameless = jwks.iter().filter(|jwk| kid.is_none() || jwk.kid.is_none());
    named
        .chain(nameless)
        .filter_map(|jwk| PublicKey::from_jwk_for(jwk, jws.header().alg).ok())
        .take(MOST_TRIES)
        .find_map(|key| jws.verify(&key).ok())
}
