//! How an application authenticates at the token endpoint (RFC 7591 section 2, RFC 7523 section 2.2).

use serde::{Deserialize, Serialize};

/// A `token_endpoint_auth_method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEndpointAuthMethod {
    /// HTTP Basic (RFC 6749 section 2.3.1); interchangeable with `client_secret_post`.
    #[default]
    ClientSecretBasic,
    /// `client_id` and `client_secret` in the body (RFC 6749 section 2.3.1).
    ClientSecretPost,
    /// A signed assertion (RFC 7523 section 2.2).
    PrivateKeyJwt,
    /// A public application, which only names itself (RFC 6749 section 2.1).
    None,
}

impl TokenEndpointAuthMethod {
    /// Every method, in the order in which documents list them.
    pub const ALL: [Self; 4] =
        [Self::ClientSecretBasic, Self::ClientSecretPost, Self::PrivateKeyJwt, Self::None];

    /// The registered name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }
}
