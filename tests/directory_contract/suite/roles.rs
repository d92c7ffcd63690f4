//! Roles are kept whole, and as long as somebody has them.

use signet::{directory::Written, oauth::RoleName};

use crate::{
    fixture::Fixture,
    world::{all, found_roles, kept_person, kept_role, person, role},
};

pub(crate) async fn every_field_comes_back(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let (some, none) = (role("Prüfer %", "read write"), role("nothing", ""));
    kept_role(&*registry, &some).await;
    kept_role(&*registry, &none).await;
    assert_eq!(registry.roles(all()).await.unwrap(), [some.clone(), none]);
    assert_eq!(registry.roles_named(std::slice::from_ref(&some.name)).await.unwrap(), [some]);
}

pub(crate) async fn a_name_is_given_once(fixture: &impl Fixture) {
    let registry = fixture.replica();
    kept_role(&*registry, &role("one", "read")).await;
    assert_eq!(registry.add_role(&role("one", "admin")).await, Ok(Written::Taken));
    kept_role(&*registry, &role("ONE", "")).await;
    let read = registry.roles_named(&["one".parse().unwrap()]).await.unwrap();
    assert_eq!(read, [role("one", "read")]);
}

pub(crate) async fn a_change_of_another_version_changes_nothing(fixture: &impl Fixture) {
    let registry = fixture.replica();
    kept_role(&*registry, &role("one", "read")).await;
    let mut changed = role("one", "read write");
    assert_eq!(registry.change_role(&changed).await, Ok(Written::Done));
    changed.version = 2;
    assert_eq!(registry.roles(all()).await.unwrap(), [changed.clone()]);
    assert_eq!(registry.change_role(&role("one", "admin")).await, Ok(Written::Changed));
    assert_eq!(registry.remove_role("one", Some(1)).await, Ok(Written::Changed));
    assert_eq!(registry.change_role(&role("two", "admin")).await, Ok(Written::Absent));
    assert_eq!(registry.remove_role("two", Some(1)).await, Ok(Written::Absent));
    assert_eq!(registry.roles(all()).await.unwrap(), [changed]);
    assert_eq!(registry.remove_role("one", Some(2)).await, Ok(Written::Done));
    assert!(registry.roles(all()).await.unwrap().is_empty());
}

pub(crate) async fn one_that_somebody_has_stays(fixture: &impl Fixture) {
    let registry = fixture.replica();
    kept_role(&*registry, &role("reader", "read")).await;
    kept_role(&*registry, &role("writer", "write")).await;
    let mut alice = person("alice");
    alice.roles = vec!["writer".parse().unwrap(), "reader".parse().unwrap()];
    kept_person(&*registry, &alice).await;
    assert_eq!(registry.remove_role("reader", None).await, Ok(Written::InUse));
    assert_eq!(registry.remove_role("writer", Some(1)).await, Ok(Written::InUse));
    assert_eq!(found_roles(&*registry, all()).await, ["reader", "writer"]);
}

pub(crate) async fn one_that_nobody_has_any_more_goes(fixture: &impl Fixture) {
    let registry = fixture.replica();
    kept_role(&*registry, &role("reader", "read")).await;
    kept_role(&*registry, &role("writer", "write")).await;
    let (mut alice, mut bob) = (person("alice"), person("bob"));
    alice.roles = vec!["reader".parse().unwrap()];
    bob.roles = vec!["writer".parse().unwrap()];
    kept_person(&*registry, &alice).await;
    kept_person(&*registry, &bob).await;
    alice.roles.clear();
    assert_eq!(registry.change_person(&alice).await, Ok(Written::Done));
    assert_eq!(registry.remove_role("reader", Some(1)).await, Ok(Written::Done));
    assert_eq!(registry.remove_person(bob.id.as_str(), None).await, Ok(Written::Done));
    assert_eq!(registry.remove_role("writer", None).await, Ok(Written::Done));
}

pub(crate) async fn those_asked_for_are_told_however_many(fixture: &impl Fixture) {
    let registry = fixture.replica();
    kept_role(&*registry, &role("first", "read")).await;
    kept_role(&*registry, &role("last", "")).await;
    let mut names: Vec<RoleName> = vec!["first".parse().unwrap()];
    names.extend((0..1200).map(|number| format!("absent {number}").parse().unwrap()));
    names.push("last".parse().unwrap());
    let read = registry.roles_named(&names).await.unwrap();
    assert_eq!(read, [role("first", "read"), role("last", "")]);
    assert!(registry.roles_named(&[]).await.unwrap().is_empty());
}

pub(crate) async fn a_person_may_have_one_that_is_declared_elsewhere(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let mut alice = person("alice");
    alice.roles = vec!["declared".parse().unwrap()];
    kept_person(&*registry, &alice).await;
    let read = registry.person(alice.id.as_str()).await.unwrap().unwrap();
    assert_eq!(read.roles, alice.roles);
    assert_eq!(registry.remove_role("declared", None).await, Ok(Written::Absent));
}
