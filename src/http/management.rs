//! The management endpoints below `/api/v1`: what people and applications see and change of their own,
//! with an access token of this server (RFC 6750). Times are Unix seconds; a list is
//! `{"items": […], "next": "cursor, absent at the end"}`.

pub mod answers;
pub mod application_answers;
pub mod application_body;
mod application_members;
pub mod application_text;
pub mod applications;
pub mod authorized_tokens;
mod entity_tag;
pub mod kept;
pub mod kept_changes;
mod members;
mod merge_patch;
pub(in crate::http) mod query;
pub mod registration;
pub mod registration_answers;
pub mod registration_body;
pub mod roles;
mod told;
pub mod users;

/// The scope for applications.
pub const APPLICATIONS_SCOPE: &str = "applications";

/// The scope for people and roles.
pub const USERS_SCOPE: &str = "users";

/// The scope for authorized tokens.
pub const TOKENS_SCOPE: &str = "tokens";
