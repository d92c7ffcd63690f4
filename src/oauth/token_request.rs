//! What can be asked at the token endpoint: one variant for each grant (RFC 6749 section 4).

use crate::oauth::GrantType;

/// A token request, past its form and before any decision. `scope` and `resource` are still as the
/// client wrote them: what is wrong with them is told to a client that has authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// RFC 6749 section 4.4.2.
    ClientCredentials {
        /// The `scope` parameter; `None` where it was omitted or empty.
        scope: Option<String>,
        /// The `resource` parameters (RFC 8707 section 2), in the request's order.
        resource: Vec<String>,
    },
}

impl TokenRequest {
    /// The grant that the request uses.
    #[must_use]
    pub const fn grant_type(&self) -> GrantType {
        match self {
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
        }
    }

    /// The scope that was asked for.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        match self {
            Self::ClientCredentials { scope, .. } => scope.as_deref(),
        }
    }

    /// The resources that were asked for.
    #[must_use]
    pub fn resource(&self) -> &[String] {
        match self {
            Self::ClientCredentials { resource, .. } => resource,
        }
    }
}
