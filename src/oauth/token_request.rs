//! What can be asked at the token endpoint: one variant for each grant (RFC 6749 section 4).

use std::fmt;

use crate::{oauth::GrantType, secret::Secret};

/// A token request, past its form and before any decision.
#[derive(Clone, PartialEq)]
pub enum TokenRequest {
    /// RFC 6749 section 4.1.3.
    AuthorizationCode {
        /// The authorization code, as the client presents it.
        code: Secret,
        /// Where the code was sent, which must be said where the authorization request said it.
        redirect_uri: Option<String>,
        /// What proves that whoever asks began the flow (RFC 7636 section 4.5).
        code_verifier: Option<Secret>,
        /// What of the grant it asks for.
        asked_for: AskedFor,
    },
    /// RFC 6749 section 4.4.2.
    ClientCredentials(AskedFor),
    /// RFC 6749 section 4.3.2.
    Password {
        /// Who signs in, as they write it.
        username: String,
        /// What is to prove it.
        password: Secret,
        /// What the application asks for.
        asked_for: AskedFor,
    },
    /// RFC 8628 section 3.4.
    DeviceCode {
        /// The device code, as the client presents it.
        device_code: Secret,
        /// What of the grant it asks for.
        asked_for: AskedFor,
    },
    /// RFC 6749 section 6.
    RefreshToken {
        /// The refresh token, as the client presents it.
        refresh_token: Secret,
        /// What of the grant it asks for.
        asked_for: AskedFor,
    },
}

/// What a request asks for, still as the client wrote it: what is wrong with it is told to a client that
/// has authenticated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskedFor {
    /// The `scope` parameter; `None` where it was omitted or empty.
    pub scope: Option<String>,
    /// The `resource` parameters (RFC 8707 section 2), in the request's order.
    pub resource: Vec<String>,
}

/// People mistype their password into the field for their name: both stay out of logs.
impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grant_type = self.grant_type().name();
        f.debug_struct("TokenRequest")
            .field("grant_type", &grant_type)
            .field("asked_for", self.asked_for())
            .finish_non_exhaustive()
    }
}

impl TokenRequest {
    /// What it asks for.
    #[must_use]
    pub const fn asked_for(&self) -> &AskedFor {
        let (Self::AuthorizationCode { asked_for, .. }
        | Self::ClientCredentials(asked_for)
        | Self::Password { asked_for, .. }
        | Self::DeviceCode { asked_for, .. }
        | Self::RefreshToken { asked_for, .. }) = self;
        asked_for
    }

    /// The grant that the request uses.
    #[must_use]
    pub const fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::ClientCredentials(_) => GrantType::ClientCredentials,
            Self::Password { .. } => GrantType::Password,
            Self::DeviceCode { .. } => GrantType::DeviceCode,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
        }
    }
}
