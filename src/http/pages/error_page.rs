//! What a person is shown where nothing can be done for them: what is wrong, and what they can do.

use askama::Template;
use poem::{Response, http::StatusCode};

use super::{
    frame::Frame,
    page::{FormTargets, page},
};
use crate::{
    http::error_response::{labelled, status},
    oauth::{ErrorCode, Refusal},
};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    frame: Frame,
    code: &'a str,
    sentence: &'a str,
    advice: &'a str,
}

/// The page for `refusal`, below the issuer's path `base`.
#[must_use]
pub fn error_page(base: &str, refusal: Refusal) -> Response {
    let code = refusal.reason.code();
    let status = match code {
        // There is nothing to authenticate with: a challenge would open the browser's own dialogue.
        ErrorCode::InvalidClient => StatusCode::BAD_REQUEST,
        code => status(code),
    };
    let shown = ErrorPage {
        frame: Frame::new(title(code), base),
        code: code.name(),
        sentence: refusal.reason.sentence(),
        advice: advice(code),
    };
    labelled(page(status, &shown, FormTargets::None), refusal)
}

const fn title(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::NotFound => "There is no such page",
        ErrorCode::TemporarilyUnavailable => "Not available at the moment",
        ErrorCode::TooManyRequests => "Too many attempts",
        ErrorCode::ServerError => "Something went wrong",
        _ => "This request cannot be answered",
    }
}

const fn advice(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::NotFound => "Check the address, or go to your account.",
        ErrorCode::TemporarilyUnavailable | ErrorCode::TooManyRequests => {
            "Wait a moment, then reload this page."
        }
        ErrorCode::InsufficientScope => "Go back to your account: it has what you may do.",
        ErrorCode::ServerError => {
            "Try again. If it stays like this, tell whoever runs this server."
        }
        _ => {
            "Go back to the application that sent you here, and try again. If it stays like this, tell \
             those who make that application what this page says."
        }
    }
}
