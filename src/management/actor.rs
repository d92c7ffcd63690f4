//! Who sees and changes people and roles: somebody with an access token, or whoever has the server's
//! configuration in hand.

use crate::{grants::AuthorizedCaller, oauth::Refusal, store::FamilyId};

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// Somebody with an access token.
    Caller(&'a AuthorizedCaller),
    /// Whoever runs a command on the server's configuration: they could read and write the database by
    /// themselves.
    Operator,
}

impl Actor<'_> {
    /// Whether what others own is the actor's business.
    #[must_use]
    pub fn is_admin(self) -> bool {
        match self {
            Self::Caller(caller) => caller.is_admin(),
            Self::Operator => true,
        }
    }

    /// Goes on only where what others own is the actor's business.
    ///
    /// # Errors
    /// `insufficient_scope`.
    pub fn require_admin(self) -> Result<(), Refusal> {
        match self {
            Self::Caller(caller) => caller.require_admin(),
            Self::Operator => Ok(()),
        }
    }

    /// Whether the actor is the person with this `sub`.
    #[must_use]
    pub fn is(self, id: &str) -> bool {
        self.person() == Some(id)
    }

    /// The person who acts; `None` for an application that acts for itself, and for an operator.
    #[must_use]
    pub fn person(&self) -> Option<&str> {
        match self {
            Self::Caller(caller) => caller.person(),
            Self::Operator => None,
        }
    }

    /// The grant that the actor's access token comes of.
    #[must_use]
    pub fn grant(self) -> Option<FamilyId> {
        match self {
            Self::Caller(caller) => caller.token().grant(),
            Self::Operator => None,
        }
    }
}
