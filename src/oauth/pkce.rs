//! Proof Key for Code Exchange (RFC 7636), by S256 alone: what an application commits itself to when it sends
//! somebody to the authorization endpoint, and what it shows when it redeems the code.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, de};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::secret::Secret;

/// The one `code_challenge_method`. RFC 7636 section 4.2: "If the client is capable of using "S256", it MUST
/// use "S256""; RFC 9700 section 2.1.1 has no other left.
pub const S256: &str = "S256";

/// A `code_challenge` (RFC 7636 section 4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeChallenge(String);

/// A `code_verifier` (RFC 7636 section 4.1).
#[derive(Debug, Clone)]
pub struct CodeVerifier(Secret);

/// The text is no code challenge and no code verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 43 to 128 characters of A-Z a-z 0-9 - . _ ~")]
pub struct MalformedProof;

impl CodeVerifier {
    /// Reads what a client presents.
    ///
    /// # Errors
    /// What is not 43 to 128 unreserved characters.
    pub fn read(presented: &Secret) -> Result<Self, MalformedProof> {
        if is_proof(presented.expose()) { Ok(Self(presented.clone())) } else { Err(MalformedProof) }
    }

    /// Whether `challenge` was made of it (RFC 7636 section 4.6); takes the same time whatever differs.
    #[must_use]
    pub fn meets(&self, challenge: &CodeChallenge) -> bool {
        let transformed = URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.expose()));
        transformed.as_bytes().ct_eq(challenge.0.as_bytes()).into()
    }
}

/// RFC 7636 sections 4.1 and 4.2: `43*128unreserved`.
fn is_proof(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

impl FromStr for CodeChallenge {
    type Err = MalformedProof;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_proof(text) { Ok(Self(text.to_owned())) } else { Err(MalformedProof) }
    }
}

impl fmt::Display for CodeChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CodeChallenge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
