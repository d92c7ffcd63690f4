//! What a registry of applications, people and roles does. [`Declared`](super::Declared) reads what
//! configuration declares; [`Sql`](super::Sql) keeps the others. One suite of tests holds for all of them:
//! `tests/directory_contract`.

use std::{fmt, pin::Pin};

use super::{Person, Registration, Role};
use crate::oauth::{RoleName, UserName};

/// What a registry answers, when it does.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DirectoryAway>> + Send + 'a>>;

/// The registry does not answer, or not as it should: who is there is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the directory does not answer: {0}")]
pub struct DirectoryAway(pub String);

/// What became of a change. All of it was done, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a change that was not made must be told"]
pub enum Written {
    /// It is made, and every replica sees it within seconds.
    Done,
    /// The identifier or the name is another's.
    Taken,
    /// There is nobody, and nothing, of that identifier.
    Absent,
    /// Somebody else has changed it since it was read.
    Changed,
    /// Some person has the role.
    InUse,
    /// This registry is not for changes.
    ReadOnly,
}

/// Which of many are asked for, in the order of their keys.
#[derive(Debug, Clone, Copy, Default)]
pub struct Search<'a> {
    /// Only those of this owner, by `sub`; for applications.
    pub owner: Option<&'a str>,
    /// Only those in whose identifier, name, user name or address this text stands, whatever its case.
    pub text: Option<&'a str>,
    /// Only those behind this key.
    pub after: Option<&'a str>,
    /// How many at most.
    pub limit: usize,
}

/// Who exists, and what is kept of them. Each change takes the state that was read: what somebody else has
/// changed in the meantime is not overwritten.
pub trait Registry: fmt::Debug + Send + Sync {
    /// The application of that identifier.
    fn application<'a>(&'a self, client_id: &'a str) -> Answer<'a, Option<Registration>>;

    /// Applications, in the order of their identifiers' bytes, which are their keys.
    fn applications<'a>(&'a self, search: Search<'a>) -> Answer<'a, Vec<Registration>>;

    /// Adds an application; its version is 1, whatever it says.
    fn add_application<'a>(&'a self, application: &'a Registration) -> Answer<'a, Written>;

    /// Replaces an application, secrets included, if its version is still the one that `application` says.
    /// The version is raised by one. The time of its registration stays.
    fn change_application<'a>(&'a self, application: &'a Registration) -> Answer<'a, Written>;

    /// Removes an application, of that version where one is given.
    fn remove_application<'a>(
        &'a self,
        client_id: &'a str,
        version: Option<u64>,
    ) -> Answer<'a, Written>;

    /// The person with that `sub`.
    fn person<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Person>>;

    /// The person of that user name.
    fn person_named<'a>(&'a self, username: &'a UserName) -> Answer<'a, Option<Person>>;

    /// People, in the order of their user names' canonical bytes, which are their keys.
    fn people<'a>(&'a self, search: Search<'a>) -> Answer<'a, Vec<Person>>;

    /// Adds a person; the version is 1, whatever they say.
    fn add_person<'a>(&'a self, person: &'a Person) -> Answer<'a, Written>;

    /// Replaces a person if the version is still the one that `person` says. The version is raised by one.
    /// The time of their registration stays.
    fn change_person<'a>(&'a self, person: &'a Person) -> Answer<'a, Written>;

    /// Removes a person, of that version where one is given.
    fn remove_person<'a>(&'a self, id: &'a str, version: Option<u64>) -> Answer<'a, Written>;

    /// Those of the roles `names` that there are.
    fn roles_named<'a>(&'a self, names: &'a [RoleName]) -> Answer<'a, Vec<Role>>;

    /// Roles, in the order of their names' bytes, which are their keys.
    fn roles<'a>(&'a self, search: Search<'a>) -> Answer<'a, Vec<Role>>;

    /// Adds a role; its version is 1, whatever it says.
    fn add_role<'a>(&'a self, role: &'a Role) -> Answer<'a, Written>;

    /// Replaces a role if its version is still the one that `role` says. The version is raised by one.
    fn change_role<'a>(&'a self, role: &'a Role) -> Answer<'a, Written>;

    /// Removes a role that nobody has, of that version where one is given.
    fn remove_role<'a>(&'a self, name: &'a str, version: Option<u64>) -> Answer<'a, Written>;

    /// Whether it answers.
    fn check(&self) -> Answer<'_, ()>;
}
