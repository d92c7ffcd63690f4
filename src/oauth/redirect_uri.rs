//! Where people are sent back to (RFC 6749 section 3.1.2), refused where the standards forbid it: RFC 8252
//! section 7 on applications of one's own machine, RFC 9700 sections 2.1 and 4.1 on all.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, de};
use url::{Host, Url};

/// The page that shows the code to copy, of applications that nobody can be sent back to.
pub const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// The longest redirect URI that is taken, in bytes.
const LONGEST: usize = 2048;

/// A redirect URI, kept byte for byte: RFC 9700 section 4.1.3 has it compared as a string.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct RedirectUri(String);

/// The text is no redirect URI that people may be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnusableRedirectUri {
    /// Not absolute, too long, or with characters that no URI has.
    #[error(
        "a redirect URI is an absolute URI of at most 2048 ASCII characters, its scheme in lower case"
    )]
    Malformed,
    /// What browsers read as another host than people do, and patterns: RFC 9700 section 4.1.3 has the whole
    /// URI compared.
    #[error(
        "the host of a redirect URI stands behind :// as it is, without percent-encoding and asterisks"
    )]
    Host,
    /// RFC 6749 section 3.1.2: "The endpoint URI MUST NOT include a fragment component."
    #[error("a redirect URI has no fragment")]
    Fragment,
    /// A user name or a password would travel in each answer.
    #[error("a redirect URI has no user name and no password")]
    Credentials,
    /// RFC 9700 section 2.6 (and RFC 8252 section 7.3 for the exception).
    #[error(
        "a redirect URI is https; http is for 127.0.0.1, [::1] and localhost alone, the person's own machine"
    )]
    Insecure,
    /// RFC 8252 section 7.1: "apps MUST use a URI scheme based on a domain name under their control,
    /// expressed in reverse order".
    #[error(
        "a private-use scheme is a domain name in reverse order, like com.example.app:/callback \
         (RFC 8252 section 7.1)"
    )]
    Scheme,
}

impl RedirectUri {
    /// The URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the page that shows the code to copy.
    #[must_use]
    pub fn is_out_of_band(&self) -> bool {
        self.0 == OUT_OF_BAND
    }

    /// Whether it is of the web: https, or http on the person's own machine.
    #[must_use]
    pub fn is_of_the_web(&self) -> bool {
        self.is_claimed() || self.0.starts_with("http://")
    }

    /// Whether no other application can receive what is sent there: https, which a domain vouches for
    /// (RFC 8252 sections 7.2 and 8.6).
    #[must_use]
    pub fn is_claimed(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// What browsers must be allowed to be sent to for it: its origin, or its scheme with the colon where
    /// it has no host of the web, or one that a policy cannot name (Content Security Policy section 2.3.1
    /// has no addresses of IPv6).
    #[must_use]
    pub fn form_target(&self) -> String {
        let origin = Url::parse(&self.0).map(|url| url.origin()).ok();
        match origin.filter(url::Origin::is_tuple).map(|origin| origin.ascii_serialization()) {
            Some(origin) if !origin.contains('[') => origin,
            _ => format!("{}:", self.0.split(':').next().unwrap_or_default()),
        }
    }

    /// Whether a request that says `presented` means this registered one. RFC 9700 section 4.1.3: they are
    /// compared as strings, and "the only exception is native apps using a localhost URI: In this case, the
    /// authorization server MUST allow variable port numbers".
    #[must_use]
    pub fn is_meant_by(&self, presented: &Self) -> bool {
        let same_but_for_port = || Some(without_port(&self.0)? == without_port(&presented.0)?);
        self == presented || same_but_for_port() == Some(true)
    }
}

/// A URI of the person's own machine, split around its port; `None` for all others, and for those whose port
/// is none.
fn without_port(uri: &str) -> Option<(&str, &str)> {
    const LOOPBACK: [&str; 3] = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
    let host = LOOPBACK.into_iter().find(|host| uri.starts_with(host))?;
    let rest = &uri[host.len()..];
    let Some(port_and_path) = rest.strip_prefix(':') else {
        return (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest));
    };
    let end = port_and_path.find(['/', '?']).unwrap_or(port_and_path.len());
    let (port, rest) = port_and_path.split_at(end);
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    let usual = digits && port.parse::<u16>().is_ok_and(|port| port > 0);
    usual.then_some((host, rest))
}

impl FromStr for RedirectUri {
    type Err = UnusableRedirectUri;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let legal = text.len() <= LONGEST && is_written_as_uris_are(text);
        let url = Url::parse(text).ok().filter(|_| legal).ok_or(UnusableRedirectUri::Malformed)?;
        if url.fragment().is_some() {
            return Err(UnusableRedirectUri::Fragment);
        }
        if authority(text).contains('@') {
            return Err(UnusableRedirectUri::Credentials);
        }
        let of_the_web = matches!(url.scheme(), "https" | "http");
        if of_the_web && !says_its_host(text, &url) {
            return Err(UnusableRedirectUri::Host);
        }
        let allowed = match url.scheme() {
            "https" => Ok(()),
            "http" if is_loopback(&url) => Ok(()),
            "http" => Err(UnusableRedirectUri::Insecure),
            _ if text == OUT_OF_BAND => Ok(()),
            scheme if is_reversed_domain(scheme) => Ok(()),
            _ => Err(UnusableRedirectUri::Scheme),
        };
        allowed.map(|()| Self(text.to_owned()))
    }
}

/// RFC 3986 section 2, and no control characters in disguise.
fn is_written_as_uris_are(text: &str) -> bool {
    let legal = |byte: u8| (0x21..=0x7E).contains(&byte) && !b"<>\"\\`{}|^".contains(&byte);
    let scheme = text.split(':').next().unwrap_or_default();
    let mut encoded = text.split('%');
    encoded.next();
    let is_encoded = |octet: &str| {
        let octet = octet.get(..2).filter(|digits| digits.bytes().all(|d| d.is_ascii_hexdigit()));
        octet.is_some_and(|digits| {
            u8::from_str_radix(digits, 16).is_ok_and(|o| !o.is_ascii_control())
        })
    };
    text.bytes().all(legal)
        && !scheme.bytes().any(|byte| byte.is_ascii_uppercase())
        && encoded.all(is_encoded)
}

/// What stands between `//` and the path, where there is such a thing.
fn authority(text: &str) -> &str {
    let behind_scheme = text.split_once(':').map_or("", |(_, rest)| rest);
    let authority = behind_scheme.strip_prefix("//").unwrap_or_default();
    authority.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Whether the host that a browser goes to is the one that people read: parsers mend `https:example.com`,
/// `https:///example.com`, `http://127.1` and `https://%65xample.com`.
fn says_its_host(text: &str, url: &Url) -> bool {
    let Some(host) = url.host_str().filter(|host| !host.contains('*')) else { return false };
    let authority = authority(text);
    let said = authority.get(..host.len()).is_some_and(|said| said.eq_ignore_ascii_case(host));
    said && matches!(authority.as_bytes().get(host.len()), None | Some(b':'))
}

/// RFC 8252 section 8.3: "the use of localhost is NOT RECOMMENDED", for names may be resolved elsewhere;
/// but developers write it, and what is listened to there is theirs.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn is_reversed_domain(scheme: &str) -> bool {
    let mut labels = scheme.split('.');
    scheme.contains('.') && labels.all(|label| !label.is_empty())
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RedirectUri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
