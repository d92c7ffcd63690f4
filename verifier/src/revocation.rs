//! Whether a token was revoked: what the verifier knows of the status lists that its tokens name, how
//! it comes to know, and what it does when it cannot (Token Status List, section 8.3). [`Follower`]
//! answers; the rest keeps lists, reads them, and hears of revocations before a list shows them.

mod backoff;
mod catch_up;
mod entry;
mod error;
mod event_parser;
mod events;
mod follower;
mod intervals;
mod lists;
mod marks;
mod policy;
mod refetch;
mod source;
mod state;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use error::StatusListError;
pub use policy::RevocationUnknown;

pub(crate) use events::follow as follow_events;
pub(crate) use follower::Follower;
pub(crate) use policy::Choices;
pub(crate) use source::{LONGEST_TOKEN, ListSource};

use crate::{AccessTokenClaims, Rejection};

/// What is done about revocation.
#[derive(Debug)]
pub(crate) enum Revocation {
    /// Nothing, which the builder calls by its danger.
    Ignored,
    /// Status lists are followed.
    Followed(Arc<Follower>),
}

impl Revocation {
    pub(crate) async fn check(&self, claims: &AccessTokenClaims) -> Result<(), Rejection> {
        match self {
            Self::Ignored => Ok(()),
            Self::Followed(follower) => follower.check(claims).await,
        }
    }
}
