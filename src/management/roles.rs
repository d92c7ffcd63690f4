//! Roles: what scopes those who have them may have. Administrators see and change all of them, a person sees
//! their own; those that configuration declares are changed by nobody here. A change counts at the next
//! token: access tokens that live keep what they say.

use std::sync::Arc;

use super::{
    Actor, Expected, Listing, Page,
    change::{ATTEMPTS, may_try_again},
    settled,
};
use crate::{
    directory::{Directory, Registry, Role, Search},
    grants::{directory_unavailable, is_admin},
    oauth::{FieldProblem, Reason, Refusal, RoleName, Scope, ScopeSet},
};

/// Sees and changes roles.
#[derive(Debug, Clone)]
pub struct Roles {
    /// Which there are.
    pub directory: Arc<Directory>,
}

impl Roles {
    /// Roles in the order of their names: all of them to an administrator, their own to a person.
    ///
    /// # Errors
    /// `temporarily_unavailable` while the directory is away.
    pub async fn list(
        &self,
        actor: Actor<'_>,
        Listing { text, after, limit }: Listing<'_>,
    ) -> Result<Page<Role>, Refusal> {
        let roles = if actor.is_admin() {
            let search = Search { owner: None, text, after, limit: limit + 1 };
            self.directory.roles(search).await.map_err(directory_unavailable)?
        } else {
            let text = text.map(crate::oauth::folded);
            let found = |role: &Role| {
                let name = role.name.as_str();
                let named = |text: &String| crate::oauth::folded(name).contains(text.as_str());
                after.is_none_or(|after| name > after) && text.as_ref().is_none_or(named)
            };
            let mut own = self.own(actor).await?;
            own.retain(found);
            own.sort_by(|one, other| one.name.cmp(&other.name));
            own
        };
        Ok(Page::of(roles, limit, |role| role.name.as_str()))
    }

    /// The role of that name.
    ///
    /// # Errors
    /// `not_found`, also for one that a person without `admin` does not have; `temporarily_unavailable` while the
    /// directory is away.
    pub async fn get(&self, actor: Actor<'_>, name: &RoleName) -> Result<Role, Refusal> {
        let roles = if actor.is_admin() {
            let named = self.directory.roles_named(std::slice::from_ref(name)).await;
            named.map_err(directory_unavailable)?
        } else {
            self.own(actor).await?
        };
        let role = roles.into_iter().find(|role| role.name == *name);
        role.ok_or_else(|| Reason::UnknownRole.into())
    }

    /// Adds a role.
    ///
    /// # Errors
    /// `insufficient_scope` without `admin`; `conflict` where the name is taken, and where there is no registry;
    /// `invalid_request` for a scope that there is not; `temporarily_unavailable` while the directory is away.
    pub async fn add(
        &self,
        actor: Actor<'_>,
        name: RoleName,
        scopes: Vec<Scope>,
    ) -> Result<Role, Refusal> {
        actor.require_admin()?;
        if !self.directory.has_registry() {
            return Err(Reason::NothingKept.into());
        }
        let role = Role { name, scopes: self.known(&scopes)?, version: 1 };
        let written = self.directory.add_role(&role).await.map_err(directory_unavailable)?;
        settled(written, Reason::UnknownRole)?;
        Ok(role)
    }

    /// Gives the role of that name the scopes that `wanted` says of it as it is.
    ///
    /// # Errors
    /// As [`Self::add`]; `not_found`; those of `wanted`; `precondition_failed`; `conflict` for one that is
    /// declared, and for an administrator who would be none any more.
    pub async fn change(
        &self,
        actor: Actor<'_>,
        name: &RoleName,
        expected: Expected,
        wanted: impl Fn(&Role) -> Result<Vec<Scope>, Refusal> + Send + Sync,
    ) -> Result<Role, Refusal> {
        for _ in 0..ATTEMPTS {
            let old = self.for_change(actor, name, expected).await?;
            let scopes = self.known(&wanted(&old)?)?;
            match self.changed(actor, old, scopes).await {
                Err(refusal) if may_try_again(&refusal, expected) => {}
                done => return done,
            }
        }
        Err(Reason::Stale.into())
    }

    /// Removes the role of that name, which nobody may have.
    ///
    /// # Errors
    /// As [`Self::change`]; `conflict` while somebody has it.
    pub async fn remove(
        &self,
        actor: Actor<'_>,
        name: &RoleName,
        expected: Expected,
    ) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let old = self.for_change(actor, name, expected).await?;
            let removed = self.directory.remove_role(old.name.as_str(), Some(old.version)).await;
            match settled(removed.map_err(directory_unavailable)?, Reason::UnknownRole) {
                Err(refusal) if may_try_again(&refusal, expected) => {}
                done => return done,
            }
        }
        Err(Reason::Stale.into())
    }

    /// Gives `old`, as it was read, the `scopes`.
    async fn changed(
        &self,
        actor: Actor<'_>,
        old: Role,
        scopes: ScopeSet,
    ) -> Result<Role, Refusal> {
        let lost = old.scopes.iter().any(is_admin) && !scopes.iter().any(is_admin);
        if lost && self.makes_administrator(actor, &old.name).await? {
            return Err(Reason::OwnLockOut.into());
        }
        let new = Role { scopes, ..old };
        let written = self.directory.change_role(&new).await.map_err(directory_unavailable)?;
        settled(written, Reason::UnknownRole)?;
        Ok(Role { version: new.version + 1, ..new })
    }

    async fn for_change(
        &self,
        actor: Actor<'_>,
        name: &RoleName,
        expected: Expected,
    ) -> Result<Role, Refusal> {
        let role = self.get(actor, name).await?;
        actor.require_admin()?;
        if role.is_declared() {
            return Err(Reason::Declared.into());
        }
        expected.met_by(role.version)?;
        Ok(role)
    }

    /// The roles of the person who acts.
    async fn own(&self, actor: Actor<'_>) -> Result<Vec<Role>, Refusal> {
        let Some(id) = actor.person() else { return Ok(Vec::new()) };
        let person = self.directory.person(id).await.map_err(directory_unavailable)?;
        let Some(person) = person else { return Ok(Vec::new()) };
        self.directory.roles_named(&person.roles).await.map_err(directory_unavailable)
    }

    /// Whether the person who acts is an administrator by the role of that name alone.
    async fn makes_administrator(
        &self,
        actor: Actor<'_>,
        name: &RoleName,
    ) -> Result<bool, Refusal> {
        let own = self.own(actor).await?;
        let makes = |role: &&Role| role.scopes.iter().any(is_admin);
        let mut making = own.iter().filter(makes).map(|role| &role.name).peekable();
        Ok(making.peek().is_some() && making.all(|making| making == name))
    }

    /// The scopes as a set, if there are all of them.
    fn known(&self, scopes: &[Scope]) -> Result<ScopeSet, Refusal> {
        let known = self.directory.scopes();
        let unknown = scopes.iter().enumerate().filter(|(_, scope)| !known.contains(scope));
        let problem = |(position, _)| {
            let rule = "there is no such scope: the configuration of the server declares them";
            FieldProblem::new(format!("scopes.{position}"), rule)
        };
        let problems: Vec<FieldProblem> = unknown.map(problem).collect();
        match problems.is_empty() {
            true => Ok(scopes.iter().cloned().collect()),
            false => Err(Refusal::new(Reason::InvalidMembers).with_fields(problems)),
        }
    }
}
