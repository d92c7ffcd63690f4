//! Applications as the JSON of the API, for the commands that register them by hand: the same members, read as
//! strictly.

use serde_json::{Map, Value, json};

use super::{
    application_body::document,
    application_members::{created, patched},
    members::Members,
};
use crate::{
    directory::Registration,
    management::{IssuedApplication, WantedApplication},
    oauth::Refusal,
};

/// What `text`, an object of metadata, wants an application to be.
///
/// # Errors
/// `invalid_request`, with the members that cannot be.
pub fn wanted(text: &str) -> Result<WantedApplication, Refusal> {
    created(Members::read(text.as_bytes())?)
}

/// What `text`, a merge patch (RFC 7396), wants `current` to be at `now`, in Unix seconds.
///
/// # Errors
/// As [`wanted`].
pub fn wanted_of(
    current: &Registration,
    text: &str,
    now: u64,
) -> Result<WantedApplication, Refusal> {
    patched(Members::read(text.as_bytes())?.into_object(), current, now)
}

/// The application, with its secret where one was made.
#[must_use]
pub fn told(issued: &IssuedApplication) -> Map<String, Value> {
    let mut document = document(&issued.registration);
    if let Some(secret) = &issued.secret {
        document.insert("client_secret".to_owned(), json!(secret.expose()));
        // RFC 7591 section 3.2.1: "Time at which the client secret will expire or 0 if it will not expire."
        document.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    document
}
