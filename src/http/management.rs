//! The management endpoints below `/api/v1`: what people and applications see and change of their own,
//! with an access token of this server (RFC 6750). Times are Unix seconds; a list is
//! `{"items": […], "next": "cursor, absent at the end"}`.

pub mod answers;
pub mod authorized_tokens;
pub mod documented;
mod query;

/// The scope for authorized tokens.
pub const TOKENS_SCOPE: &str = "tokens";
