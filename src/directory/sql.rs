//! The registry in SQL: SQLite, or PostgreSQL where several machines share it. One set of statements serves
//! both. The only place that knows sqlx.

mod applications;
mod connection;
mod database;
mod migrations;
mod people;
mod person_roles;
mod postgres;
mod roles;
mod sqlite;
mod text;
mod trouble;

use std::time::Duration;

use self::database::Database;
use super::{Answer, DirectoryAway, Person, Registration, Registry, Role, Search, Written};
use crate::{
    config::DirectoryUrl,
    oauth::{RoleName, UserName},
};

/// A registry in a database. Every answer comes within a bounded time, as
/// [`DirectoryAway`](super::DirectoryAway) where there is no other.
#[derive(Debug)]
pub struct Sql {
    database: Database,
}

impl Sql {
    /// Connects to nothing: the first who asks does, and so does whoever asks after an outage. A database
    /// that is empty is given its tables then, by one of several who come at once. `patience` is how long an
    /// answer may take, connecting included.
    #[must_use]
    pub fn new(url: DirectoryUrl, patience: Duration) -> Self {
        Self { database: Database::new(url, patience) }
    }

    /// Opens it, and tells how many migrations made it what it is.
    ///
    /// # Errors
    /// [`DirectoryAway`], with what is wrong and the mend.
    pub async fn migrations(&self) -> Result<usize, DirectoryAway> {
        self.database.answer(self.database.migrations()).await
    }
}

impl Registry for Sql {
    fn application<'a>(&'a self, client_id: &'a str) -> Answer<'a, Option<Registration>> {
        self.database.answer(applications::one(&self.database, client_id))
    }

    fn applications<'a>(&'a self, search: Search<'a>) -> Answer<'a, Vec<Registration>> {
        self.database.answer(applications::several(&self.database, search))
    }

    fn add_application<'a>(&'a self, application: &'a Registration) -> Answer<'a, Written> {
        self.database.answer(applications::add(&self.database, application))
    }

    fn change_application<'a>(&'a self, application: &'a Registration) -> Answer<'a, Written> {
        self.database.answer(applications::change(&self.database, application))
    }

    fn remove_application<'a>(
        &'a self,
        client_id: &'a str,
        version: Option<u64>,
    ) -> Answer<'a, Written> {
        self.database.answer(applications::remove(&self.database, client_id, version))
    }

    fn person<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Person>> {
        self.database.answer(people::one(&self.database, people::Key::Id, id))
    }

    fn person_named<'a>(&'a self, username: &'a UserName) -> Answer<'a, Option<Person>> {
        let canonical = username.canonical();
        self.database.answer(people::one(&self.database, people::Key::UserName, canonical))
    }

    fn people<'a>(&'a self, search: Search<'a>) -> Answer<'a, Vec<Person>> {
        self.database.answer(people::several(&self.database, search))
    }

    fn add_person<'a>(&'a self, person: &'a Person) -> Answer<'a, Written> {
        self.database.answer(people::add(&self.database, person))
    }

    fn change_person<'a>(&'a self, person: &'a Person) -> Answer<'a, Written> {
        self.database.answer(people::change(&self.database, person))
    }

    fn remove_person<'a>(&'a self, id: &'a str, version: Option<u64>) -> Answer<'a, Written> {
        self.database.answer(people::remove(&self.database, id, version))
    }

    fn roles_named<'a>(&'a self, names: &'a [RoleName]) -> Answer<'a, Vec<Role>> {
        self.database.answer(roles::named(&self.database, names))
    }

    fn roles<'a>(&'a self, search: Search<'a>) -> Answer<'a, Vec<Role>> {
        self.database.answer(roles::several(&self.database, search))
    }

    fn add_role<'a>(&'a self, role: &'a Role) -> Answer<'a, Written> {
        self.database.answer(roles::add(&self.database, role))
    }

    fn change_role<'a>(&'a self, role: &'a Role) -> Answer<'a, Written> {
        self.database.answer(roles::change(&self.database, role))
    }

    fn remove_role<'a>(&'a self, name: &'a str, version: Option<u64>) -> Answer<'a, Written> {
        self.database.answer(roles::remove(&self.database, name, version))
    }

    fn check(&self) -> Answer<'_, ()> {
        self.database.answer(self.database.check())
    }
}
