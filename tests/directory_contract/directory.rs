//! The suite over the directory itself, which has nobody declared here; and its short memory.

use std::{sync::Arc, time::Duration};

use signet::{
    clock::SystemClock,
    directory::{Declared, Directory, Registry, Sql, Written},
};

use crate::{
    fixture::Fixture,
    postgres::Postgres,
    sqlite::Sqlite,
    support::eventually,
    world::{application, digest, kept, kept_person, kept_role, person, role},
};

fn over(sql: Sql) -> Arc<Directory> {
    let clock = Arc::new(SystemClock);
    Arc::new(Directory::with_registry(Declared::default(), Arc::new(sql), clock))
}

struct OverSqlite(Sqlite);

impl Fixture for OverSqlite {
    fn replica(&self) -> Arc<dyn Registry> {
        over(self.0.open())
    }
}

struct OverPostgres(Postgres);

impl Fixture for OverPostgres {
    fn replica(&self) -> Arc<dyn Registry> {
        over(self.0.open())
    }
}

mod sqlite_behind {
    async fn fixture() -> super::OverSqlite {
        super::OverSqlite(super::Sqlite::new())
    }

    every_promise!();
}

mod postgres_behind {
    async fn fixture() -> super::OverPostgres {
        super::OverPostgres(super::Postgres::new().await)
    }

    every_promise!();
}

async fn is_disabled(directory: &Directory, client_id: &str) -> bool {
    directory.client(client_id).await.unwrap().is_none_or(|client| client.disabled)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_ones_own_is_seen_at_once_and_another_replicas_within_two_seconds() {
    let database = Sqlite::new();
    let (own, others) = (over(database.open()), over(database.open()));
    kept(&*own, &application("one")).await;
    assert!(!is_disabled(&own, "one").await && !is_disabled(&others, "one").await);
    let mut switched_off = application("one");
    switched_off.disabled = true;
    switched_off.secrets[0].digest = digest("new");
    assert_eq!(own.change_application(&switched_off).await, Ok(Written::Done));
    assert!(is_disabled(&own, "one").await);
    let seen = eventually("the other replica sees it", async || is_disabled(&others, "one").await);
    tokio::time::timeout(Duration::from_secs(20), seen).await.unwrap();
    assert_eq!(own.remove_application("one", None).await, Ok(Written::Done));
    assert!(own.client("one").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_role_is_seen_in_the_scopes_of_those_who_have_it() {
    let database = Sqlite::new();
    let directory = over(database.open());
    kept_role(&*directory, &role("reader", "read")).await;
    let mut alice = person("alice");
    alice.roles = vec!["reader".parse().unwrap()];
    kept_person(&*directory, &alice).await;
    let scopes = async || {
        let user = directory.user(alice.id.as_str()).await.unwrap().unwrap();
        user.scopes.to_string()
    };
    assert_eq!(scopes().await, "read");
    assert_eq!(directory.change_role(&role("reader", "read write")).await, Ok(Written::Done));
    assert_eq!(scopes().await, "read write");
}
