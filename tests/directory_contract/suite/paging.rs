//! Lists are told in the order of their keys, page by page, no one twice and no one left out.

use signet::directory::{Registry, Search};

use crate::{
    fixture::Fixture,
    world::{
        all, application, found, found_people, found_roles, kept, kept_person, kept_role, person,
        role, with_text,
    },
};

/// All applications that a search finds, asked for in pages of that size.
async fn paged(registry: &dyn Registry, search: Search<'_>, size: usize) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    loop {
        let after = list.last().cloned();
        let page = Search { after: after.as_deref(), limit: size, ..search };
        let more = found(registry, page).await;
        assert!(more.len() <= size);
        if more.is_empty() {
            return list;
        }
        list.extend(more);
    }
}

pub(crate) async fn pages_follow_each_other_to_the_end(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let mut names: Vec<String> = (0..23).map(|number| format!("client-{number}")).collect();
    for name in &names {
        kept(&*registry, &application(name)).await;
    }
    names.sort();
    for size in [1, 4, 23, 24, 100] {
        assert_eq!(paged(&*registry, Search::default(), size).await, names);
    }
    // What went in the meantime leaves no gap.
    let after = Some("client-11");
    let _ = registry.remove_application("client-11", None).await.unwrap();
    let next = found(&*registry, Search { after, limit: 2, ..Search::default() }).await;
    assert_eq!(next, ["client-12", "client-13"]);
}

pub(crate) async fn keys_stand_in_the_order_of_their_bytes(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let mut names = ["a", "B", "Z", "_", "~", "a b", "a-b", "ab", "aB", "10", "9", "A"];
    for name in names {
        kept(&*registry, &application(name)).await;
        kept_role(&*registry, &role(name, "")).await;
    }
    names.sort_unstable();
    assert_eq!(found(&*registry, all()).await, names);
    assert_eq!(paged(&*registry, Search::default(), 1).await, names);
    assert_eq!(found_roles(&*registry, all()).await, names);
    let people = ["zoe", "ähre", "z\u{1F98A}", "z-", "z", "éa", "e", "ß\u{FFFD}", "ss"];
    for name in people {
        kept_person(&*registry, &person(name)).await;
    }
    let mut canonical = people.map(|name| person(name).username.canonical().to_owned());
    canonical.sort_unstable();
    assert_eq!(found_people(&*registry, all()).await, canonical);
    let behind = Search { after: Some("z"), ..all() };
    assert_eq!(found_people(&*registry, behind).await, ["z-", "zoe", "z\u{1F98A}", "ähre", "éa"]);
    let roles_behind = Search { after: Some("_"), ..all() };
    assert_eq!(found_roles(&*registry, roles_behind).await, ["a", "a b", "a-b", "aB", "ab", "~"]);
}

pub(crate) async fn a_search_finds_what_stands_in_any_of_the_texts_whatever_its_case(
    fixture: &impl Fixture,
) {
    let registry = fixture.replica();
    let mut billing = application("billing-7");
    billing.metadata.client_name = Some("ÄRGER-Dienst".to_owned());
    kept(&*registry, &billing).await;
    kept(&*registry, &application("other")).await;
    for text in ["ILLING", "ärger", "A\u{308}RGER", "dienst", "ＢＩＬＬ", ""] {
        assert!(
            found(&*registry, with_text(text)).await.contains(&"billing-7".to_owned()),
            "{text}"
        );
    }
    assert_eq!(found(&*registry, with_text("arger")).await, [""; 0]);
    let mut zoe = person("Zoë");
    zoe.name = Some("Frau Fuchs".to_owned());
    zoe.email = Some("MAIL@example.com".to_owned());
    kept_person(&*registry, &zoe).await;
    kept_person(&*registry, &person("other")).await;
    for text in ["ZOË", "fuchs", "mail@EXAMPLE", zoe.id.as_str()] {
        assert_eq!(found_people(&*registry, with_text(text)).await, ["zoë"], "{text}");
    }
    kept_role(&*registry, &role("Prüfer", "read")).await;
    assert_eq!(found_roles(&*registry, with_text("PRÜF")).await, ["Prüfer"]);
    assert_eq!(found_roles(&*registry, with_text("read")).await, [""; 0]);
    // A change is found by what it made.
    zoe.name = Some("Frau Dachs".to_owned());
    let _ = registry.change_person(&zoe).await.unwrap();
    assert_eq!(found_people(&*registry, with_text("fuchs")).await, [""; 0]);
    assert_eq!(found_people(&*registry, with_text("dachs")).await, ["zoë"]);
}

pub(crate) async fn a_search_and_an_owner_are_paged_too(fixture: &impl Fixture) {
    let registry = fixture.replica();
    for number in 0..12 {
        let mut one = application(&format!("client {number:02}"));
        one.owner = Some(if number % 2 == 0 { "alice" } else { "Alice" }.to_owned());
        one.metadata.client_name = (number % 3 == 0).then(|| "third".to_owned());
        kept(&*registry, &one).await;
    }
    kept(&*registry, &application("client 99 of nobody")).await;
    let of_alice = Search { owner: Some("alice"), ..all() };
    let expected = [0, 2, 4, 6, 8, 10].map(|number| format!("client {number:02}"));
    assert_eq!(paged(&*registry, of_alice, 2).await, expected);
    let thirds = Search { text: Some("THIRD"), ..of_alice };
    assert_eq!(paged(&*registry, thirds, 1).await, ["client 00", "client 06"]);
    assert_eq!(paged(&*registry, with_text("third"), 3).await.len(), 4);
    assert!(found(&*registry, Search { owner: Some("%"), ..all() }).await.is_empty());
}

pub(crate) async fn no_limit_and_the_greatest_are_limits(fixture: &impl Fixture) {
    let registry = fixture.replica();
    kept(&*registry, &application("one")).await;
    assert!(found(&*registry, Search::default()).await.is_empty());
    let everything = Search { limit: usize::MAX, ..Search::default() };
    assert_eq!(found(&*registry, everything).await, ["one"]);
}
