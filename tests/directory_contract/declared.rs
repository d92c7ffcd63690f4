//! What configuration declares is read as every registry is, and not changed.

use signet::directory::{Declared, Registry, Search, Written};

use crate::{
    support::config_file::ConfigFile,
    world::{
        all, application, found, found_people, found_roles, person, role, username, with_text,
    },
};

fn declared() -> Declared {
    let password = &*crate::world::PASSWORD;
    let file = ConfigFile::new(&format!(
        r#"
issuer = "http://127.0.0.1:8080"
[[scopes]]
name = "read"
[[roles]]
name = "reader"
scopes = ["read"]
[[roles]]
name = "Auditor"
[[users]]
username = "Zoë"
password_hash = "{password}"
email = "fox@example.com"
roles = ["reader"]
[[users]]
username = "alice"
password_hash = "{password}"
[[applications]]
client_id = "b"
name = "ÄRGER 100%"
client_secret = "secret"
grant_types = []
[[applications]]
client_id = "B"
client_secret = "secret"
grant_types = []
[[applications]]
client_id = "a"
client_secret = "secret"
grant_types = []
"#
    ));
    Declared::from_config(&file.read(&[]).unwrap().config).unwrap()
}

#[tokio::test]
async fn they_are_read_and_listed_in_the_order_of_their_keys() {
    let registry = declared();
    assert_eq!(found(&registry, all()).await, ["B", "a", "b"]);
    let page = Search { after: Some("B"), limit: 1, ..Search::default() };
    assert_eq!(found(&registry, page).await, ["a"]);
    assert_eq!(found_people(&registry, all()).await, ["alice", "zoë"]);
    assert_eq!(found_roles(&registry, all()).await, ["Auditor", "reader"]);
    assert_eq!(registry.application("b").await.unwrap().unwrap().name(), "ÄRGER 100%");
    assert!(registry.application("c").await.unwrap().is_none());
    let zoe = registry.person_named(&username("ZOË")).await.unwrap().unwrap();
    assert_eq!(registry.person(zoe.id.as_str()).await.unwrap().unwrap().username, zoe.username);
    assert_eq!(zoe.version, 0);
}

#[tokio::test]
async fn they_are_searched_whatever_the_case() {
    let registry = declared();
    assert_eq!(found(&registry, with_text("ärger")).await, ["b"]);
    assert_eq!(found(&registry, with_text("0%")).await, ["b"]);
    assert_eq!(found(&registry, with_text("_")).await, [""; 0]);
    assert_eq!(found_people(&registry, with_text("FOX@")).await, ["zoë"]);
    assert_eq!(found_roles(&registry, with_text("audit")).await, ["Auditor"]);
    assert!(found(&registry, Search { owner: Some("alice"), ..all() }).await.is_empty());
}

#[tokio::test]
async fn nobody_is_added_changed_or_removed() {
    let registry = declared();
    let (one, somebody, reader) = (application("a"), person("alice"), role("reader", ""));
    let answers = [
        registry.add_application(&one).await,
        registry.change_application(&one).await,
        registry.remove_application("a", None).await,
        registry.add_person(&somebody).await,
        registry.change_person(&somebody).await,
        registry.remove_person(somebody.id.as_str(), None).await,
        registry.add_role(&reader).await,
        registry.change_role(&reader).await,
        registry.remove_role("reader", None).await,
    ];
    assert!(answers.iter().all(|answer| *answer == Ok(Written::ReadOnly)), "{answers:?}");
    assert_eq!(found(&registry, all()).await.len(), 3);
}
