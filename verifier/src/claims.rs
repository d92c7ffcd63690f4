//! The claims of an access token (RFC 9068 section 2.2): one type, written by Signet and read here.

mod json;

use serde::{Deserialize, Serialize};

use crate::{Audience, Status};

/// The claims of a JWT access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer's URL, byte for byte as its metadata has it.
    pub iss: String,
    /// Whom the token speaks for: a person's UUID, or the client id where an application speaks for itself.
    pub sub: String,
    /// The resource servers that the token is for.
    pub aud: Audience,
    /// When the token ends, in Unix seconds.
    pub exp: u64,
    /// When the token was issued, in Unix seconds.
    pub iat: u64,
    /// Before when the token is not valid, in Unix seconds. Signet does not write it, and honours it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<u64>,
    /// The token's own identifier, unique across replicas.
    pub jti: String,
    /// The application that the token was issued to.
    pub client_id: String,
    /// The scopes granted, separated by single spaces (RFC 9068 section 2.2.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// When the person signed in, in Unix seconds (RFC 9068 section 2.2.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<u64>,
    /// The person's roles (RFC 9068 section 2.2.3.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The grant that the token came of, where there is one that can be listed and ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Where it is told whether the token was revoked (Token Status List, section 6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

impl AccessTokenClaims {
    /// What a token cannot do without (RFC 9068 section 2.2).
    pub const REQUIRED: [&'static str; 7] = ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"];

    /// The scopes granted, one by one.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.as_deref().unwrap_or_default().split(' ').filter(|scope| !scope.is_empty())
    }

    /// Whether `scope` was granted; case-sensitive (RFC 6749 section 3.3).
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|granted| granted == scope)
    }
}
