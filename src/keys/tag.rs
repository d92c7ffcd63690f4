//! Tags: HMAC-SHA256 (RFC 2104) under a derived key, by which a value that Signet handed out is
//! recognised without being remembered. Knows neither refresh tokens nor status lists.

use ring::hmac;
use subtle::ConstantTimeEq;

use super::DerivedKeys;

/// The shortest tag that is looked at, in bytes: 96 bits, against guessing.
const SHORTEST: usize = 12;

impl DerivedKeys {
    /// The tag of `message` under the current key. A value may carry its first bytes only, twelve at
    /// least.
    #[must_use]
    pub fn tag(&self, message: &[u8]) -> [u8; 32] {
        tag(self.current(), message)
    }

    /// The tags of `message` under every key, the current one's first.
    pub fn tags<'a>(&'a self, message: &'a [u8]) -> impl Iterator<Item = [u8; 32]> + 'a {
        self.iter().map(move |key| tag(key, message))
    }

    /// Whether `presented` is the tag of `message`, or the beginning of it, under the current key or a
    /// previous one. Compares in constant time.
    #[must_use]
    pub fn verifies(&self, message: &[u8], presented: &[u8]) -> bool {
        if !(SHORTEST..=32).contains(&presented.len()) {
            return false;
        }
        self.iter().any(|key| {
            let expected = tag(key, message);
            expected[..presented.len()].ct_eq(presented).into()
        })
    }
}

fn tag(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, message)
        .as_ref()
        .try_into()
        .expect("OK because the output of HMAC-SHA256 has 32 bytes")
}
