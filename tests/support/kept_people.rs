//! A registry of people in memory, which does what a test wants between two of its steps.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use signet::{
    directory::{Answer, DirectoryAway, Person, Registration, Registry, Role, Search, Written},
    oauth::{RoleName, UserName},
};

type Step = Box<dyn FnOnce(&mut HashMap<String, Person>) + Send>;

/// People by `sub`; no applications, no roles.
#[derive(Default)]
pub struct KeptPeople {
    people: Mutex<HashMap<String, Person>>,
    /// Done once, before somebody is next read by `sub`.
    pub before_reading: Mutex<Option<Step>>,
    /// Done once, before somebody is next changed.
    pub before_changing: Mutex<Option<Step>>,
    /// While it is set, who reads by `sub` or changes gets no answer.
    pub hangs: AtomicBool,
    /// While it is set, who reads by `sub` or changes is told that it is away.
    pub away: AtomicBool,
    /// How often somebody was read by `sub`.
    pub reads: AtomicUsize,
    /// How often somebody was changed, or should have been.
    pub changes: AtomicUsize,
}

impl fmt::Debug for KeptPeople {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptPeople")
    }
}

impl KeptPeople {
    pub fn add(&self, person: Person) {
        self.people.lock().unwrap().insert(person.id.to_string(), person);
    }

    pub fn get(&self, id: &str) -> Person {
        self.people.lock().unwrap()[id].clone()
    }

    fn step(&self, step: &Mutex<Option<Step>>) {
        if let Some(step) = step.lock().unwrap().take() {
            step(&mut self.people.lock().unwrap());
        }
    }

    async fn answer(&self) -> Result<(), DirectoryAway> {
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        match self.away.load(Ordering::SeqCst) {
            true => Err(DirectoryAway("switched off".to_owned())),
            false => Ok(()),
        }
    }
}

fn none<'a, T: Send + 'a>(value: T) -> Answer<'a, T> {
    Box::pin(std::future::ready(Ok(value)))
}

impl Registry for KeptPeople {
    fn person<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Person>> {
        Box::pin(async move {
            self.reads.fetch_add(1, Ordering::SeqCst);
            self.answer().await?;
            self.step(&self.before_reading);
            Ok(self.people.lock().unwrap().get(id).cloned())
        })
    }

    fn person_named<'a>(&'a self, username: &'a UserName) -> Answer<'a, Option<Person>> {
        let people = self.people.lock().unwrap();
        none(people.values().find(|person| person.username == *username).cloned())
    }

    fn change_person<'a>(&'a self, person: &'a Person) -> Answer<'a, Written> {
        Box::pin(async move {
            self.changes.fetch_add(1, Ordering::SeqCst);
            self.answer().await?;
            self.step(&self.before_changing);
            let mut people = self.people.lock().unwrap();
            match people.get_mut(person.id.as_str()) {
                None => Ok(Written::Absent),
                Some(kept) if kept.version != person.version => Ok(Written::Changed),
                Some(kept) => {
                    *kept = Person { version: person.version + 1, ..person.clone() };
                    Ok(Written::Done)
                }
            }
        })
    }

    fn people<'a>(&'a self, _: Search<'a>) -> Answer<'a, Vec<Person>> {
        none(Vec::new())
    }
    fn add_person<'a>(&'a self, _: &'a Person) -> Answer<'a, Written> {
        none(Written::ReadOnly)
    }
    fn remove_person<'a>(&'a self, _: &'a str, _: Option<u64>) -> Answer<'a, Written> {
        none(Written::ReadOnly)
    }
    fn application<'a>(&'a self, _: &'a str) -> Answer<'a, Option<Registration>> {
        none(None)
    }
    fn applications<'a>(&'a self, _: Search<'a>) -> Answer<'a, Vec<Registration>> {
        none(Vec::new())
    }
    fn add_application<'a>(&'a self, _: &'a Registration) -> Answer<'a, Written> {
        none(Written::ReadOnly)
    }
    fn change_application<'a>(&'a self, _: &'a Registration) -> Answer<'a, Written> {
        none(Written::ReadOnly)
    }
    fn remove_application<'a>(&'a self, _: &'a str, _: Option<u64>) -> Answer<'a, Written> {
        none(Written::ReadOnly)
    }
    fn roles_named<'a>(&'a self, _: &'a [RoleName]) -> Answer<'a, Vec<Role>> {
        none(Vec::new())
    }
    fn roles<'a>(&'a self, _: Search<'a>) -> Answer<'a, Vec<Role>> {
        none(Vec::new())
    }
    fn add_role<'a>(&'a self, _: &'a Role) -> Answer<'a, Written> {
        none(Written::ReadOnly)
    }
    fn change_role<'a>(&'a self, _: &'a Role) -> Answer<'a, Written> {
        none(Written::ReadOnly)
    }
    fn remove_role<'a>(&'a self, _: &'a str, _: Option<u64>) -> Answer<'a, Written> {
        none(Written::ReadOnly)
    }
    fn check(&self) -> Answer<'_, ()> {
        none(())
    }
}
