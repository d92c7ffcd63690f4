//! An application's public keys (RFC 7517 section 5), refused where they hold a private one.

use serde::{Deserialize, Deserializer, de};
use signet_verifier::jwk::JwkSet;

/// A JWK Set without private members.
#[derive(Debug, Clone)]
pub struct PublicJwks(pub JwkSet);

/// Members that only a private or a symmetric key has (RFC 7518 sections 6.2.2, 6.3.2, 6.4).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl PublicJwks {
    /// Reads a JWK Set.
    ///
    /// # Errors
    /// A sentence that repeats nothing of the document.
    pub fn from_json(json: serde_json::Value) -> Result<Self, &'static str> {
        let keys = json.get("keys").and_then(serde_json::Value::as_array);
        let keys = keys.ok_or("expected a JWK Set: an object with the array `keys`")?;
        let private = |key: &serde_json::Value| {
            PRIVATE_MEMBERS.iter().any(|member| key.get(member).is_some())
        };
        if keys.iter().any(private) {
            return Err(
                "the JWK Set holds a private key: list the public members only (values not shown)",
            );
        }
        if keys.is_empty() || keys.len() > 32 {
            return Err("expected 1 to 32 keys in the JWK Set");
        }
        serde_json::from_value(json)
            .map(Self)
            .map_err(|_| "expected JSON Web Keys as in RFC 7517 section 4")
    }
}

impl<'de> Deserialize<'de> for PublicJwks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)
            .map_err(|_| de::Error::custom("expected a JWK Set"))?;
        Self::from_json(json).map_err(de::Error::custom)
    }
}
