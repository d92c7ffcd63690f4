//! What a granted request is answered with (RFC 6749 section 5.1).

/// A successful token response.
#[derive(Clone)]
pub struct TokenResponse {
    /// The access token: a signed JWT (RFC 9068).
    pub access_token: String,
    /// Always `Bearer` (RFC 6750).
    pub token_type: &'static str,
    /// The access token's lifetime in seconds.
    pub expires_in: u64,
    /// When the access token ends, in Unix seconds.
    pub expires_at: u64,
    /// The scope granted, returned whether or not it is the one asked for.
    pub scope: String,
    /// The refresh token, where the grant can be renewed.
    pub refresh_token: Option<String>,
    /// The ID token, where the scope `openid` was granted (OpenID Connect Core section 3.1.3.3).
    pub id_token: Option<String>,
}

/// Tokens open doors: they stay out of logs.
impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenResponse").field("scope", &self.scope).finish_non_exhaustive()
    }
}
