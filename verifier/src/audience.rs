//! The `aud` claim: a string where there is one audience, an array where there are several
//! (RFC 7519 section 4.1.3).

use serde::{Deserialize, Serialize};

/// Whom a token is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// A single audience, written as a string.
    One(String),
    /// Several audiences, written as an array.
    Many(Vec<String>),
}

impl Audience {
    /// Whether `audience` is among those named; compared byte for byte.
    #[must_use]
    pub fn contains(&self, audience: &str) -> bool {
        self.iter().any(|one| one == audience)
    }

    /// Every audience named, in the token's order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many.as_slice(),
        }
        .iter()
        .map(String::as_str)
    }
}
