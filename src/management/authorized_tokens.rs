//! Authorized tokens: the grants of an application or a person, listed and ended. Each is its owner's
//! business; the scope `admin` makes all of them the caller's.

use std::sync::Arc;

use super::Actor;
use crate::{
    clock::Clock,
    config::LONGEST_ACCESS_TOKEN_LIFETIME,
    directory::Directory,
    grants::{directory_unavailable, revocations_unavailable},
    oauth::{Reason, Refusal},
    store::{Cursor, Family, FamilyId, Grant, Owner, RefreshFamilies},
    tokens::{LiveAccessToken, Revocation},
};

/// Whose grants a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhoseGrants {
    /// The caller's own: those made to an application that acts for itself, or those that a person made.
    Own,
    /// Those made to an application, by `client_id`.
    Application(String),
    /// Those that a person made, by `sub`.
    Person(String),
}

/// A grant, and what its application calls itself.
#[derive(Debug, Clone)]
pub struct ListedGrant {
    /// The grant.
    pub family: Family,
    /// The application's name; its identifier where it is gone.
    pub client_name: String,
}

/// Some of an owner's grants.
#[derive(Debug, Clone)]
pub struct ListedGrants {
    /// The grants.
    pub grants: Vec<ListedGrant>,
    /// Where to go on; `None` at the end.
    pub next: Option<Cursor>,
}

/// Lists and ends grants.
#[derive(Debug)]
pub struct AuthorizedTokens {
    /// What remembers grants.
    pub families: Arc<dyn RefreshFamilies>,
    /// What ends them.
    pub revocation: Revocation,
    /// What applications are called.
    pub directory: Arc<Directory>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl AuthorizedTokens {
    /// At most `limit` living grants, from `after` on.
    ///
    /// # Errors
    /// `insufficient_scope` for others' without `admin`; `temporarily_unavailable` while the store is away.
    pub async fn list(
        &self,
        caller: Actor<'_>,
        whose: &WhoseGrants,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<ListedGrants, Refusal> {
        let owner = owner(&caller, whose)?;
        let page = self.families.of(owner, after, limit, self.clock.now()).await;
        let page = page.map_err(revocations_unavailable)?;
        let mut grants = Vec::with_capacity(page.families.len());
        for family in page.families {
            let client_id = family.grant.client_id.as_str();
            let client = self.directory.client(client_id).await.map_err(directory_unavailable)?;
            let client_name = match client {
                Some(client) => client.client_name.clone(),
                None => client_id.to_owned(),
            };
            grants.push(ListedGrant { family, client_name });
        }
        Ok(ListedGrants { grants, next: page.next })
    }

    /// Ends one grant with its access tokens. Asking again after a 503 completes it.
    ///
    /// # Errors
    /// `not_found` for one that is gone and for one of others, which are not told apart;
    /// `temporarily_unavailable` while the store is away.
    pub async fn end(&self, caller: Actor<'_>, id: FamilyId) -> Result<(), Refusal> {
        let own = own(&caller);
        let theirs = |grant: &Grant| caller.is_admin() || own.is_some_and(|own| owns(own, grant));
        match self.revocation.end_grant_if(id, theirs).await.map_err(revocations_unavailable)? {
            true => Ok(()),
            false => Err(Reason::UnknownGrant.into()),
        }
    }

    /// Ends every grant of an owner with its access tokens; of an application, also every access token
    /// that it was issued without a grant. Asking again after a 503 ends the rest.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub async fn end_all(&self, caller: Actor<'_>, whose: &WhoseGrants) -> Result<(), Refusal> {
        let ended = match owner(&caller, whose)? {
            Owner::Application(client_id) => {
                let until = self.clock.now() + LONGEST_ACCESS_TOKEN_LIFETIME.as_secs();
                self.revocation.end_application(client_id, until).await
            }
            person @ Owner::Person(_) => self.revocation.end_all(person).await,
        };
        ended.map(drop).map_err(revocations_unavailable)
    }

    /// Logs out: ends the grant that `token` comes of, and `token` itself. One without a place on a status
    /// list ends by itself; its grant ends now.
    ///
    /// # Errors
    /// `unsupported_token_type` where there is neither grant nor place, so that nothing could be ended;
    /// `temporarily_unavailable` while the store is away.
    pub async fn end_current(&self, token: &LiveAccessToken) -> Result<(), Refusal> {
        let (grant, place) = (token.grant(), token.place());
        if grant.is_none() && place.is_none() {
            return Err(Reason::CannotRevoke.into());
        }
        if let Some(id) = grant {
            self.revocation.end_grant(id).await.map_err(revocations_unavailable)?;
        }
        // Last, so that the token is good for another attempt until all the rest is done.
        let revoked = self.revocation.revoke_access_tokens(place.as_slice()).await;
        revoked.map_err(revocations_unavailable)
    }
}

/// Whose grants are the actor's own; an operator has none. A person's `sub` is a UUID, which no `client_id`
/// can be.
fn own<'a>(actor: &'a Actor<'_>) -> Option<Owner<'a>> {
    match actor.person() {
        Some(sub) => Some(Owner::Person(sub)),
        None => actor.subject().map(Owner::Application),
    }
}

fn owns(owner: Owner<'_>, grant: &Grant) -> bool {
    match owner {
        Owner::Application(client_id) => grant.client_id.as_str() == client_id,
        Owner::Person(sub) => grant.sub.as_deref() == Some(sub),
    }
}

/// The owner that is asked for: oneself, or, with `admin`, anybody.
fn owner<'a>(actor: &'a Actor<'_>, whose: &'a WhoseGrants) -> Result<Owner<'a>, Refusal> {
    let own = own(actor);
    let asked = match whose {
        WhoseGrants::Own => own.ok_or(Reason::UnknownGrant)?,
        WhoseGrants::Application(client_id) => Owner::Application(client_id),
        WhoseGrants::Person(sub) => Owner::Person(sub),
    };
    if Some(asked) != own {
        actor.require_admin()?;
    }
    Ok(asked)
}
