//! What a browser keeps for this server: one cookie, with a sealed value in it (RFC 6265). Does not know what
//! the value says.

use poem::{
    Request, Response,
    http::{HeaderValue, Method, header},
};

use crate::secret::Secret;

/// The cookie's name where the issuer is https. Browsers take a name with this prefix from this very host
/// alone, over https, and for all of its paths: no neighbour and nobody on the wire can plant one.
const NAME: &str = "__Host-signet";

/// The cookie's name where the issuer is http, which it is on loopback only.
const LOOPBACK_NAME: &str = "signet";

/// A browser, as its request shows it.
#[derive(Debug, Clone)]
pub struct Browser {
    kept: Option<Secret>,
    cross_site: bool,
    /// Whether it sends a form.
    posts: bool,
}

impl Browser {
    /// The browser that sent `request`; `https` says whether the issuer is.
    #[must_use]
    pub fn of(request: &Request, https: bool) -> Self {
        let headers = request.headers();
        let cookies = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
        let pairs = cookies.flat_map(|value| value.split(|&byte| byte == b';'));
        let name = name(https).as_bytes();
        let mut values = pairs.filter_map(|pair| {
            let pair = pair.trim_ascii();
            let equals = pair.iter().position(|&byte| byte == b'=')?;
            (&pair[..equals] == name).then_some(&pair[equals + 1..])
        });
        // Of two, one was planted, and there is no telling which.
        let kept = values.next().filter(|_| values.next().is_none());
        let kept = kept.and_then(|value| std::str::from_utf8(value).ok());
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        Self {
            kept: kept.map(|value| Secret::new(value.to_owned())),
            cross_site: site == Some(b"cross-site"),
            posts: *request.method() == Method::POST,
        }
    }

    /// The value of the cookie; `None` without one, and where there is more than one of the name.
    #[must_use]
    pub fn kept(&self) -> Option<&str> {
        self.kept.as_ref().map(Secret::expose)
    }

    /// Whether the browser says that a page of another site had it send this request (Fetch Metadata,
    /// `Sec-Fetch-Site`).
    #[must_use]
    pub const fn is_cross_site(&self) -> bool {
        self.cross_site
    }

    /// Whether the request may have come without the cookie that the browser keeps: one of SameSite=Lax does
    /// not go along with a form that a page of another site sends.
    #[must_use]
    pub const fn may_keep_more(&self) -> bool {
        self.cross_site && self.posts
    }
}

/// Has the browser keep `value` until it is closed: whoever signs in on a machine of others forgets to sign out.
pub fn keep(response: &mut Response, value: &Secret, https: bool) {
    set(response, value.expose(), https, "");
}

/// Has the browser forget what it keeps.
pub fn forget(response: &mut Response, https: bool) {
    set(response, "", https, "; Max-Age=0");
}

fn set(response: &mut Response, value: &str, https: bool, more: &str) {
    let (name, secure) = (name(https), if https { "; Secure" } else { "" });
    // SameSite=Lax: with Strict, whoever is sent here by an application would seem signed out.
    let cookie = format!("{name}={value}; Path=/{secure}; HttpOnly; SameSite=Lax{more}");
    let mut cookie =
        HeaderValue::from_str(&cookie).expect("OK because a sealed value is base64url");
    cookie.set_sensitive(true);
    response.headers_mut().insert(header::SET_COOKIE, cookie);
}

const fn name(https: bool) -> &'static str {
    if https { NAME } else { LOOPBACK_NAME }
}
