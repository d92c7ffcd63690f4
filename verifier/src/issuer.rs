//! The issuer identifier: "a URL that uses the "https" scheme and has no query or fragment components"
//! (RFC 8414 section 2). Plain http is for loopback alone.

use url::{Host, Url};

/// A string that is no issuer identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuer {
    /// Not an absolute URL with a host.
    #[error("the issuer is not a URL")]
    NotAUrl,
    /// Neither https nor http on a loopback host.
    #[error("the issuer must use https, or http on a loopback host")]
    NotHttps,
    /// There is a query or a fragment, empty ones included.
    #[error("the issuer must have no query and no fragment")]
    QueryOrFragment,
    /// There is a user name or a password.
    #[error("the issuer must not contain credentials")]
    Credentials,
}

/// A valid issuer identifier, with the spelling that tokens and metadata are compared to.
#[derive(Debug, Clone)]
pub(crate) struct Issuer {
    spelling: String,
    url: Url,
}

impl Issuer {
    pub(crate) fn parse(issuer: &str) -> Result<Self, InvalidIssuer> {
        let url = Url::parse(issuer).map_err(|_| InvalidIssuer::NotAUrl)?;
        if !url.has_host() {
            return Err(InvalidIssuer::NotAUrl);
        }
        if !is_https_or_loopback(&url) {
            return Err(InvalidIssuer::NotHttps);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidIssuer::QueryOrFragment);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidIssuer::Credentials);
        }
        Ok(Self { spelling: issuer.to_owned(), url })
    }

    /// As it was written: the only form that is ever compared.
    pub(crate) fn as_str(&self) -> &str {
        &self.spelling
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    /// `uri`, where it is of the issuer's origin and below its path. Everything else is somebody else's,
    /// whoever names it.
    pub(crate) fn below(&self, uri: &str) -> Option<Url> {
        let url = Url::parse(uri).ok()?;
        let has_ornaments =
            !url.username().is_empty() || url.password().is_some() || url.fragment().is_some();
        let path = self.url.path().trim_end_matches('/');
        let rest = url.path().strip_prefix(path)?.strip_prefix('/')?;
        let is_below = url.origin() == self.url.origin() && !rest.is_empty();
        (is_below && !has_ornaments).then_some(url)
    }
}

/// Whether a URL may be fetched at all: https anywhere, http where no network is crossed.
pub(crate) fn is_https_or_loopback(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_loopback(url),
        _ => false,
    }
}

/// Whether the host is `localhost`, in 127.0.0.0/8, or `::1`.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
