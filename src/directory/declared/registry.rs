//! The declared entries, asked as every registry is; there is no changing them here.

use std::future::ready;

use super::Declared;
use crate::{
    directory::{Answer, Person, Registration, Registry, Role, Search, Written},
    oauth::{RoleName, UserName, folded},
};

impl Registry for Declared {
    fn application<'a>(&'a self, client_id: &'a str) -> Answer<'a, Option<Registration>> {
        answer(self.applications.get(client_id).cloned())
    }

    fn applications<'a>(&'a self, search: Search<'a>) -> Answer<'a, Vec<Registration>> {
        let text = search.text.map(folded);
        let found = self.applications.values().filter(|application| {
            let id = application.client_id.as_str();
            search.after.is_none_or(|after| id > after)
                && search.owner.is_none_or(|owner| application.owner.as_deref() == Some(owner))
                && stands_in(text.as_deref(), &application.searched())
        });
        answer(found.take(search.limit).cloned().collect())
    }

    fn add_application<'a>(&'a self, _: &'a Registration) -> Answer<'a, Written> {
        answer(Written::ReadOnly)
    }

    fn change_application<'a>(&'a self, _: &'a Registration) -> Answer<'a, Written> {
        answer(Written::ReadOnly)
    }

    fn remove_application<'a>(&'a self, _: &'a str, _: Option<u64>) -> Answer<'a, Written> {
        answer(Written::ReadOnly)
    }

    fn person<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Person>> {
        answer(self.people.person(id).cloned())
    }

    fn person_named<'a>(&'a self, username: &'a UserName) -> Answer<'a, Option<Person>> {
        answer(self.people.person_named(username).cloned())
    }

    fn people<'a>(&'a self, search: Search<'a>) -> Answer<'a, Vec<Person>> {
        let text = search.text.map(folded);
        let found = self.people.in_order().filter(|person| {
            let name = person.username.canonical();
            search.after.is_none_or(|after| name > after)
                && stands_in(text.as_deref(), &person.searched())
        });
        answer(found.take(search.limit).cloned().collect())
    }

    fn add_person<'a>(&'a self, _: &'a Person) -> Answer<'a, Written> {
        answer(Written::ReadOnly)
    }

    fn change_person<'a>(&'a self, _: &'a Person) -> Answer<'a, Written> {
        answer(Written::ReadOnly)
    }

    fn remove_person<'a>(&'a self, _: &'a str, _: Option<u64>) -> Answer<'a, Written> {
        answer(Written::ReadOnly)
    }

    fn roles_named<'a>(&'a self, names: &'a [RoleName]) -> Answer<'a, Vec<Role>> {
        answer(names.iter().filter_map(|name| self.roles.get(name).cloned()).collect())
    }

    fn roles<'a>(&'a self, search: Search<'a>) -> Answer<'a, Vec<Role>> {
        let text = search.text.map(folded);
        let found = self.roles.values().filter(|role| {
            let name = role.name.as_str();
            search.after.is_none_or(|after| name > after)
                && stands_in(text.as_deref(), &[Some(name)])
        });
        answer(found.take(search.limit).cloned().collect())
    }

    fn add_role<'a>(&'a self, _: &'a Role) -> Answer<'a, Written> {
        answer(Written::ReadOnly)
    }

    fn change_role<'a>(&'a self, _: &'a Role) -> Answer<'a, Written> {
        answer(Written::ReadOnly)
    }

    fn remove_role<'a>(&'a self, _: &'a str, _: Option<u64>) -> Answer<'a, Written> {
        answer(Written::ReadOnly)
    }

    fn check(&self) -> Answer<'_, ()> {
        answer(())
    }
}

fn answer<'a, T: Send + 'a>(value: T) -> Answer<'a, T> {
    Box::pin(ready(Ok(value)))
}

/// Whether `text`, which is folded, stands in one of `texts`.
fn stands_in(text: Option<&str>, texts: &[Option<&str>]) -> bool {
    text.is_none_or(|text| texts.iter().flatten().any(|known| folded(known).contains(text)))
}
