//! Who sees and changes what is kept: somebody with an access token, a person who is signed in with a browser,
//! or whoever has the server's configuration in hand.

use crate::{
    grants::{AuthorizedCaller, SignedIn, is_admin},
    oauth::{Reason, Refusal, Scope},
    store::FamilyId,
};

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// Somebody with an access token.
    Caller(&'a AuthorizedCaller),
    /// A person on a page of ours, with all the scopes that their roles give.
    SignedIn(&'a SignedIn),
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
            Self::SignedIn(signed_in) => signed_in.user().scopes.iter().any(is_admin),
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
            Self::SignedIn(_) if self.is_admin() => Ok(()),
            Self::SignedIn(_) => Err(Reason::NotTheirBusiness.into()),
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
            Self::SignedIn(signed_in) => Some(signed_in.user().id.as_str()),
            Self::Operator => None,
        }
    }

    /// Whom the actor's access token, or session, speaks for: a person's `sub`, or a `client_id`; an operator is nobody in
    /// particular.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::Caller(caller) => Some(caller.subject()),
            Self::SignedIn(signed_in) => Some(signed_in.user().id.as_str()),
            Self::Operator => None,
        }
    }

    /// Whether the application that the actor's access token was issued to is registered for `scope`; where
    /// there is no such application, nothing stands in the way.
    #[must_use]
    pub fn registered_for(self, scope: &Scope) -> bool {
        match self {
            Self::Caller(caller) => caller.token().client().scopes.contains(scope),
            Self::SignedIn(_) | Self::Operator => true,
        }
    }

    /// The grant that the actor's access token comes of.
    #[must_use]
    pub fn grant(self) -> Option<FamilyId> {
        match self {
            Self::Caller(caller) => caller.token().grant(),
            Self::SignedIn(_) | Self::Operator => None,
        }
    }
}
