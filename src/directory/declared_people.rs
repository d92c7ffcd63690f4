//! People whom configuration declares: held in memory, read-only.

use std::{collections::HashMap, sync::Arc};

use super::PasswordDigest;
use crate::{
    config::{self, Config, Problem},
    oauth::{IssuerUrl, RoleName, ScopeSet, User, UserId, UserName},
};

/// A person and the digest of their password.
#[derive(Debug, Clone)]
pub struct Account {
    /// The person.
    pub user: Arc<User>,
    /// What their password is compared with.
    pub password: Arc<PasswordDigest>,
}

/// The declared people.
#[derive(Debug)]
pub struct DeclaredPeople {
    issuer: Option<IssuerUrl>,
    by_id: HashMap<UserId, Account>,
    by_name: HashMap<UserName, UserId>,
    /// The digests of them all, so that a name that nobody has costs what one of theirs does.
    decoys: Vec<Arc<PasswordDigest>>,
}

impl Default for DeclaredPeople {
    fn default() -> Self {
        let decoys = vec![Arc::new(PasswordDigest::of_nobody())];
        Self { issuer: None, by_id: HashMap::new(), by_name: HashMap::new(), decoys }
    }
}

impl DeclaredPeople {
    /// Takes the people of `config` in.
    ///
    /// # Errors
    /// Each digest that is no good, with its key.
    pub(super) fn from_config(config: &Config) -> Result<Self, Vec<Problem>> {
        let mut people = Self { issuer: Some(config.issuer.clone()), ..Self::default() };
        let (mut digests, mut problems) = (Vec::new(), Vec::new());
        for (position, declared) in config.users.iter().enumerate() {
            match declared.password_hash.expose().parse::<PasswordDigest>() {
                Ok(digest) => {
                    let password = Arc::new(digest);
                    digests.push(Arc::clone(&password));
                    let user = Arc::new(user(declared, config));
                    people.by_name.insert(user.username.clone(), user.id.clone());
                    people.by_id.insert(user.id.clone(), Account { user, password });
                }
                Err(error) => {
                    let key = format!("users.{position}.password_hash");
                    problems.push(Problem::new(key, error.to_string()));
                }
            }
        }
        if !digests.is_empty() {
            people.decoys = digests;
        }
        if problems.is_empty() { Ok(people) } else { Err(problems) }
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Account> {
        self.by_id.get(id)
    }

    pub(super) fn by_name(&self, username: &UserName) -> Option<&Account> {
        self.by_id.get(self.by_name.get(username)?)
    }

    /// The digest that a name which nobody has is compared with: always the same one of those that people
    /// have, so that where their costs differ, such a name costs what a name may cost. The choice follows
    /// from the configuration, and so is the same in every replica.
    pub(super) fn decoy(&self, username: &UserName) -> Arc<PasswordDigest> {
        let chosen = self.issuer.as_ref().map_or(0, |issuer| {
            let id = UserId::of_name(issuer, username);
            id.as_str().bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31) ^ usize::from(byte))
        });
        Arc::clone(&self.decoys[chosen % self.decoys.len()])
    }

    /// Those that are not switched off.
    pub(super) fn enabled(&self) -> impl Iterator<Item = &UserId> {
        self.by_id
            .values()
            .map(|account| &account.user)
            .filter(|user| !user.disabled)
            .map(|user| &user.id)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}

fn user(declared: &config::User, config: &Config) -> User {
    let config::User { username, name, email, roles, disabled, .. } = declared;
    let scopes_of = |name: &RoleName| -> Option<&ScopeSet> {
        config.roles.iter().find(|role| role.name == *name).map(|role| &role.scopes)
    };
    User {
        id: declared.id(&config.issuer),
        username: username.clone(),
        name: name.clone(),
        email: email.clone(),
        roles: roles.clone(),
        scopes: roles.iter().filter_map(scopes_of).flat_map(ScopeSet::iter).cloned().collect(),
        disabled: *disabled,
    }
}
