//! What a signature has vouched for (RFC 7515 section 3), and the claims in it (RFC 7519 section 4).

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::json::{self, NotAnObject};

/// The payload of a JWS whose signature held: the proof that [`CompactJws::verify`] was asked.
///
/// [`CompactJws::verify`]: super::CompactJws::verify
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payload<'j>(&'j [u8]);

/// A payload that is no set of claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedClaims {
    /// Not a JSON object in UTF-8.
    #[error("the token's claims are not a JSON object")]
    NotAnObject,
    /// A claim occurs twice (RFC 7519 section 4).
    #[error("the token's claims repeat a name")]
    DuplicateName,
    /// A claim has the wrong type, such as a date that is no whole number.
    #[error("one of the token's claims has the wrong type")]
    WrongType,
}

impl<'j> Payload<'j> {
    pub(super) const fn of_verified(payload: &'j [u8]) -> Self {
        Self(payload)
    }

    /// The bytes that were signed.
    #[must_use]
    pub const fn as_bytes(self) -> &'j [u8] {
        self.0
    }

    /// The claims, read as `T`.
    ///
    /// # Errors
    /// The payload is no JSON object, repeats a name, or is no `T`.
    pub fn claims<T: DeserializeOwned>(self) -> Result<T, MalformedClaims> {
        typed(self.object()?)
    }

    /// The claims by their names. "The Claim Names within a JWT Claims Set MUST be unique" (RFC 7519
    /// section 4).
    pub(crate) fn object(self) -> Result<Map<String, Value>, MalformedClaims> {
        json::object(self.0).map_err(|error| match error {
            NotAnObject::Syntax => MalformedClaims::NotAnObject,
            NotAnObject::DuplicateMember => MalformedClaims::DuplicateName,
        })
    }
}

/// Claims whose names are known to be unique, as `T`.
pub(crate) fn typed<T: DeserializeOwned>(claims: Map<String, Value>) -> Result<T, MalformedClaims> {
    serde_json::from_value(Value::Object(claims)).map_err(|_| MalformedClaims::WrongType)
}
