//! Applications that are registered, not declared: made, seen, changed and ended by whoever owns them. The
//! scope `admin` makes all of them the caller's; those that configuration declares are seen by it alone, and
//! changed by nobody here.

mod keeping;
mod made;
mod policy;
mod rules;
mod scopes;

use std::sync::Arc;

use arc_swap::ArcSwap;

pub(super) use self::{
    keeping::{Fresh, State},
    made::registration_access_token,
};
pub use self::{policy::PolicyMember, rules::ApplicationRules};
use super::{Actor, Expected, change::ATTEMPTS};
use crate::{
    clock::Clock,
    directory::{Directory, Registration, Registry, Search},
    entropy::Entropy,
    grants::directory_unavailable,
    oauth::{ClientId, ClientMetadata, FieldProblem, Reason, Refusal},
    secret::Secret,
    tokens::Revocation,
};

/// How many applications somebody owns at most who is no administrator.
const MOST_OF_ONE_OWNER: usize = 100;

/// How long a replaced secret may go on, in seconds.
pub const LONGEST_OVERLAP: u64 = 30 * 24 * 60 * 60;

/// Registers, shows, changes and ends applications. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Applications {
    /// Where they are kept.
    pub directory: Arc<Directory>,
    /// What ends their grants and tokens.
    pub revocation: Revocation,
    /// Which of them there can be; swapped when configuration is loaded again.
    pub rules: Arc<ArcSwap<ApplicationRules>>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where identifiers and secrets come from.
    pub entropy: Arc<dyn Entropy>,
}

/// What an application is to be.
#[derive(Debug, Clone)]
pub struct WantedApplication {
    /// Its metadata.
    pub metadata: ClientMetadata,
    /// Whether it is to be switched off.
    pub disabled: bool,
    /// The members that are policy and that were not spoken of: for whoever cannot set them, they stay.
    pub left_out: Vec<PolicyMember>,
}

/// An application after a change, and the secret that was made for it: the only time that it is shown.
#[derive(Debug)]
pub struct IssuedApplication {
    /// The application.
    pub registration: Registration,
    /// Its new secret, where it needed one.
    pub secret: Option<Secret>,
}

/// Some applications.
#[derive(Debug)]
pub struct ListedApplications {
    /// The applications, in the order of their identifiers.
    pub applications: Vec<Registration>,
    /// The key to go on behind; `None` at the end.
    pub next: Option<String>,
}

impl Applications {
    /// Registers an application that the caller owns.
    ///
    /// # Errors
    /// `conflict` where nothing is kept, or the caller owns too many; `invalid_request` with the members
    /// that cannot be; `temporarily_unavailable`.
    pub async fn create(
        &self,
        caller: Actor<'_>,
        mut wanted: WantedApplication,
    ) -> Result<IssuedApplication, Refusal> {
        if !self.directory.has_registry() {
            return Err(Reason::NothingKept.into());
        }
        let before = ClientMetadata::default();
        self.permitted(caller, &before, &mut wanted).await?;
        self.has_room(caller).await?;
        let WantedApplication { metadata, disabled, .. } = wanted;
        let owner = caller.subject().map(str::to_owned);
        self.keep(Fresh { owner, metadata, disabled, registration_access_token: None }).await
    }

    /// At most `limit` applications that the caller may see, behind `after`: those in whose identifier or
    /// name `text` stands, and of `owner`, where they are given.
    ///
    /// # Errors
    /// `insufficient_scope` for another owner's without `admin`; `temporarily_unavailable`.
    pub async fn list(
        &self,
        caller: Actor<'_>,
        search: Search<'_>,
    ) -> Result<ListedApplications, Refusal> {
        let owner = match search.owner {
            Some(owner) if caller.subject() != Some(owner) => {
                caller.require_admin()?;
                Some(owner)
            }
            Some(owner) => Some(owner),
            None if caller.is_admin() => None,
            None => caller.subject(),
        };
        let one_more = Search { owner, limit: search.limit + 1, ..search };
        let found = Registry::applications(&*self.directory, one_more).await;
        let mut applications = found.map_err(directory_unavailable)?;
        let is_all = applications.len() <= search.limit;
        applications.truncate(search.limit);
        let last = applications.last().filter(|_| !is_all);
        let next = last.map(|last| last.client_id.to_string());
        Ok(ListedApplications { applications, next })
    }

    /// The application of that identifier.
    ///
    /// # Errors
    /// `not_found` for one that is not there and for one of others, which are not told apart;
    /// `temporarily_unavailable`.
    pub async fn read(&self, caller: Actor<'_>, client_id: &str) -> Result<Registration, Refusal> {
        // What cannot be an identifier is nobody's.
        client_id.parse::<ClientId>().map_err(|_| Reason::UnknownApplication)?;
        let found = Registry::application(&*self.directory, client_id).await;
        let found = found.map_err(directory_unavailable)?;
        let seen = |one: &Registration| {
            caller.is_admin()
                || one.owner.as_deref().is_some_and(|owner| caller.subject() == Some(owner))
        };
        found.filter(seen).ok_or_else(|| Reason::UnknownApplication.into())
    }

    /// Makes an application what `wanted` says of it as it is. One that is switched off ends with all that
    /// it was issued, also where it was switched off before: asking again after a 503 completes it.
    ///
    /// # Errors
    /// Those of [`Self::read`], of [`Self::create`] and of `wanted`; `conflict` for one that is declared;
    /// `precondition_failed` where it is not as `expected`; `insufficient_scope` for an owner who would switch
    /// on what an administrator has switched off.
    pub async fn change(
        &self,
        caller: Actor<'_>,
        client_id: &str,
        expected: Expected,
        wanted: impl Fn(&Registration) -> Result<WantedApplication, Refusal> + Send + Sync,
    ) -> Result<IssuedApplication, Refusal> {
        for _ in 0..ATTEMPTS {
            let current = self.changeable(caller, client_id, expected).await?;
            let mut wanted = wanted(&current)?;
            self.permitted(caller, &current.metadata, &mut wanted).await?;
            let state = state(caller, &current, wanted.disabled)?;
            match self.keep_changed(current, wanted.metadata, state).await {
                Err(refusal) if expected.allows_another(&refusal) => {}
                done => return done,
            }
        }
        Err(Reason::Stale.into())
    }

    /// Ends an application: it is switched off, then what it was issued ends, then it is removed. Asking
    /// again after a 503 completes it.
    ///
    /// # Errors
    /// As [`Self::change`].
    pub async fn remove(
        &self,
        caller: Actor<'_>,
        client_id: &str,
        expected: Expected,
    ) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let current = self.changeable(caller, client_id, expected).await?;
            let off = state(caller, &current, true)?;
            match self.end(current, off).await {
                Err(refusal) if expected.allows_another(&refusal) => {}
                done => return done,
            }
        }
        Err(Reason::Stale.into())
    }

    /// Gives an application a new secret. The one before it goes on for `overlap` seconds; any other one
    /// ends now. Of two who ask at once, one is told that the other came first: their secret would be a
    /// third.
    ///
    /// # Errors
    /// As [`Self::change`]; `conflict` for an application that has no secrets.
    pub async fn renew_secret(
        &self,
        caller: Actor<'_>,
        client_id: &str,
        expected: Expected,
        overlap: u64,
    ) -> Result<IssuedApplication, Refusal> {
        let current = self.changeable(caller, client_id, expected).await?;
        self.keep_with_new_secret(current, overlap).await
    }

    /// The application as it is kept, where the caller may change it.
    async fn changeable(
        &self,
        caller: Actor<'_>,
        client_id: &str,
        expected: Expected,
    ) -> Result<Registration, Refusal> {
        let current = self.read(caller, client_id).await?;
        if current.is_declared() {
            return Err(Reason::Declared.into());
        }
        expected.met_by(current.version)?;
        Ok(current)
    }

    /// Goes on only where the caller may have an application become what is `wanted`.
    async fn permitted(
        &self,
        caller: Actor<'_>,
        before: &ClientMetadata,
        wanted: &mut WantedApplication,
    ) -> Result<(), Refusal> {
        let rules = self.rules.load_full();
        let everybodys = [rules.issuer.as_str(), rules.default_audience.as_str()];
        let mut problems = Vec::new();
        if !caller.is_admin() {
            for member in &wanted.left_out {
                member.copy(before, &mut wanted.metadata);
            }
            problems.extend(policy::problems(before, &wanted.metadata, everybodys));
        }
        let metadata = &wanted.metadata;
        problems.extend(rules.problems(metadata));
        if !before.scope.contains_all(&metadata.scope) {
            let given = self.may_be_given_by(caller).await?;
            let known = |scope| before.scope.contains(scope) || given.contains(scope);
            if !metadata.scope.iter().all(known) {
                let rule = "a scope here is unknown, or not one that you can give";
                problems.push(FieldProblem::new("scope", rule));
            }
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(Refusal::new(Reason::InvalidMembers).with_fields(problems))
    }

    /// Goes on only where the caller does not own as many as anybody may.
    async fn has_room(&self, caller: Actor<'_>) -> Result<(), Refusal> {
        if caller.is_admin() {
            return Ok(());
        }
        let own = Search { owner: caller.subject(), limit: MOST_OF_ONE_OWNER, ..Search::default() };
        let own = Registry::applications(&*self.directory, own).await;
        if own.map_err(directory_unavailable)?.len() < MOST_OF_ONE_OWNER {
            return Ok(());
        }
        Err(Reason::TooManyApplications.into())
    }
}

/// The state that `caller` gives an application which is to be `disabled`, or not. What an administrator has
/// switched off against its owner, an administrator switches on.
fn state(caller: Actor<'_>, current: &Registration, disabled: bool) -> Result<State, Refusal> {
    let own = current.owner.is_some() && current.owner.as_deref() == caller.subject();
    if current.locked && !disabled {
        caller.require_admin()?;
    }
    Ok(match disabled {
        false => State::On,
        true if current.locked || (caller.is_admin() && !own) => State::Locked,
        true => State::Off,
    })
}
