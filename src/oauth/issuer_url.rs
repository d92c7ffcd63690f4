//! The issuer identifier (RFC 8414 section 2) and the URLs that follow from it.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Deserializer, de};
use url::{Host, Url};

/// An issuer identifier, kept byte for byte: `iss` and the metadata's `issuer` are compared as strings
/// (RFC 8414 section 3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerUrl {
    text: String,
    url: Url,
}

/// Why a text is no issuer identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuer {
    /// Not a URL at all.
    #[error("an issuer is a URL, like https://id.example.com")]
    NotAUrl,
    /// RFC 8414 section 2: the issuer uses the `https` scheme.
    #[error(
        "an issuer uses https; http is accepted on loopback only (127.0.0.0/8, ::1, localhost)"
    )]
    NotHttps,
    /// RFC 8414 section 2: no query or fragment components; ours: no user either.
    #[error("an issuer has no query, no fragment and no user name")]
    Superfluous,
    /// A path that routers would take for a pattern, or proxies for something else.
    #[error("an issuer's path is made of letters, digits and - . _ ~ / alone")]
    UnusualPath,
    /// The text is not what every URL library would write, so that comparisons would fail.
    #[error("write the issuer as {0}: verifiers compare it byte for byte")]
    NotCanonical(String),
}

impl IssuerUrl {
    /// The identifier, as it stands in `iss`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The path of the issuer, empty or beginning with `/`, without a trailing one.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// The URL of `path` (which begins with `/`) below the issuer.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// The path of a well-known document, inserted between host and path (RFC 8414 section 3.1).
    #[must_use]
    pub fn well_known_path(&self, suffix: &str) -> String {
        format!("/.well-known/{suffix}{}", self.path())
    }

    /// The scheme, host and port alone.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether answers travel over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether the issuer is reachable from its own machine only.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }
}

/// Whether `url` names this machine: an address of the loopback range, or the name that RFC 6761
/// section 6.3 reserves for it.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl FromStr for IssuerUrl {
    type Err = InvalidIssuer;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| InvalidIssuer::NotAUrl)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(InvalidIssuer::NotHttps),
            _ => return Err(InvalidIssuer::NotAUrl),
        }
        // RFC 8414 section 2: "a URL that uses the "https" scheme and has no query or fragment
        // components".
        let bare = url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidIssuer::Superfluous);
        }
        let usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if !url.path().bytes().all(usual) || url.path().contains("//") {
            return Err(InvalidIssuer::UnusualPath);
        }
        let canonical = url.as_str().trim_end_matches('/');
        if text != canonical {
            return Err(InvalidIssuer::NotCanonical(canonical.to_owned()));
        }
        Ok(Self { text: text.to_owned(), url })
    }
}

impl fmt::Display for IssuerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for IssuerUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
