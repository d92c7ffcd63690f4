//! User codes (RFC 8628 section 6.1): what a person reads on a device and types into a browser.

use std::{fmt, str::FromStr};

/// RFC 8628 section 6.1: "removing vowels to avoid randomly creating words results in the base 20 character
/// set".
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// How many of them make a code: 34.5 bits, which is enough for a few minutes of few guesses (section 5.1).
const LENGTH: usize = 8;

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 64;

/// A user code. Who knows it can decide on the request: `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UserCode([u8; LENGTH]);

/// The text is no user code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a user code has eight letters, none of them a vowel")]
pub struct MalformedUserCode;

impl UserCode {
    /// A code from random bytes. There are 20^8 codes, and 2^128 is so many more that each is as likely as
    /// any other, to one part in 2^93.
    ///
    /// # Panics
    /// Never: what is left of a division by 20 is less than 20.
    #[must_use]
    pub fn from_random_bytes(bytes: [u8; 16]) -> Self {
        let mut rest = u128::from_be_bytes(bytes);
        Self([(); LENGTH].map(|()| {
            let letter = usize::try_from(rest % 20).expect("OK because it is less than 20");
            rest /= 20;
            ALPHABET[letter]
        }))
    }

    /// Its letters, without the dash.
    #[must_use]
    pub const fn letters(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

/// Reads what a person types. RFC 8628 section 6.1: "the server should strip dashes and other punctuation that
/// it added for readability ... the user's input should be uppercased before a comparison ... Further stripping
/// of all characters outside the chosen character set is recommended".
impl FromStr for UserCode {
    type Err = MalformedUserCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > LONGEST {
            return Err(MalformedUserCode);
        }
        let letters: Vec<u8> = text
            .bytes()
            .map(|byte| byte.to_ascii_uppercase())
            .filter(|byte| ALPHABET.contains(byte))
            .collect();
        letters.try_into().map(Self).map_err(|_| MalformedUserCode)
    }
}

/// As people read it: `WDJB-MJHT`.
impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at(LENGTH / 2);
        let text = |half| std::str::from_utf8(half).unwrap_or_default();
        write!(f, "{}-{}", text(first), text(second))
    }
}

impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted user code]")
    }
}
