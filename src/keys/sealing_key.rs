//! `sealing.key`: the secrets behind sealed values and refresh-token tags, and the key that each purpose
//! derives from them (HKDF-SHA256, RFC 5869). Knows what is derived, not what is sealed with it.

use std::{fmt, path::Path};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hkdf::{HKDF_SHA256, Salt};
use zeroize::Zeroizing;

use super::{
    KeyError,
    read_file::{Contents, read_file},
};
use crate::entropy::{Entropy, EntropyUnavailable};

/// The file's name in the folder.
pub(super) const SEALING_KEY_FILE: &str = "sealing.key";

const LIMIT: u64 = 16 * 1024;

const HEADER: &str = "\
# The sealing key of signet: whoever reads it can forge sessions, authorization codes and refresh tokens.
# One key a line, 32 bytes as base64url. The first seals; what the others sealed is still accepted. To
# replace it, put a new line above, and take the old one away when all it sealed has expired.
";

type Key = Zeroizing<[u8; 32]>;

/// The secrets of `sealing.key`, the current one first.
pub struct SealingKeys(Vec<Key>);

/// The keys of one purpose, the current one first.
pub struct DerivedKeys(Vec<Key>);

impl SealingKeys {
    pub(super) fn load(path: &Path) -> Result<Self, KeyError> {
        let Some(bytes) = read_file(path, Contents::Private, LIMIT)? else {
            return Err(KeyError::NoSealingKey { path: path.to_owned() });
        };
        let mut keys = Vec::new();
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            let malformed =
                || KeyError::MalformedSealingKey { path: path.to_owned(), line: index + 1 };
            keys.push(decode(line).ok_or_else(malformed)?);
        }
        if keys.is_empty() {
            return Err(KeyError::EmptySealingKey { path: path.to_owned() });
        }
        Ok(Self(keys))
    }

    /// The keys for one purpose. Another `label` gives unrelated keys, the same one the same keys, in
    /// every process and on every replica.
    #[must_use]
    pub fn derive(&self, label: &'static str) -> DerivedKeys {
        DerivedKeys(self.0.iter().map(|secret| hkdf(secret, label)).collect())
    }
}

impl DerivedKeys {
    /// The key to seal with.
    #[must_use]
    pub fn current(&self) -> &[u8; 32] {
        &self.0[0]
    }

    /// The keys to open with: the current one, then the previous ones.
    pub fn iter(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.0.iter().map(|key| &**key)
    }
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted sealing keys]")
    }
}

impl fmt::Debug for DerivedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted derived keys]")
    }
}

/// The contents of a new `sealing.key`.
pub(super) fn generate_sealing_key(
    entropy: &dyn Entropy,
) -> Result<Zeroizing<String>, EntropyUnavailable> {
    let mut secret = Key::default();
    entropy.fill(&mut *secret)?;
    let mut contents = Zeroizing::new(String::with_capacity(HEADER.len() + 44));
    contents.push_str(HEADER);
    URL_SAFE_NO_PAD.encode_string(*secret, &mut contents);
    contents.push('\n');
    Ok(contents)
}

fn decode(line: &[u8]) -> Option<Key> {
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(line).ok()?);
    let mut key = Key::default();
    (bytes.len() == key.len()).then(|| key.copy_from_slice(&bytes))?;
    Some(key)
}

/// RFC 5869 section 2, without salt (section 3.1: the secret is uniformly random already); `label` is the
/// `info` that binds the key to its purpose (section 3.2).
fn hkdf(secret: &Key, label: &'static str) -> Key {
    let mut key = Key::default();
    Salt::new(HKDF_SHA256, &[])
        .extract(&**secret)
        .expand(&[label.as_bytes()], HKDF_SHA256)
        .and_then(|output| output.fill(&mut *key))
        .expect("OK because HKDF-SHA256 gives up to 255 times the 32 bytes asked for");
    key
}
