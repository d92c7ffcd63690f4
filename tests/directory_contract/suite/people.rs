//! People are kept whole, under one name.

use std::sync::Arc;

use signet::{directory::Written, entropy::SystemEntropy, secret::Secret};

use crate::{
    fixture::Fixture,
    world::{all, found_people, kept_person, person, username, whole_person},
};

pub(crate) async fn every_field_comes_back(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let mut sent = person("Zoë \u{1F98A} O'Brien");
    sent.name = Some("Zoë \"Fox\" O'Brien".to_owned());
    sent.email = Some("zoë@example.com".to_owned());
    sent.roles = ["second", "first", "ärger"].map(|name| name.parse().unwrap()).to_vec();
    sent.disabled = true;
    sent.sessions_since = 1_790_000_001;
    sent.version = 9;
    kept_person(&*registry, &sent).await;
    sent.version = 1;
    let by_id = registry.person(sent.id.as_str()).await.unwrap().unwrap();
    assert_eq!(whole_person(&by_id), whole_person(&sent));
    let by_name = registry.person_named(&sent.username).await.unwrap().unwrap();
    assert_eq!(whole_person(&by_name), whole_person(&sent));
    let listed = registry.people(all()).await.unwrap();
    assert_eq!(listed.iter().map(whole_person).collect::<Vec<_>>(), [whole_person(&sent)]);
}

pub(crate) async fn look_alike_names_are_one_person(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let composed = person("\u{C9}mile Straße");
    kept_person(&*registry, &composed).await;
    for look_alike in ["e\u{301}mile strasse", "E\u{301}MILE STRASSE", "\u{FF25}\u{301}mile Straße"]
    {
        let read = registry.person_named(&username(look_alike)).await.unwrap().unwrap();
        assert_eq!(read.id, composed.id);
        assert_eq!(read.username.as_written(), "\u{C9}mile Straße");
        assert_eq!(registry.add_person(&person(look_alike)).await, Ok(Written::Taken));
    }
    // Cyrillic letters are other letters, and so are these.
    for other in ["\u{C9}mil\u{435} Straße", "emile strasse"] {
        assert!(registry.person_named(&username(other)).await.unwrap().is_none());
        kept_person(&*registry, &person(other)).await;
    }
}

pub(crate) async fn a_name_is_given_once(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let (alice, bob) = (person("alice"), person("bob"));
    kept_person(&*registry, &alice).await;
    kept_person(&*registry, &bob).await;
    assert_eq!(registry.add_person(&person("ALICE")).await, Ok(Written::Taken));
    let mut same_id = person("carol");
    same_id.id = alice.id.clone();
    assert_eq!(registry.add_person(&same_id).await, Ok(Written::Taken));
    let mut renamed = bob.clone();
    renamed.username = username("Alice");
    assert_eq!(registry.change_person(&renamed).await, Ok(Written::Taken));
    let read = registry.person(bob.id.as_str()).await.unwrap().unwrap();
    assert_eq!(whole_person(&read), whole_person(&bob));
}

pub(crate) async fn a_name_can_be_changed_to_one_that_is_free(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let mut alice = person("alice");
    kept_person(&*registry, &alice).await;
    let password = Secret::new("another one".to_owned());
    let digest = signet::directory::hash_password(&password, &SystemEntropy).unwrap();
    alice.username = username("ALICIA");
    alice.roles = vec!["reader".parse().unwrap()];
    alice.password = Arc::new(digest.parse().unwrap());
    assert_eq!(registry.change_person(&alice).await, Ok(Written::Done));
    assert!(registry.person_named(&username("alice")).await.unwrap().is_none());
    let read = registry.person_named(&username("alicia")).await.unwrap().unwrap();
    alice.version = 2;
    assert_eq!(whole_person(&read), whole_person(&alice));
    assert!(read.password.matches(&password));
    kept_person(&*registry, &person("alice")).await;
    alice.username = username("Alicia");
    alice.roles.clear();
    assert_eq!(registry.change_person(&alice).await, Ok(Written::Done), "case alone");
}

pub(crate) async fn a_change_of_another_version_changes_nothing(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let alice = person("alice");
    kept_person(&*registry, &alice).await;
    for wrong in [0, 2, u64::MAX] {
        let mut changed = alice.clone();
        changed.version = wrong;
        changed.username = username("mallory");
        changed.roles = vec!["admin".parse().unwrap()];
        assert_eq!(registry.change_person(&changed).await, Ok(Written::Changed));
        let removed = registry.remove_person(alice.id.as_str(), Some(wrong)).await;
        assert_eq!(removed, Ok(Written::Changed));
    }
    let read = registry.person(alice.id.as_str()).await.unwrap().unwrap();
    assert_eq!(whole_person(&read), whole_person(&alice));
}

pub(crate) async fn a_removed_one_leaves_nothing_to_who_comes_after(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let mut alice = person("alice");
    alice.roles = vec!["admin".parse().unwrap()];
    kept_person(&*registry, &alice).await;
    assert_eq!(registry.remove_person(alice.id.as_str(), Some(1)).await, Ok(Written::Done));
    assert!(registry.person(alice.id.as_str()).await.unwrap().is_none());
    alice.roles.clear();
    kept_person(&*registry, &alice).await;
    let read = registry.person(alice.id.as_str()).await.unwrap().unwrap();
    assert_eq!(whole_person(&read), whole_person(&alice));
}

pub(crate) async fn nobody_is_changed_or_removed_who_is_not_there(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let nobody = person("nobody");
    assert!(registry.person(nobody.id.as_str()).await.unwrap().is_none());
    assert_eq!(registry.change_person(&nobody).await, Ok(Written::Absent));
    assert_eq!(registry.remove_person(nobody.id.as_str(), None).await, Ok(Written::Absent));
    assert_eq!(registry.remove_person(nobody.id.as_str(), Some(1)).await, Ok(Written::Absent));
    assert!(found_people(&*registry, all()).await.is_empty());
}
