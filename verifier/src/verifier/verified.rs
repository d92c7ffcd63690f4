//! The proof that a token was verified: it can be made in the verifier only.

use std::ops::Deref;

use crate::{AccessTokenClaims, Rejection};

/// The claims of a token that passed every check. Dereferences to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified(AccessTokenClaims);

impl Verified {
    pub(super) const fn new(claims: AccessTokenClaims) -> Self {
        Self(claims)
    }

    /// The claims.
    #[must_use]
    pub const fn claims(&self) -> &AccessTokenClaims {
        &self.0
    }

    /// The claims, without the proof.
    #[must_use]
    pub fn into_claims(self) -> AccessTokenClaims {
        self.0
    }

    /// Insists on one scope.
    ///
    /// # Errors
    /// [`Rejection::InsufficientScope`] where the token does not carry it.
    pub fn require_scope(&self, scope: &str) -> Result<(), Rejection> {
        if self.has_scope(scope) {
            return Ok(());
        }
        Err(Rejection::InsufficientScope(scope.to_owned()))
    }
}

impl Deref for Verified {
    type Target = AccessTokenClaims;

    fn deref(&self) -> &AccessTokenClaims {
        &self.0
    }
}
