//! Public keys as JSON (RFC 7517), their names (RFC 7638), and the form in which they verify. Private
//! members have no field here, so they can be neither kept nor written.

mod public_key;
mod unusable_key;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

pub use public_key::{BadSignature, PublicKey};
pub use unusable_key::UnusableKey;

/// A JSON Web Key: the public members only (RFC 7517 section 4). Private members of a document that is
/// read are dropped; they cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// `kty`: `EC`, `RSA` or `OKP`.
    pub kty: String,
    /// `use`: `sig`.
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    pub use_: Option<String>,
    /// `alg`: the one algorithm that the key is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// `kid`: the key's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// `crv`: the curve of an `EC` or `OKP` key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// `x`: base64url of the x coordinate (`EC`, full length) or the public key (`OKP`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// `y`: base64url of the y coordinate, full length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// `n`: base64url of the RSA modulus, without leading zeros.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// `e`: base64url of the RSA exponent, without leading zeros.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
}

impl Jwk {
    /// The SHA-256 thumbprint of RFC 7638, base64url: required members only, in lexicographic order,
    /// without white space (section 3). `None` for a key type that is none of `EC`, `RSA`, `OKP`, or
    /// where a required member is missing.
    #[must_use]
    pub fn thumbprint(&self) -> Option<String> {
        let Self { kty, crv, x, y, n, e, .. } = self;
        let canonical = match kty.as_str() {
            "EC" => {
                json!({"crv": crv.as_ref()?, "kty": kty, "x": x.as_ref()?, "y": y.as_ref()?})
            }
            "OKP" => json!({"crv": crv.as_ref()?, "kty": kty, "x": x.as_ref()?}),
            "RSA" => json!({"e": e.as_ref()?, "kty": kty, "n": n.as_ref()?}),
            _ => return None,
        };
        Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.to_string().as_bytes())))
    }
}

/// A JSON Web Key Set (RFC 7517 section 5). Entries that are no JWK at all are left out when a set is
/// read; whether one that is can be used is for [`PublicKey::from_jwk`] to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// The keys.
    #[serde(deserialize_with = "those_understood")]
    pub keys: Vec<Jwk>,
}

/// "Implementations SHOULD ignore JWKs within a JWK Set that use "kty" (key type) values that are not
/// understood by them, that are missing required members, or for which values are out of the
/// supported ranges" (RFC 7517 section 5): one odd entry must not take the other keys away.
fn those_understood<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Jwk>, D::Error> {
    let entries = Vec::<Value>::deserialize(deserializer)?;
    Ok(entries.into_iter().filter_map(|entry| serde_json::from_value(entry).ok()).collect())
}
