//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.4): word to an application that somebody's
//! session has ended.

use std::{collections::BTreeMap, sync::Arc};

use arc_swap::ArcSwap;
use serde::Serialize;
use signet_verifier::Algorithm;

use super::CannotMint;
use crate::{
    entropy::{self, Entropy},
    keys::KeyRing,
    oauth::IssuerUrl,
    store::FamilyId,
};

/// The header's `typ`, by which it is told from every other token (section 2.4; RFC 8725 section 3.11).
const TYP: &str = "logout+jwt";

/// What happened.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// How long it is good, in seconds: section 4 has it be "preferably at most two minutes in the future".
const LIFETIME: u64 = 120;

/// Issues logout tokens; holds what they all have in common.
#[derive(Debug)]
pub struct LogoutTokenIssuer {
    issuer: IssuerUrl,
    keys: Arc<ArcSwap<KeyRing>>,
    entropy: Arc<dyn Entropy>,
}

/// What one logout token says.
#[derive(Debug, Clone, Copy)]
pub struct LogoutTokenParameters<'a> {
    /// The person.
    pub sub: &'a str,
    /// The application that it is for.
    pub client_id: &'a str,
    /// The grant whose session has ended: the `sid` of its ID tokens.
    pub sid: FamilyId,
    /// When it is issued, in Unix seconds.
    pub issued_at: u64,
    /// What signs it: what signs the application's ID tokens.
    pub algorithm: Algorithm,
}

/// No `nonce`: section 2.4 has it that "A nonce Claim MUST NOT be present", so that none is taken for an ID
/// token.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: u64,
    exp: u64,
    jti: String,
    events: BTreeMap<&'static str, BTreeMap<&'static str, ()>>,
    sid: String,
}

impl LogoutTokenIssuer {
    /// An issuer that signs with the keys of `keys`, as they are at each call.
    #[must_use]
    pub fn new(issuer: IssuerUrl, keys: Arc<ArcSwap<KeyRing>>, entropy: Arc<dyn Entropy>) -> Self {
        Self { issuer, keys, entropy }
    }

    /// Signs one logout token, as a compact JWT.
    ///
    /// # Errors
    /// [`CannotMint`], when no key signs or no identifier can be made.
    pub fn issue(&self, parameters: &LogoutTokenParameters<'_>) -> Result<String, CannotMint> {
        let keys = self.keys.load();
        let key = keys
            .signing_key(parameters.algorithm, parameters.issued_at)
            .ok_or(CannotMint::NoActiveKey(parameters.algorithm))?;
        let claims = Claims {
            iss: self.issuer.as_str(),
            sub: parameters.sub,
            aud: parameters.client_id,
            iat: parameters.issued_at,
            exp: parameters.issued_at + LIFETIME,
            jti: entropy::identifier(&*self.entropy)?,
            events: BTreeMap::from([(EVENT, BTreeMap::new())]),
            sid: parameters.sid.to_string(),
        };
        Ok(key.sign(TYP, &claims)?)
    }
}
