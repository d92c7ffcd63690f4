//! Public keys as JSON (RFC 7517) and their names (RFC 7638).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

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
        let kty = self.kty.as_str();
        let canonical = match kty {
            "EC" => serde_json::json!({"crv": self.crv.as_ref()?, "kty": kty, "x": self.x.as_ref()?, "y": self.y.as_ref()?}),
            "OKP" => serde_json::json!({"crv": self.crv.as_ref()?, "kty": kty, "x": self.x.as_ref()?}),
            "RSA" => serde_json::json!({"e": self.e.as_ref()?, "kty": kty, "n": self.n.as_ref()?}),
            _ => return None,
        };
        Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.to_string().as_bytes())))
    }
}

/// A JSON Web Key Set (RFC 7517 section 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// The keys.
    pub keys: Vec<Jwk>,
}
