//! ID tokens that come back as a hint of who it is about (OpenID Connect RP-Initiated Logout 1.0 section 2).

use std::sync::Arc;

use arc_swap::ArcSwap;
use serde::Deserialize;
use signet_verifier::jws::{CompactJws, MalformedClaims, MalformedJws, SignatureError};

use crate::{keys::KeyRing, oauth::IssuerUrl};

/// Recognises the ID tokens of this issuer.
#[derive(Debug)]
pub struct IdTokenHints {
    issuer: IssuerUrl,
    keys: Arc<ArcSwap<KeyRing>>,
}

/// What an ID token of ours says, perhaps an expired one; made here only.
#[derive(Debug, Clone, Deserialize)]
pub struct IdTokenHint {
    iss: String,
    sub: String,
    aud: String,
}

/// Why a text is no ID token of this issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnIdToken {
    /// Not in the form of a token.
    #[error(transparent)]
    Malformed(#[from] MalformedJws),
    /// A token of another kind: an access token, for one.
    #[error("the token is of another type")]
    WrongType,
    /// Signed by none of the keys in the folder.
    #[error("the token names no key of this server")]
    UnknownKey,
    /// Its signature does not hold.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Signed, and not what an ID token says.
    #[error(transparent)]
    Claims(#[from] MalformedClaims),
    /// Another issuer's that shares the keys.
    #[error("the token is another issuer's")]
    WrongIssuer,
}

impl IdTokenHints {
    /// Recognises what was signed with the keys of `keys`, as they are at each call.
    #[must_use]
    pub fn new(issuer: IssuerUrl, keys: Arc<ArcSwap<KeyRing>>) -> Self {
        Self { issuer, keys }
    }

    /// What `token` says. Section 2: "The OP SHOULD accept ID Tokens when the RP identified by the ID Token's aud
    /// claim and/or sid claim has a current session or had a recent session at the OP, even when the exp time has
    /// passed." So a key will do that signs no more, and is published no more.
    ///
    /// # Errors
    /// [`NotAnIdToken`].
    pub fn recognise(&self, token: &str) -> Result<IdTokenHint, NotAnIdToken> {
        let jws = CompactJws::parse(token)?;
        let header = jws.header();
        if !header.typ_is(super::id_token::TYP) {
            return Err(NotAnIdToken::WrongType);
        }
        let kid = header.kid.as_deref().ok_or(NotAnIdToken::UnknownKey)?;
        let keys = self.keys.load();
        let key = keys.past_or_present_key(kid, header.alg).ok_or(NotAnIdToken::UnknownKey)?;
        let hint: IdTokenHint = jws.verify(key)?.claims()?;
        if hint.iss != self.issuer.as_str() {
            return Err(NotAnIdToken::WrongIssuer);
        }
        Ok(hint)
    }
}

impl IdTokenHint {
    /// The person.
    #[must_use]
    pub fn sub(&self) -> &str {
        &self.sub
    }

    /// The application that it was issued to.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.aud
    }
}
