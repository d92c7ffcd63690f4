//! What a person is called and where mail reaches them: for people to read, never to decide by.

use std::str::FromStr;

/// The longest of either, in bytes.
const LONGEST: usize = 256;

/// What a person is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName(String);

/// The text is no name of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected 1 to 256 bytes without control characters and marks that turn the direction of text"
)]
pub struct MalformedPersonName;

impl FromStr for PersonName {
    type Err = MalformedPersonName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_line(text) { Ok(Self(text.to_owned())) } else { Err(MalformedPersonName) }
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

/// A person's address for mail. Whether mail arrives there, nobody has tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

/// The text is no address for mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an address for mail, like demo@example.com")]
pub struct MalformedEmailAddress;

impl FromStr for EmailAddress {
    type Err = MalformedEmailAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.rsplit_once('@');
        let whole = parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
        if whole && is_line(text) && !text.contains(char::is_whitespace) {
            Ok(Self(text.to_owned()))
        } else {
            Err(MalformedEmailAddress)
        }
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

fn is_line(text: &str) -> bool {
    // The last ones let a text show as another: U+2028 to U+202E and U+2066 to U+2069.
    let strange =
        |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    (1..=LONGEST).contains(&text.len()) && !text.contains(strange)
}
