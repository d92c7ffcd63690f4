//! What configuration declares: held in memory, read-only.

mod applications;
mod people;
mod registry;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

pub use self::people::{Account, DeclaredPeople};
use super::{Registration, Role};
use crate::{
    config::{BUILT_IN_SCOPES, Config, PasswordCost, Problem},
    oauth::{Client, ClientId, RoleName, Scope, ScopeSet},
};

/// The declared applications, people, roles and scopes.
#[derive(Debug, Default)]
pub struct Declared {
    clients: HashMap<ClientId, Arc<Client>>,
    applications: BTreeMap<ClientId, Registration>,
    people: DeclaredPeople,
    roles: BTreeMap<RoleName, Role>,
    scopes: ScopeSet,
    password_cost: PasswordCost,
}

impl Declared {
    /// Takes the applications, the people, the roles and the scopes of `config` in, reading the files that
    /// they name.
    ///
    /// # Errors
    /// Each file that cannot be read or used, with the key that names it, and each digest of a password that
    /// is no good.
    pub fn from_config(config: &Config) -> Result<Self, Vec<Problem>> {
        let password_cost = config.limits.password_cost;
        let mut declared = Self { scopes: scopes(config), password_cost, ..Self::default() };
        let mut problems = Vec::new();
        for (position, application) in config.applications.iter().enumerate() {
            match applications::registration(application) {
                Ok(registration) => declared.add(registration),
                Err((member, message)) => {
                    problems
                        .push(Problem::new(format!("applications.{position}.{member}"), message));
                }
            }
        }
        for role in &config.roles {
            let role = Role { name: role.name.clone(), scopes: role.scopes.clone(), version: 0 };
            declared.roles.insert(role.name.clone(), role);
        }
        match DeclaredPeople::from_config(config) {
            Ok(people) if problems.is_empty() => Ok(Self { people, ..declared }),
            Ok(_) => Err(problems),
            Err(more) => Err([problems, more].concat()),
        }
    }

    fn add(&mut self, registration: Registration) {
        // A declared secret has no end.
        let client = Arc::new(registration.client(0));
        self.clients.insert(registration.client_id.clone(), client);
        self.applications.insert(registration.client_id.clone(), registration);
    }

    /// The application of that identifier, as grants know it.
    #[must_use]
    pub fn client(&self, client_id: &str) -> Option<Arc<Client>> {
        self.clients.get(client_id).cloned()
    }

    /// The applications that are not switched off.
    pub(super) fn enabled(&self) -> impl Iterator<Item = &ClientId> {
        self.clients.values().filter(|client| !client.disabled).map(|client| &client.client_id)
    }

    /// The people.
    #[must_use]
    pub const fn people(&self) -> &DeclaredPeople {
        &self.people
    }

    pub(super) fn declares_role(&self, name: &str) -> bool {
        self.roles.contains_key(name)
    }

    /// The scopes that there are: those that are declared, and those that need not be.
    #[must_use]
    pub const fn scopes(&self) -> &ScopeSet {
        &self.scopes
    }

    /// What a new digest of a password costs.
    #[must_use]
    pub const fn password_cost(&self) -> PasswordCost {
        self.password_cost
    }

    /// How many applications there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    /// Whether there are no applications.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }
}

fn scopes(config: &Config) -> ScopeSet {
    let built_in = BUILT_IN_SCOPES.into_iter().filter_map(|scope| scope.parse::<Scope>().ok());
    built_in.chain(config.scopes.iter().map(|declaration| declaration.name.clone())).collect()
}
