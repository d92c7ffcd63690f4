//! Who sees and changes what is kept: somebody with an access token, or whoever has the server's
//! configuration in hand.

use crate::{
    grants::AuthorizedCaller,
    oauth::{Refusal, Scope},
    store::FamilyId,
};

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

    /// Whom the actor's access token speaks for: a person's `sub`, or a `client_id`; an operator is nobody in
    /// particular.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::Caller(caller) => Some(caller.subject()),
            Self::Operator => None,
        }
    }

    /// Whether the application that the actor's access token was issued to is registered for `scope`.
    #[must_use]
    pub fn registered_for(self, scope: &Scope) -> bool {
        match self {
            Self::Caller(caller) => caller.token().client().scopes.contains(scope),
            Self::Operator => true,
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
