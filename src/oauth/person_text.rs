//! What a person is called and where mail reaches them: for people to read, never to decide by.

use std::str::FromStr;

use super::{Line, NotALine};

/// What a person is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName(String);

impl FromStr for PersonName {
    type Err = NotALine;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Line>().map(|line| Self(line.into()))
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
        if whole && text.parse::<Line>().is_ok() && !text.contains(char::is_whitespace) {
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
