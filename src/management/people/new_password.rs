//! A new password in the place of the old one: whoever knew the old one has nothing left of it.

use std::{net::IpAddr, sync::Arc};

use super::{
    Actor, People,
    rules::{check_password, invalid, not_made},
};
use crate::{
    directory::{PasswordDigest, Person, Registry},
    grants::{directory_unavailable, revocations_unavailable},
    management::{
        Expected, Somebody,
        change::{ATTEMPTS, finished, may_try_again},
        end_each_in_background, end_now,
    },
    oauth::{FieldProblem, Reason, Refusal},
    secret::Secret,
    store::Owner,
};

/// A new password, and what proves that it may be set.
#[derive(Debug)]
pub struct NewPassword {
    /// The password in use: asked of whoever changes their own.
    pub current: Option<Secret>,
    /// The one to be.
    pub new: Secret,
    /// Where the request came from.
    pub address: IpAddr,
}

/// What became of the grants that the old password may have made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OthersGrants {
    /// They have ended.
    Ended,
    /// They end in the background, as soon as the store answers.
    EndLater,
}

impl People {
    /// Gives the person with that `sub` a new password, and ends all of their grants but the one by which a
    /// person changes their own. An administrator changes those of others without knowing them; their own
    /// like everybody else, so that a stolen token is not enough.
    ///
    /// # Errors
    /// As [`Self::change`], and with nothing changed: `invalid_request` where the current password is
    /// wrong or the new one may not be chosen, 429 after too many wrong ones, `temporarily_unavailable`
    /// while the store is away.
    pub async fn set_password(
        &self,
        actor: Actor<'_>,
        id: &str,
        password: NewPassword,
    ) -> Result<OthersGrants, Refusal> {
        let person = self.for_change(actor, id, Expected::Any).await?;
        let NewPassword { current, new, address } = password;
        check_password("new_password", &new, &person.username, person.email.as_deref())?;
        let own = actor.is(id);
        if own {
            self.prove(&person, current, address).await?;
        } else if current.is_some() {
            let rule = "an administrator sets the password of others without it";
            return Err(invalid(vec![FieldProblem::new("current_password", rule)]));
        }
        // Asked while nothing has changed: what the old password made must end.
        let asked = self.families.of(Owner::Person(id), None, 1, self.clock.now()).await;
        asked.map_err(revocations_unavailable)?;
        let digest = self.passwords.digest(new).await.map_err(not_made)?;
        let somebody = Somebody::OldPassword {
            of: person.id.clone(),
            kept: if own { actor.grant() } else { None },
            changed_at: self.clock.now(),
        };
        let people = self.clone();
        finished(async move {
            people.written_with_digest(person, Arc::new(digest)).await?;
            Ok(people.end_or_go_on(somebody).await)
        })
        .await
    }

    /// Writes `digest` in the place of that of `person`, as they were read. What else is changed of them in the
    /// meantime stays; or whoever has stolen an access token of theirs could keep a new password off, by
    /// changing their name again and again.
    async fn written_with_digest(
        &self,
        mut person: Person,
        digest: Arc<PasswordDigest>,
    ) -> Result<(), Refusal> {
        let replaced = Arc::clone(&person.password);
        for _ in 0..ATTEMPTS {
            let id = person.id.clone();
            let changed = Person { password: Arc::clone(&digest), ..person };
            match self.written(changed).await {
                Err(refusal) if may_try_again(&refusal, Expected::Any) => {}
                written => return written.map(drop),
            }
            let now = self.directory.person(id.as_str()).await.map_err(directory_unavailable)?;
            person = now.ok_or(Reason::UnknownPerson)?;
            if !person.password.is_same_as(&replaced) {
                break;
            }
        }
        Err(Reason::Stale.into())
    }

    async fn prove(
        &self,
        person: &Person,
        current: Option<Secret>,
        address: IpAddr,
    ) -> Result<(), Refusal> {
        let wrong = |rule: &'static str| invalid(vec![FieldProblem::new("current_password", rule)]);
        let Some(current) = current else {
            return Err(wrong("the password in use must be sent along"));
        };
        // Held against the digest that was read: whose version has moved on by the time of the change does
        // not overwrite what somebody else has set.
        let digest = Arc::clone(&person.password);
        let Person { id, username, .. } = person;
        match self.authentication.confirm(id, username, digest, current, address).await? {
            true => Ok(()),
            false => Err(wrong("it is not the password in use").because("wrong password")),
        }
    }

    /// Ends what the old password made now, or in the background where the store went away just then.
    async fn end_or_go_on(&self, somebody: Somebody) -> OthersGrants {
        match end_now(&self.revocation, &*self.clock, &somebody).await {
            Ok(_) => OthersGrants::Ended,
            Err(_) => {
                end_each_in_background(self.revocation.clone(), &*self.clock, vec![somebody]);
                OthersGrants::EndLater
            }
        }
    }
}
