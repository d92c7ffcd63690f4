//! People whom configuration declares.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use crate::{
    config::{self, Config, PasswordCost, Problem},
    directory::{PasswordDigest, Person},
    oauth::{IssuerUrl, RoleName, ScopeSet, User, UserId, UserName},
};

/// A person and the digest of their password.
#[derive(Debug, Clone)]
pub struct Account {
    /// The person.
    pub user: Arc<User>,
    /// What their password is compared with.
    pub password: Arc<PasswordDigest>,
    /// When they were last switched off: 0 where they never were, and where they are declared.
    pub sessions_since: u64,
}

/// The declared people.
#[derive(Debug)]
pub struct DeclaredPeople {
    issuer: Option<IssuerUrl>,
    by_id: HashMap<UserId, (Person, Arc<User>)>,
    /// By the canonical form of their user names.
    by_name: BTreeMap<String, UserId>,
    /// The digests of them all, so that a name that nobody has costs what one of theirs does.
    decoys: Vec<Arc<PasswordDigest>>,
}

impl Default for DeclaredPeople {
    fn default() -> Self {
        let decoys = vec![Arc::new(PasswordDigest::of_nobody(PasswordCost::default()))];
        Self { issuer: None, by_id: HashMap::new(), by_name: BTreeMap::new(), decoys }
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
                    let person = person(declared, password, config);
                    let user = Arc::new(person.user(scopes_of(&person.roles, config)));
                    people
                        .by_name
                        .insert(person.username.canonical().to_owned(), person.id.clone());
                    people.by_id.insert(person.id.clone(), (person, user));
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

    /// The person with that `sub`, as grants know them.
    pub(in crate::directory) fn user(&self, id: &str) -> Option<&Arc<User>> {
        self.by_id.get(id).map(|(_, user)| user)
    }

    /// The person of that user name, with the digest of their password.
    pub(in crate::directory) fn account(&self, username: &UserName) -> Option<Account> {
        let (person, user) = self.by_id.get(self.by_name.get(username.canonical())?)?;
        Some(account(person, user))
    }

    /// The person with that `sub`, with the digest of their password.
    pub(in crate::directory) fn account_of(&self, id: &str) -> Option<Account> {
        self.by_id.get(id).map(|(person, user)| account(person, user))
    }

    pub(super) fn person(&self, id: &str) -> Option<&Person> {
        self.by_id.get(id).map(|(person, _)| person)
    }

    pub(super) fn person_named(&self, username: &UserName) -> Option<&Person> {
        self.person(self.by_name.get(username.canonical())?.as_str())
    }

    /// Everybody, in the order of their user names.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &Person> {
        self.by_name.values().filter_map(|id| self.person(id.as_str()))
    }

    /// The digest that a name which nobody has is compared with: always the same one of those that people
    /// have, so that where their costs differ, such a name costs what a name may cost. The choice follows
    /// from the configuration, and so is the same in every replica.
    pub(in crate::directory) fn decoy(&self, username: &UserName) -> Arc<PasswordDigest> {
        let chosen = self.issuer.as_ref().map_or(0, |issuer| {
            let id = UserId::of_name(issuer, username);
            id.as_str().bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31) ^ usize::from(byte))
        });
        Arc::clone(&self.decoys[chosen % self.decoys.len()])
    }

    /// Those that are not switched off.
    pub(in crate::directory) fn enabled(&self) -> impl Iterator<Item = &UserId> {
        self.by_id.values().map(|(_, user)| user).filter(|user| !user.disabled).map(|user| &user.id)
    }

    /// How many have a digest that guessing at costs less than `cost`.
    #[must_use]
    pub fn with_digests_below(&self, cost: PasswordCost) -> usize {
        let people = self.by_id.values();
        people.filter(|(person, _)| person.password.cost().is_below(cost)).count()
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

fn account(person: &Person, user: &Arc<User>) -> Account {
    let (user, password) = (Arc::clone(user), Arc::clone(&person.password));
    Account { user, password, sessions_since: 0 }
}

fn person(declared: &config::User, password: Arc<PasswordDigest>, config: &Config) -> Person {
    let config::User { username, name, email, roles, disabled, .. } = declared;
    Person {
        id: declared.id(&config.issuer),
        username: username.clone(),
        name: name.clone(),
        email: email.clone(),
        roles: roles.clone(),
        password,
        disabled: *disabled,
        sessions_since: 0,
        created_at: 0,
        version: 0,
    }
}

fn scopes_of(roles: &[RoleName], config: &Config) -> ScopeSet {
    let scopes_of = |name: &RoleName| -> Option<&ScopeSet> {
        config.roles.iter().find(|role| role.name == *name).map(|role| &role.scopes)
    };
    roles.iter().filter_map(scopes_of).flat_map(ScopeSet::iter).cloned().collect()
}
