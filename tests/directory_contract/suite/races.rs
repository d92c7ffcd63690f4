//! Of those who change one thing at once, one does, whichever replica they ask.

use std::sync::Arc;

use futures_util::future::join_all;
use signet::directory::{KeptSecret, Registry, Written};

use crate::{
    fixture::Fixture,
    support::eventually,
    world::{application, digest, kept, kept_person, kept_role, person, role, version},
};

const MANY: usize = 24;

/// What each of many came to, who ask three replicas at once.
async fn at_once<F: Future<Output = Written> + Send + 'static>(
    fixture: &impl Fixture,
    act: impl Fn(Arc<dyn Registry>, usize) -> F,
) -> Vec<Written> {
    let replicas = [fixture.replica(), fixture.replica(), fixture.replica()];
    // A start on a busy machine takes its time, and is not what is tested here.
    for replica in &replicas {
        eventually("it answers", async || replica.check().await.is_ok()).await;
    }
    let acts = (0..MANY)
        .map(|number| tokio::spawn(act(Arc::clone(&replicas[number % replicas.len()]), number)));
    join_all(acts.collect::<Vec<_>>()).await.into_iter().map(Result::unwrap).collect()
}

fn count(outcomes: &[Written], wanted: Written) -> usize {
    outcomes.iter().filter(|outcome| **outcome == wanted).count()
}

pub(crate) async fn of_many_who_change_one_version_one_does(fixture: &impl Fixture) {
    let registry = fixture.replica();
    kept(&*registry, &application("one")).await;
    let alice = person("alice");
    kept_person(&*registry, &alice).await;
    kept_role(&*registry, &role("reader", "read")).await;
    let outcomes = at_once(fixture, |registry, number| async move {
        let mut one = application("one");
        one.metadata.client_name = Some(format!("by {number}"));
        registry.change_application(&one).await.unwrap()
    })
    .await;
    assert_eq!(
        (count(&outcomes, Written::Done), count(&outcomes, Written::Changed)),
        (1, MANY - 1)
    );
    assert_eq!(version(&*registry, "one").await, 2);
    let winner = outcomes.iter().position(|outcome| *outcome == Written::Done).unwrap();
    let read = registry.application("one").await.unwrap().unwrap();
    assert_eq!(read.name(), format!("by {winner}"));
    let outcomes = at_once(fixture, |registry, number| {
        let mut alice = alice.clone();
        async move {
            alice.name = Some(format!("by {number}"));
            alice.roles = vec![format!("role {number}").parse().unwrap()];
            registry.change_person(&alice).await.unwrap()
        }
    })
    .await;
    assert_eq!(
        (count(&outcomes, Written::Done), count(&outcomes, Written::Changed)),
        (1, MANY - 1)
    );
    let winner = outcomes.iter().position(|outcome| *outcome == Written::Done).unwrap();
    let read = registry.person(alice.id.as_str()).await.unwrap().unwrap();
    assert_eq!(read.roles, [format!("role {winner}").parse().unwrap()]);
    let outcomes = at_once(fixture, |registry, _| async move {
        registry.change_role(&role("reader", "write")).await.unwrap()
    })
    .await;
    assert_eq!(
        (count(&outcomes, Written::Done), count(&outcomes, Written::Changed)),
        (1, MANY - 1)
    );
}

pub(crate) async fn of_many_who_take_a_name_one_does(fixture: &impl Fixture) {
    let outcomes = at_once(fixture, |registry, _| async move {
        registry.add_person(&person("alice")).await.unwrap()
    })
    .await;
    assert_eq!((count(&outcomes, Written::Done), count(&outcomes, Written::Taken)), (1, MANY - 1));
    let outcomes = at_once(fixture, |registry, number| async move {
        let mut one = application("one");
        one.secrets[0].digest = digest(&number.to_string());
        registry.add_application(&one).await.unwrap()
    })
    .await;
    assert_eq!((count(&outcomes, Written::Done), count(&outcomes, Written::Taken)), (1, MANY - 1));
    let winner = outcomes.iter().position(|outcome| *outcome == Written::Done).unwrap();
    let read = fixture.replica().application("one").await.unwrap().unwrap();
    assert_eq!(read.secrets.len(), 1);
    assert!(read.secrets[0].digest.matches(&digest(&winner.to_string())));
}

pub(crate) async fn of_many_who_remove_it_one_does(fixture: &impl Fixture) {
    kept(&*fixture.replica(), &application("one")).await;
    let outcomes = at_once(fixture, |registry, _| async move {
        registry.remove_application("one", Some(1)).await.unwrap()
    })
    .await;
    assert_eq!((count(&outcomes, Written::Done), count(&outcomes, Written::Absent)), (1, MANY - 1));
}

/// Whoever gives it was there before the removal, which is refused then, or after.
pub(crate) async fn a_role_is_not_removed_while_it_is_given(fixture: &impl Fixture) {
    let (giving, removing) = (fixture.replica(), fixture.replica());
    for round in 0..20 {
        let name = format!("role {round}");
        kept_role(&*giving, &role(&name, "read")).await;
        let mut somebody = person(&format!("person {round}"));
        somebody.roles = vec![name.parse().unwrap()];
        let (given, removed) =
            tokio::join!(giving.add_person(&somebody), removing.remove_role(&name, Some(1)));
        assert_eq!(given, Ok(Written::Done));
        let there = !giving.roles_named(&somebody.roles).await.unwrap().is_empty();
        match removed.unwrap() {
            Written::InUse => assert!(there),
            Written::Done => assert!(!there),
            other => panic!("{other:?}"),
        }
        // Whatever came first, nobody can remove it from now on.
        let again = removing.remove_role(&name, None).await.unwrap();
        assert_eq!(again, if there { Written::InUse } else { Written::Absent });
    }
}

pub(crate) async fn secrets_are_never_half_of_one_change_and_half_of_another(
    fixture: &impl Fixture,
) {
    let (writing, reading) = (fixture.replica(), fixture.replica());
    let state = |version: u64| {
        let secret = |number: u64| {
            let digest = digest(&format!("{version} {number}"));
            KeptSecret { digest, created_at: version, expires_at: None }
        };
        let mut one = application("one");
        one.secrets = (0..=version % 2).map(secret).collect();
        one.version = version;
        one
    };
    kept(&*writing, &state(1)).await;
    let writer = tokio::spawn(async move {
        for version in 1..60 {
            let mut next = state(version + 1);
            next.version = version;
            assert_eq!(writing.change_application(&next).await, Ok(Written::Done));
        }
    });
    while !writer.is_finished() {
        let read = reading.application("one").await.unwrap().unwrap();
        let expected = state(read.version);
        assert_eq!(read.secrets.len(), expected.secrets.len());
        assert!(read.secrets.iter().all(|secret| secret.created_at == read.version));
    }
    writer.await.unwrap();
}
