//! People who are registered, not declared. Each sees and changes themselves, but for their roles and for
//! whether they are switched off; the scope `admin` makes all people the caller's business. Those whom
//! configuration declares are seen alike, and changed by nobody here.

mod adding;
mod ending;
mod new_password;
mod rules;

use std::sync::Arc;

use arc_swap::ArcSwap;

pub use self::{
    new_password::{NewPassword, OthersGrants},
    rules::MOST_ROLES,
};
use super::{
    Actor, Expected,
    change::{ATTEMPTS, finished},
    settled,
};
use crate::{
    clock::Clock,
    config,
    directory::{Directory, Passwords, Person, Registry, Search},
    entropy::Entropy,
    grants::{SignUpLimit, UserAuthentication, directory_unavailable, no_entropy},
    oauth::{Reason, Refusal, RoleName, UserId, UserName, folded},
    store::RefreshFamilies,
    tokens::Revocation,
};

/// Sees and changes people. Cheap to clone.
#[derive(Debug, Clone)]
pub struct People {
    /// Who there is.
    pub directory: Arc<Directory>,
    /// What makes digests of passwords.
    pub passwords: Arc<Passwords>,
    /// What compares somebody's password before they may change it.
    pub authentication: Arc<UserAuthentication>,
    /// Whether people may sign up, and as what; swapped when configuration is loaded again.
    pub registration: Arc<ArcSwap<config::Directory>>,
    /// What slows signing up down.
    pub sign_ups: Arc<SignUpLimit>,
    /// What remembers grants.
    pub families: Arc<dyn RefreshFamilies>,
    /// What ends them.
    pub revocation: Revocation,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What identifiers are made of.
    pub entropy: Arc<dyn Entropy>,
}

/// What can be said of a person.
#[derive(Debug, Clone)]
pub struct Profile {
    /// What they sign in with.
    pub username: UserName,
    /// What they are called.
    pub name: Option<String>,
    /// Their address for mail.
    pub email: Option<String>,
    /// Their roles; `None`: none, or where the actor is no administrator, those that they have.
    pub roles: Option<Vec<RoleName>>,
    /// Whether they are switched off; `None`: no, or where the actor is no administrator, as it is.
    pub disabled: Option<bool>,
}

/// Which of many are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Listing<'a> {
    /// Only those in whose identifier, name, user name or address this text stands, whatever its case.
    pub text: Option<&'a str>,
    /// Only those behind this key.
    pub after: Option<&'a str>,
    /// How many at most.
    pub limit: usize,
}

/// Some of many.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// Those.
    pub items: Vec<T>,
    /// The key behind which to go on; `None` at the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of at most `limit` of `items`, which may have one more, by their keys.
    pub(super) fn of(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> &str) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| key(last).to_owned());
        Self { items, next }
    }
}

impl People {
    /// People in the order of their user names: all of them to an administrator, themselves to a person.
    ///
    /// # Errors
    /// `temporarily_unavailable` while the directory is away.
    pub async fn list(
        &self,
        actor: Actor<'_>,
        Listing { text, after, limit }: Listing<'_>,
    ) -> Result<Page<Person>, Refusal> {
        if actor.is_admin() {
            let search = Search { owner: None, text, after, limit: limit + 1 };
            let people = Registry::people(&*self.directory, search).await;
            let people = people.map_err(directory_unavailable)?;
            return Ok(Page::of(people, limit, |person| person.username.canonical()));
        }
        let own = match actor.person() {
            Some(id) => self.directory.person(id).await.map_err(directory_unavailable)?,
            None => None,
        };
        let found = own.filter(|person| {
            let behind = after.is_none_or(|after| person.username.canonical() > after);
            behind && text.is_none_or(|text| stands_in(&folded(text), person))
        });
        Ok(Page { items: found.into_iter().collect(), next: None })
    }

    /// The person with that `sub`.
    ///
    /// # Errors
    /// `not_found`, also for others without `admin`; `temporarily_unavailable` while the directory is away.
    pub async fn get(&self, actor: Actor<'_>, id: &str) -> Result<Person, Refusal> {
        if !actor.is_admin() && !actor.is(id) {
            return Err(Reason::UnknownPerson.into());
        }
        let person = self.directory.person(id).await.map_err(directory_unavailable)?;
        person.ok_or_else(|| Reason::UnknownPerson.into())
    }

    /// The person of that user name, for whoever knows no `sub`.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn named(&self, actor: Actor<'_>, name: &UserName) -> Result<Person, Refusal> {
        let person = self.directory.person_named(name).await.map_err(directory_unavailable)?;
        let seen = |person: &Person| actor.is_admin() || actor.is(person.id.as_str());
        person.filter(seen).ok_or_else(|| Reason::UnknownPerson.into())
    }

    /// Makes of the person with that `sub` what `wanted` says of them as they are. Who is switched off with
    /// that has no grant left, and no access token that lives; asking again after a 503 completes it.
    ///
    /// # Errors
    /// `not_found` as [`Self::get`]; those of `wanted`; `insufficient_scope` for roles and for switching off
    /// and on, which is for `admin`; `conflict` for somebody who is declared, for a user name that is taken,
    /// and for an administrator who would lock themselves out; `precondition_failed`; `invalid_request` with
    /// the fields that cannot be; `temporarily_unavailable` while the directory or the store is away.
    pub async fn change(
        &self,
        actor: Actor<'_>,
        id: &str,
        expected: Expected,
        wanted: impl Fn(&Person) -> Result<Profile, Refusal> + Send + Sync,
    ) -> Result<Person, Refusal> {
        for _ in 0..ATTEMPTS {
            let old = self.for_change(actor, id, expected).await?;
            let profile = wanted(&old)?;
            match self.changed(actor, old, profile).await {
                Err(refusal) if expected.allows_another(&refusal) => {}
                done => return done,
            }
        }
        Err(Reason::Stale.into())
    }

    /// Removes the person with that `sub`: switched off first, then without a grant, then gone. Asking again
    /// after a 503 completes it. The applications that they registered stay.
    ///
    /// # Errors
    /// As [`Self::change`]; removing is for `admin`.
    pub async fn remove(
        &self,
        actor: Actor<'_>,
        id: &str,
        expected: Expected,
    ) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let old = self.for_change(actor, id, expected).await?;
            actor.require_admin()?;
            if actor.is(id) {
                return Err(Reason::OwnLockOut.into());
            }
            let people = self.clone();
            match finished(async move { people.removed(old).await }).await {
                Err(refusal) if expected.allows_another(&refusal) => {}
                done => return done,
            }
        }
        Err(Reason::Stale.into())
    }

    /// Makes of `old`, as they were read, what `profile` says.
    async fn changed(
        &self,
        actor: Actor<'_>,
        old: Person,
        profile: Profile,
    ) -> Result<Person, Refusal> {
        let Profile { username, name, email, roles, disabled } = profile;
        let (roles, disabled) = if actor.is_admin() {
            (roles.unwrap_or_default(), disabled.unwrap_or_default())
        } else {
            (roles.unwrap_or_else(|| old.roles.clone()), disabled.unwrap_or(old.disabled))
        };
        if roles != old.roles || disabled != old.disabled {
            actor.require_admin()?;
        }
        self.check_roles(&roles, &old.roles).await?;
        if actor.is(old.id.as_str()) {
            self.no_lock_out(&old, &roles, disabled).await?;
        }
        let sessions_since = if disabled { self.clock.now() } else { old.sessions_since };
        let new = Person { username, name, email, roles, disabled, sessions_since, ..old };
        let people = self.clone();
        finished(async move {
            let new = people.written(new).await?;
            if new.disabled {
                people.end_what_was_issued(&new.id).await?;
            }
            Ok(new)
        })
        .await
    }

    /// The person whom a change is about, if they are there for it.
    async fn for_change(
        &self,
        actor: Actor<'_>,
        id: &str,
        expected: Expected,
    ) -> Result<Person, Refusal> {
        let person = self.get(actor, id).await?;
        if person.is_declared() {
            return Err(Reason::Declared.into());
        }
        expected.met_by(person.version)?;
        Ok(person)
    }

    /// Writes `changed`, whose version is the one that was read; answers it as it is kept then.
    async fn written(&self, changed: Person) -> Result<Person, Refusal> {
        let written =
            self.directory.change_person(&changed).await.map_err(directory_unavailable)?;
        settled(written, Reason::UnknownPerson)?;
        Ok(Person { version: changed.version + 1, ..changed })
    }
}

/// A new `sub`, which nobody has had and nobody will have.
fn random_id(entropy: &dyn Entropy) -> Result<UserId, Refusal> {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes).map_err(no_entropy)?;
    Ok(UserId::from_random_bytes(bytes))
}

/// Whether `text`, which is folded, stands in what is known of `person`.
fn stands_in(text: &str, person: &Person) -> bool {
    person.searched().into_iter().flatten().any(|known| folded(known).contains(text))
}
