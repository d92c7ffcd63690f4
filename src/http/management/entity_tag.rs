//! `ETag` and `If-Match` (RFC 9110 sections 8.8.3 and 13.1.1): the version of what is kept, in quotes.

use poem::{
    Request, Response,
    http::{HeaderValue, header},
};

use crate::{management::Expected, oauth::Reason};

/// Adds the `ETag` of what is at `version`. What configuration declares has none: nobody changes it here.
pub(super) fn tag(response: &mut Response, version: u64) {
    if version == 0 {
        return;
    }
    if let Ok(value) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, value);
    }
}

/// The state that `request` is meant for.
///
/// # Errors
/// An `If-Match` that is neither an asterisk nor one entity tag of ours. RFC 9110 section 13.1.1 compares
/// strongly, so a weak one matches nothing.
pub(super) fn expected(request: &Request) -> Result<Expected, Reason> {
    let mut values = request.headers().get_all(header::IF_MATCH).iter();
    let Some(value) = values.next() else { return Ok(Expected::Any) };
    if values.next().is_some() {
        return Err(Reason::MalformedIfMatch);
    }
    let text = value.to_str().map_err(|_| Reason::MalformedIfMatch)?.trim();
    if text == "*" {
        return Ok(Expected::Any);
    }
    let tag = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match tag {
        Some(tag) if tag.contains('"') => Err(Reason::MalformedIfMatch),
        // One that was never ours is an old one as far as anybody can tell.
        Some(tag) => Ok(Expected::Version(tag.parse().unwrap_or(0))),
        None if text.starts_with("W/\"") => Ok(Expected::Version(0)),
        None => Err(Reason::MalformedIfMatch),
    }
}
