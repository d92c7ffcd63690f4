//! `ring.toml`: which keys the folder holds, what each signs with, and from when. Public knowledge only.
//! Knows the format, not what the times mean.

use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize, de};
use signet_verifier::Algorithm;

use super::KeyError;

/// The file's name in the folder.
pub(super) const RING_FILE: &str = "ring.toml";

const HEADER: &str = "\
# The key ring: which of the keys in this folder signs, and when. `signet keys` writes this file, and so
# does `signet serve` with keys.generate or keys.rotate_every; all replicas go by it.
#
# kid         the key's RFC 7638 thumbprint; the private key is in {kid}.pem
# alg         the algorithm that it signs with
# created_at  when it was made, in Unix seconds
# signs_from  from when it signs, in Unix seconds: until the next key of the same algorithm begins
# published_until  how long it must stay published after that, as was known when the next key was made

";

/// The file's contents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RingFile {
    #[serde(default, rename = "key")]
    pub(super) entries: Vec<RingEntry>,
}

/// One key's line in the ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RingEntry {
    #[serde(deserialize_with = "thumbprint")]
    pub(super) kid: String,
    pub(super) alg: Algorithm,
    pub(super) created_at: u64,
    pub(super) signs_from: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) published_until: Option<u64>,
}

impl RingFile {
    /// Reads the file's contents; `path` is named in errors only.
    pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, KeyError> {
        let malformed = |offset: usize| {
            let before = &bytes[..offset.min(bytes.len())];
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            KeyError::MalformedRing { path: path.to_owned(), line }
        };
        let text = str::from_utf8(bytes).map_err(|error| malformed(error.valid_up_to()))?;
        let ring: Self = toml::from_str(text)
            .map_err(|error| malformed(error.span().map_or(0, |span| span.start)))?;

        // RFC 7517 section 4.5: "different keys within the JWK Set SHOULD use distinct "kid" values".
        for (index, entry) in ring.entries.iter().enumerate() {
            if ring.entries[..index].iter().any(|earlier| earlier.kid == entry.kid) {
                let kid = entry.kid.clone();
                return Err(KeyError::DuplicateKid { path: path.to_owned(), kid });
            }
        }
        Ok(ring)
    }

    /// The file's contents, with the comment that explains them.
    pub(super) fn to_toml(&self) -> String {
        let tables = toml::to_string(self)
            .expect("OK because strings and times below 2^63 have a TOML form");
        format!("{HEADER}{tables}")
    }
}

/// A `kid` becomes a file name: nothing but a thumbprint may.
fn thumbprint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let kid = String::deserialize(deserializer)?;
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if kid.len() == 43 && kid.bytes().all(base64url) {
        Ok(kid)
    } else {
        Err(de::Error::custom("a thumbprint has 43 characters of base64url"))
    }
}
