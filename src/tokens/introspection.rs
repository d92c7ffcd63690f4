//! What is told of a token (RFC 7662 section 2.2). Whom it may be told has been decided before.

use serde::Serialize;
use signet_verifier::AccessTokenClaims;

use super::LiveAccessToken;
use crate::{
    oauth::{IssuerUrl, ScopeSet},
    store::Family,
};

/// What introspection answers. RFC 7662 section 2.2 of a token that is not active: "the authorization
/// server SHOULD NOT include any additional information".
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Introspection {
    /// Unknown, expired, revoked, or none of the caller's business.
    Inactive(Inactive),
    /// A live access token.
    AccessToken(Box<ActiveAccessToken>),
    /// A refresh token that would be taken.
    RefreshToken(ActiveRefreshToken),
}

/// Nothing but that.
#[derive(Debug, Clone, Serialize)]
pub struct Inactive {
    active: bool,
}

/// The claims of an access token.
#[derive(Debug, Clone, Serialize)]
pub struct ActiveAccessToken {
    active: bool,
    token_type: &'static str,
    #[serde(flatten)]
    claims: AccessTokenClaims,
}

/// A refresh token, told to the application that owns it. It has no `token_type`, which is how an access
/// token is used (RFC 6749 section 5.1), and no `aud`: nobody can take it for an access token.
#[derive(Debug, Clone, Serialize)]
pub struct ActiveRefreshToken {
    active: bool,
    iss: String,
    client_id: String,
    sub: String,
    scope: String,
    iat: u64,
    exp: u64,
    sid: String,
}

impl Introspection {
    /// The answer that gives nothing away.
    pub const INACTIVE: Self = Self::Inactive(Inactive { active: false });

    /// What is told of an access token that lives.
    #[must_use]
    pub fn of_access_token(token: LiveAccessToken) -> Self {
        // Where the revocation is told to those who verify offline; whoever asks here knows.
        let claims = AccessTokenClaims { status: None, ..token.into_claims() };
        Self::AccessToken(Box::new(ActiveAccessToken {
            active: true,
            token_type: "Bearer",
            claims,
        }))
    }

    /// What is told of a refresh token of `family` that is good for `scope`. `iat` is when the grant was
    /// made, `exp` when it ends if it is not renewed until then.
    #[must_use]
    pub fn of_refresh_token(family: Family, scope: &ScopeSet, issuer: &IssuerUrl) -> Self {
        let Family { id, grant, created_at, idle_until, .. } = family;
        let client_id = grant.client_id.to_string();
        Self::RefreshToken(ActiveRefreshToken {
            active: true,
            iss: issuer.to_string(),
            sub: grant.sub.unwrap_or_else(|| client_id.clone()),
            client_id,
            scope: scope.to_string(),
            iat: created_at,
            exp: idle_until,
            sid: id.to_string(),
        })
    }
}
