//! What a request brought to prove who sent it (RFC 6749 section 2.3, RFC 7521 section 4.2).

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use poem::http::{HeaderMap, HeaderValue, header};

use super::parameters::{Parameters, form_decode};
use crate::{
    grants::{CLIENT_ASSERTION_TYPE, PresentedCredentials},
    oauth::{Reason, Refusal},
    secret::Secret,
};

/// How the halves of Basic credentials are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BasicHalves {
    /// Form-encoded (RFC 6749 section 2.3.1).
    FormEncoded,
    /// As they are (RFC 7617 section 2).
    Plain,
}

/// Finds the one way of authentication that a request uses.
///
/// # Errors
/// `invalid_request` for more than one way or half of one; `invalid_client` for a header that cannot be
/// read and for no credentials at all.
pub fn presented_credentials(
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<PresentedCredentials, Refusal> {
    credentials_as(headers, parameters, BasicHalves::FormEncoded)
}

/// The same with Basic credentials whose halves are written as `halves` says.
///
/// # Errors
/// As [`presented_credentials`].
pub fn credentials_as(
    headers: &HeaderMap,
    parameters: &Parameters,
    halves: BasicHalves,
) -> Result<PresentedCredentials, Refusal> {
    let client_id = parameters.get("client_id");
    let client_secret = parameters.secret("client_secret");
    let assertion = parameters.secret("client_assertion");
    let assertion_type = parameters.get("client_assertion_type");

    let mut authorization = headers.get_all(header::AUTHORIZATION).iter();
    let header = authorization.next();
    if authorization.next().is_some() {
        return Err(Reason::RepeatedAuthorization.into());
    }
    // RFC 6749 section 2.3: "The client MUST NOT use more than one authentication method in each
    // request."
    let ways = [header.is_some(), client_secret.is_some(), assertion.is_some()];
    if ways.into_iter().filter(|&used| used).count() > 1 {
        return Err(Refusal {
            client_id: client_id.map(str::to_owned),
            ..Reason::SeveralAuthenticationMethods.into()
        });
    }
    if let Some(header) = header {
        let basic = basic(header, halves).ok_or(Reason::MalformedCredentials)?;
        return match client_id.filter(|client_id| *client_id != basic.0) {
            Some(_) => Err(Refusal::from(Reason::ContradictoryClientId).by(basic.0)),
            None => Ok(PresentedCredentials::Secret { client_id: basic.0, client_secret: basic.1 }),
        };
    }
    match (assertion, assertion_type) {
        (Some(assertion), Some(CLIENT_ASSERTION_TYPE)) => Ok(PresentedCredentials::Assertion {
            client_id: client_id.map(str::to_owned),
            client_assertion: assertion.clone(),
        }),
        (Some(_), Some(_)) => Err(Refusal::new(Reason::ClientAuthenticationFailed)
            .because("unknown client_assertion_type")),
        (Some(_), None) | (None, Some(_)) => Err(Reason::IncompleteAssertion.into()),
        (None, None) => match (client_id, client_secret) {
            (Some(client_id), Some(client_secret)) => Ok(PresentedCredentials::Secret {
                client_id: client_id.to_owned(),
                client_secret: client_secret.clone(),
            }),
            (Some(client_id), None) => {
                Ok(PresentedCredentials::None { client_id: client_id.to_owned() })
            }
            (None, _) => Err(Reason::MissingCredentials.into()),
        },
    }
}

/// Reads `Basic` credentials: base64, split at the first colon, each half form-decoded (RFC 6749
/// section 2.3.1: "The client identifier is encoded using the
/// "application/x-www-form-urlencoded" encoding algorithm"). The scheme's name is case-insensitive
/// (RFC 9110 section 11.1). Anything else is `None`: it never falls through to another way. Halves that are
/// written as they are must be UTF-8 without NUL all the same.
fn basic(header: &HeaderValue, halves: BasicHalves) -> Option<(String, Secret)> {
    let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = zeroize::Zeroizing::new(STANDARD.decode(encoded.trim_matches(' ')).ok()?);
    let colon = decoded.iter().position(|&byte| byte == b':')?;
    let read = |half| match halves {
        BasicHalves::FormEncoded => form_decode(half),
        BasicHalves::Plain => plain(half),
    };
    let (client_id, client_secret) = (read(&decoded[..colon])?, read(&decoded[colon + 1..])?);
    let complete = !client_id.is_empty() && !client_secret.is_empty();
    complete.then(|| (client_id.into_owned(), Secret::new(client_secret.into_owned())))
}

fn plain(half: &[u8]) -> Option<Cow<'_, str>> {
    let text = std::str::from_utf8(half).ok()?;
    (!text.contains('\0')).then_some(Cow::Borrowed(text))
}
