//! An answer that the browser posts to the application (OAuth 2.0 Form Post Response Mode): a form that sends
//! itself where scripts run, and has a button where they do not.

use std::sync::LazyLock;

use askama::Template;
use base64::{Engine, engine::general_purpose::STANDARD};
use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};
use sha2::{Digest, Sha256};

use super::{
    frame::Frame,
    page::{FormTargets, page as page_of},
};
use crate::oauth::AuthorizationResponse;

/// The one script of this server, as it stands in the page.
const SCRIPT: &str = "document.forms[0].submit()";

/// The policy names the script by its digest. It has no word on where the form leads: that is the redirect URI
/// and nothing else, and browsers would hold to it wherever the application sends people afterwards.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let digest = STANDARD.encode(Sha256::digest(SCRIPT));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{digest}'; style-src 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("OK because base64 is visible ASCII")
});

#[derive(Template)]
#[template(path = "form_post.html")]
struct FormPost<'a> {
    frame: Frame,
    redirect_uri: &'a str,
    parameters: Vec<(&'static str, &'a str)>,
    script: &'static str,
}

/// The page that posts `answer`, below the issuer's path `base`.
pub(super) fn page(base: &str, answer: &AuthorizationResponse) -> Response {
    let shown = FormPost {
        frame: Frame::new("Back to the application", base),
        redirect_uri: answer.redirect_uri.as_str(),
        parameters: answer.parameters(),
        script: SCRIPT,
    };
    let mut response = page_of(StatusCode::OK, &shown, FormTargets::None);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    response
}
