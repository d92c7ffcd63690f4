//! The `Authorization` request header with a Bearer token (RFC 6750 section 2.1).

use crate::Rejection;

/// The token in an `Authorization` header's value. Only this one way in is read: a token in a query
/// string ends up in logs, and SHOULD NOT be sent there (RFC 6750 section 2.3).
///
/// # Errors
/// [`Rejection::NoToken`] where there is no header or it has another scheme;
/// [`Rejection::InvalidRequest`] where the scheme is Bearer and what follows can be no token.
pub fn token(authorization: Option<&[u8]>) -> Result<&str, Rejection> {
    let value = authorization.ok_or(Rejection::NoToken)?;
    let (scheme, rest) = match value.iter().position(|byte| *byte == b' ') {
        Some(space) => value.split_at(space),
        None => (value, &[][..]),
    };
    // "It uses a case-insensitive token to identify the authentication scheme" (RFC 9110 section 11.1).
    if !scheme.eq_ignore_ascii_case(b"Bearer") {
        return Err(Rejection::NoToken);
    }
    // credentials = "Bearer" 1*SP b64token
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    let token = Some(&rest[spaces..]).filter(|token| is_b64token(token));
    token.and_then(|token| str::from_utf8(token).ok()).ok_or(Rejection::InvalidRequest)
}

/// `b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`
fn is_b64token(token: &[u8]) -> bool {
    let padding = token.iter().rev().take_while(|byte| **byte == b'=').count();
    let body = &token[..token.len() - padding];
    let is_legal = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
    !body.is_empty() && body.iter().all(is_legal)
}
