//! `[[scopes]]`: what can be granted.

use serde::Deserialize;

use crate::oauth::Scope;

/// One entry of `[[scopes]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeDeclaration {
    /// The scope token.
    pub name: Scope,
    /// What it allows, for people.
    #[serde(default)]
    pub description: String,
}

/// Scopes that exist without being declared: those of Signet's own endpoints and of OpenID Connect.
pub const BUILT_IN_SCOPES: [&str; 8] =
    ["admin", "applications", "email", "offline_access", "openid", "profile", "tokens", "users"];
