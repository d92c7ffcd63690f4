//! What a refusal asks for instead: the `WWW-Authenticate` header (RFC 6749 section 5.2, RFC 6750
//! section 3).

use poem::http::HeaderValue;

use crate::oauth::{ErrorCode, Reason, Refusal};

/// What answers bad client credentials.
pub const BASIC: HeaderValue =
    HeaderValue::from_static("Basic realm=\"signet\", charset=\"UTF-8\"");

/// RFC 6750 section 3.1: "If the request lacks any authentication information (e.g., the client was
/// unaware that authentication is necessary or attempted using an unsupported authentication method), the
/// resource server SHOULD NOT include an error code or other error information."
const BARE_BEARER: HeaderValue = HeaderValue::from_static("Bearer realm=\"signet\"");

/// The challenge that goes with `refusal`, if any.
pub(super) fn challenge(refusal: &Refusal) -> Option<HeaderValue> {
    match refusal.reason.code() {
        // RFC 6749 section 5.2: "the authorization server MUST respond with an HTTP 401 (Unauthorized)
        // status code and include the "WWW-Authenticate" response header field matching the
        // authentication scheme used by the client."
        ErrorCode::InvalidClient => Some(BASIC),
        ErrorCode::Unauthorized => Some(BARE_BEARER),
        // RFC 6750 section 3: if the request "does not contain an access token that enables access to the
        // protected resource, the resource server MUST include the HTTP "WWW-Authenticate" response
        // header field".
        _ if concerns_bearer(refusal.reason) => Some(bearer(refusal)),
        _ => None,
    }
}

/// Whether `reason` is given at protected endpoints only, where an access token is asked for.
pub(super) const fn concerns_bearer(reason: Reason) -> bool {
    matches!(
        reason.code(),
        ErrorCode::Unauthorized | ErrorCode::InvalidToken | ErrorCode::InsufficientScope
    ) || matches!(reason, Reason::MalformedBearer | Reason::SeveralAccessTokens)
}

fn bearer(refusal: &Refusal) -> HeaderValue {
    let (error, description) = (refusal.reason.code().name(), refusal.reason.sentence());
    let mut challenge =
        format!("Bearer realm=\"signet\", error=\"{error}\", error_description=\"{description}\"");
    if let Some(scope) = refusal.scope {
        challenge.push_str(", scope=\"");
        challenge.push_str(scope);
        challenge.push('"');
    }
    HeaderValue::try_from(challenge).expect("OK because our sentences and scopes are plain ASCII")
}
