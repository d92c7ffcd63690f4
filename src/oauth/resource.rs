//! Resource indicators (RFC 8707): which resource server a token is for.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};
use url::Url;

/// An absolute URI without a fragment, kept byte for byte: resource servers compare `aud` as a string.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Resource(String);

/// The longest resource indicator that is taken, in bytes.
const LONGEST: usize = 2048;

/// The text is not a resource indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a resource is an absolute URI without a fragment, like https://api.example.com")]
pub struct MalformedResource;

impl Resource {
    /// The URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Resource {
    type Err = MalformedResource;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // RFC 8707 section 2: "Its value MUST be an absolute URI ... The URI MUST NOT include a
        // fragment component."
        let printable = text.bytes().all(|byte| (0x21..=0x7E).contains(&byte));
        let absolute = Url::parse(text).is_ok_and(|url| url.fragment().is_none());
        if text.len() <= LONGEST && printable && absolute {
            Ok(Self(text.to_owned()))
        } else {
            Err(MalformedResource)
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Resource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
