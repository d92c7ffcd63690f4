//! A page as an answer: its status, and the headers that keep it from being framed, kept, scripted or told
//! to others (RFC 6749 section 10.13, RFC 9700 sections 4.2.4 and 4.16).

use askama::Template;
use poem::{
    Body, Response,
    http::{HeaderValue, StatusCode, header},
};

use crate::http::error_response::no_store;

/// Where the forms of a page may lead. Browsers hold what a form is redirected to against it, too.
#[derive(Debug, Clone, Copy, Default)]
pub enum FormTargets<'a> {
    /// There is no form.
    #[default]
    None,
    /// This server.
    Own,
    /// This server, which may send people on to this origin, or to this scheme with its colon.
    OwnAnd(&'a str),
}

impl<'a> FormTargets<'a> {
    /// This server, and `target` where there is one.
    #[must_use]
    pub fn own_and(target: Option<&'a str>) -> Self {
        target.map_or(Self::Own, Self::OwnAnd)
    }
}

/// Answers with `template`.
#[must_use]
pub fn page(status: StatusCode, template: &impl Template, targets: FormTargets<'_>) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            return Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).finish();
        }
    };
    let mut response = Response::builder()
        .status(status)
        .content_type("text/html; charset=utf-8")
        .body(Body::from_string(html));
    no_store(&mut response);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, content_security_policy(targets));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    response
}

/// Sends the browser on with GET (RFC 9700 section 4.12: never 307 after a form with a password).
#[must_use]
pub fn see_other(location: &str) -> Response {
    let mut response = Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(header::LOCATION, location)
        .finish();
    no_store(&mut response);
    let no_referrer = HeaderValue::from_static("no-referrer");
    response.headers_mut().insert(header::REFERRER_POLICY, no_referrer);
    response
}

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                      frame-ancestors 'none'; form-action ";

fn content_security_policy(targets: FormTargets<'_>) -> HeaderValue {
    let text = match targets {
        FormTargets::None => format!("{POLICY}'none'"),
        FormTargets::Own => format!("{POLICY}'self'"),
        FormTargets::OwnAnd(origin) => format!("{POLICY}'self' {origin}"),
    };
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(
        "default-src 'none'; frame-ancestors 'none'; form-action 'self'",
    ))
}
