//! People and roles as they are kept.

use std::sync::Arc;

use super::PasswordDigest;
use crate::oauth::{RoleName, ScopeSet, User, UserId, UserName};

/// A person with all that is kept of them. Times are Unix seconds.
#[derive(Debug, Clone)]
pub struct Person {
    /// The `sub` of their tokens.
    pub id: UserId,
    /// What they sign in with.
    pub username: UserName,
    /// What they are called.
    pub name: Option<String>,
    /// Their address for mail.
    pub email: Option<String>,
    /// Their roles, in the order in which they were given.
    pub roles: Vec<RoleName>,
    /// What their password is compared with.
    pub password: Arc<PasswordDigest>,
    /// Whether they are switched off.
    pub disabled: bool,
    /// When they were last switched off, 0 where they never were: a session in which they signed in at that
    /// time or before has ended for good.
    pub sessions_since: u64,
    /// When they were registered.
    pub created_at: u64,
    /// Which state of them this is: raised by one with each change. Those that configuration declares have
    /// none.
    pub version: u64,
}

impl Person {
    /// What a search looks through.
    #[must_use]
    pub fn searched(&self) -> [Option<&str>; 4] {
        let Self { id, username, name, email, .. } = self;
        [Some(id.as_str()), Some(username.canonical()), name.as_deref(), email.as_deref()]
    }

    /// Whether configuration declares them: then they are changed there only.
    #[must_use]
    pub const fn is_declared(&self) -> bool {
        self.version == 0
    }

    /// The person as grants know them, with the `scopes` that their roles allow.
    #[must_use]
    pub fn user(&self, scopes: ScopeSet) -> User {
        User {
            id: self.id.clone(),
            username: self.username.clone(),
            name: self.name.clone(),
            email: self.email.clone(),
            roles: self.roles.clone(),
            scopes,
            disabled: self.disabled,
        }
    }
}

/// A role with all that is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: RoleName,
    /// The scopes that those who have it may have.
    pub scopes: ScopeSet,
    /// Which state of it this is: raised by one with each change. One that configuration declares has none.
    pub version: u64,
}

impl Role {
    /// Whether configuration declares it: then it is changed there only.
    #[must_use]
    pub const fn is_declared(&self) -> bool {
        self.version == 0
    }
}
