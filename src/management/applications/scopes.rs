//! Nobody can give an application a scope that they do not hold.

use super::Applications;
use crate::{
    grants::directory_unavailable,
    management::Actor,
    oauth::{Refusal, Scope, ScopeSet},
};

/// The scopes that only an administrator gives: with them, what others own is one's business.
const OF_ADMINISTRATORS: [&str; 2] = ["admin", "users"];

impl Applications {
    /// The scopes that `caller` can give: an administrator any that there is, a person those of their roles,
    /// an application those that are registered for it.
    ///
    /// # Errors
    /// `temporarily_unavailable` while the directory is away.
    pub async fn may_be_given_by(&self, caller: Actor<'_>) -> Result<ScopeSet, Refusal> {
        let known = self.directory.scopes();
        if caller.is_admin() {
            return Ok(known);
        }
        let person = match caller.person() {
            Some(id) => self.directory.enabled_user(id).await.map_err(directory_unavailable)?,
            None => None,
        };
        let holds = |scope: &&Scope| match (&person, caller.person()) {
            (Some(person), _) => person.may_have(scope),
            // Gone since their token was judged.
            (None, Some(_)) => false,
            (None, None) => caller.registered_for(scope),
        };
        let common = |scope: &&Scope| !OF_ADMINISTRATORS.contains(&scope.as_str());
        Ok(known.iter().filter(common).filter(holds).cloned().collect())
    }
}
