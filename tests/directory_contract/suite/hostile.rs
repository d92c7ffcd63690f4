//! Whatever somebody sends is a text and nothing more.

use signet::{
    directory::{Registry, Search, Written},
    oauth::RoleName,
};

use crate::{
    fixture::Fixture,
    world::{
        all, application, found, found_people, found_roles, kept, kept_person, kept_role, person,
        role, username, whole, whole_person, with_text,
    },
};

const FRAGMENTS: [&str; 7] = [
    "'; DROP TABLE people; --",
    "' OR '1'='1",
    "$1",
    "?",
    "\\' OR 1=1 --",
    "\"people\"",
    "{\"$gt\": 0} /* */ :name @name",
];

pub(crate) async fn fragments_of_sql_are_texts(fixture: &impl Fixture) {
    let registry = fixture.replica();
    kept(&*registry, &application("bystander")).await;
    for fragment in FRAGMENTS {
        let mut one = application(fragment);
        one.owner = Some(fragment.to_owned());
        one.metadata.client_name = Some(fragment.to_owned());
        kept(&*registry, &one).await;
        let read = registry.application(fragment).await.unwrap().unwrap();
        assert_eq!(whole(&read), whole(&one));
        let owned = Search { owner: Some(fragment), ..all() };
        assert_eq!(found(&*registry, owned).await, [fragment]);
        assert_eq!(found(&*registry, with_text(fragment)).await.len(), 1, "{fragment}");
        let mut somebody = person(fragment);
        somebody.name = Some(fragment.to_owned());
        somebody.email = Some(fragment.to_owned());
        somebody.roles = vec![fragment.parse().unwrap()];
        kept_person(&*registry, &somebody).await;
        let read = registry.person_named(&username(fragment)).await.unwrap().unwrap();
        assert_eq!(whole_person(&read), whole_person(&somebody));
        kept_role(&*registry, &role(fragment, "read")).await;
        let name: RoleName = fragment.parse().unwrap();
        assert_eq!(registry.roles_named(&[name]).await.unwrap(), [role(fragment, "read")]);
        assert_eq!(registry.remove_role(fragment, None).await, Ok(Written::InUse));
        assert!(registry.person(fragment).await.unwrap().is_none());
        assert_eq!(registry.remove_person(fragment, None).await, Ok(Written::Absent));
    }
    assert_eq!(registry.remove_application("' OR '1'='1", None).await, Ok(Written::Done));
    assert_eq!(found(&*registry, all()).await.len(), FRAGMENTS.len());
}

pub(crate) async fn wildcards_stand_for_themselves(fixture: &impl Fixture) {
    let registry = fixture.replica();
    for name in ["50% off", "5000 off", "a_b", "axb", "wow!", "wow\\", "*", "[a-z]"] {
        kept(&*registry, &application(name)).await;
        kept_person(&*registry, &person(name)).await;
        kept_role(&*registry, &role(name, "")).await;
    }
    for (text, expected) in [
        ("50%", "50% off"),
        ("%", "50% off"),
        ("_", "a_b"),
        ("a_", "a_b"),
        ("!", "wow!"),
        ("w\\", "wow\\"),
        ("*", "*"),
        ("[a-z]", "[a-z]"),
    ] {
        assert_eq!(found(&*registry, with_text(text)).await, [expected], "{text}");
        assert_eq!(found_people(&*registry, with_text(text)).await, [expected], "{text}");
        assert_eq!(found_roles(&*registry, with_text(text)).await, [expected], "{text}");
    }
    assert!(found(&*registry, with_text("!%")).await.is_empty());
    assert!(registry.application("%").await.unwrap().is_none());
}

pub(crate) async fn a_nul_finds_nobody(fixture: &impl Fixture) {
    let registry = fixture.replica();
    for name in ["a", "a b", "b"] {
        kept(&*registry, &application(name)).await;
        kept_person(&*registry, &person(name)).await;
        kept_role(&*registry, &role(name, "")).await;
    }
    for nul in ["\0", "a\0", "\0a", "a\0b"] {
        assert!(registry.application(nul).await.unwrap().is_none());
        assert!(registry.person(nul).await.unwrap().is_none());
        assert_eq!(registry.remove_application(nul, None).await, Ok(Written::Absent));
        assert_eq!(registry.remove_person(nul, None).await, Ok(Written::Absent));
        assert_eq!(registry.remove_role(nul, None).await, Ok(Written::Absent));
        assert!(found(&*registry, with_text(nul)).await.is_empty());
        assert!(found_people(&*registry, with_text(nul)).await.is_empty());
        assert!(found_roles(&*registry, with_text(nul)).await.is_empty());
        let owned = Search { owner: Some(nul), ..all() };
        assert!(found(&*registry, owned).await.is_empty());
    }
    let behind = Search { after: Some("a\0z"), ..all() };
    assert_eq!(found(&*registry, behind).await, ["a b", "b"]);
    assert_eq!(found_people(&*registry, behind).await, ["a b", "b"]);
    assert_eq!(found_roles(&*registry, behind).await, ["a b", "b"]);
}

pub(crate) async fn a_search_does_not_reach_over_two_texts(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let mut one = application("left");
    one.metadata.client_name = Some("right".to_owned());
    kept(&*registry, &one).await;
    for text in ["leftright", "left right", "left\nright", "t\nr", "\n", "left%right"] {
        assert!(found(&*registry, with_text(text)).await.is_empty(), "{text}");
    }
}

pub(crate) async fn long_values_are_kept_whole(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let long = "ä lange Zeile ".repeat(20_000);
    let mut one = application("one");
    one.metadata.client_name = Some(long.clone());
    one.metadata.contacts = vec![long.clone()];
    kept(&*registry, &one).await;
    let read = registry.application("one").await.unwrap().unwrap();
    assert_eq!(whole(&read), whole(&one));
    assert_eq!(found(&*registry, with_text("zeile ä")).await, ["one"]);
    assert!(found(&*registry, with_text(&"_".repeat(1_000_000))).await.is_empty());
    let mut somebody = person("somebody");
    somebody.name = Some(long.clone());
    somebody.roles = (0..200).map(|number| format!("role {number}").parse().unwrap()).collect();
    kept_person(&*registry, &somebody).await;
    let read = registry.person(somebody.id.as_str()).await.unwrap().unwrap();
    assert_eq!(whole_person(&read), whole_person(&somebody));
    assert!(registry.application(&long).await.unwrap().is_none());
    assert_eq!(found(&*registry, Search { after: Some(&long), ..all() }).await, ["one"; 0]);
}

pub(crate) async fn the_longest_names_are_kept(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let longest = "~".repeat(256);
    kept(&*registry, &application(&longest)).await;
    assert_eq!(found(&*registry, all()).await, [longest]);
    // Unicode makes eighteen characters of this one.
    let arabic = person(&"\u{FDFA}".repeat(85));
    assert!(arabic.username.canonical().len() > 2704);
    kept_person(&*registry, &arabic).await;
    assert!(registry.person_named(&arabic.username).await.unwrap().is_some());
    kept_role(&*registry, &role(&"é".repeat(64), "")).await;
    assert_eq!(registry.roles(all()).await.unwrap().len(), 1);
}

pub(crate) async fn what_cannot_be_stored_is_no_outage(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let mut one = application("one");
    one.owner = Some("own\0er".to_owned());
    one.metadata.client_name = Some("na\0me".to_owned());
    one.created_at = u64::MAX;
    kept(&*registry, &one).await;
    let read = registry.application("one").await.unwrap().unwrap();
    assert_eq!(read.owner.as_deref(), Some("own\u{FFFD}er"));
    assert_eq!(read.metadata, one.metadata);
    let mut somebody = person("somebody");
    somebody.name = Some("na\0me".to_owned());
    somebody.email = Some("\0@example.com".to_owned());
    kept_person(&*registry, &somebody).await;
    let read = registry.person(somebody.id.as_str()).await.unwrap().unwrap();
    assert_eq!(read.name.as_deref(), Some("na\u{FFFD}me"));
    check(&*registry).await;
}

async fn check(registry: &dyn Registry) {
    assert_eq!(registry.check().await, Ok(()));
}
