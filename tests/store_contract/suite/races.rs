//! Requests at once, on one replica and on several.

use std::{future::Future, sync::Arc};

use signet::store::{Continuation, Refresh, RefreshFamilies, Refreshed};

use crate::{
    fixture::Fixture,
    world::{GRACE, MINUTE, World},
};

pub(crate) async fn two_hundred_at_once_get_one_successor(fixture: &impl Fixture) {
    let world = Arc::new(World::new(fixture).await);
    one_successor(&world, &[world.families()]).await;
}

pub(crate) async fn two_replicas_agree_on_the_successor(fixture: &impl Fixture) {
    let world = Arc::new(World::new(fixture).await);
    let other = fixture.replica().await.families;
    one_successor(&world, &[world.families(), other]).await;
}

async fn one_successor(world: &Arc<World>, replicas: &[Arc<dyn RefreshFamilies>]) {
    let family = world.begin().await;
    let answers = at_once(200, |number| {
        let (world, family) = (Arc::clone(world), family.clone());
        let families = Arc::clone(&replicas[number % replicas.len()]);
        async move { families.refresh(&world.presented(&family, 1)).await.unwrap() }
    })
    .await;
    let mut rotated = 0;
    for answer in answers {
        let Refreshed::Continued { generation: 2, how, .. } = answer else {
            panic!("{answer:?}");
        };
        rotated += usize::from(how == Continuation::Rotated);
    }
    assert_eq!(rotated, 1, "the others were answered the same again");
}

pub(crate) async fn one_of_many_replays_ends_it(fixture: &impl Fixture) {
    let world = Arc::new(World::new(fixture).await);
    let token = world.access_token(MINUTE);
    let family = world.begin_with(|family| family.access_token = Some(token)).await;
    world.refresh(&family, 1, 0).await;
    let answers = at_once(50, |_| {
        let (world, family) = (Arc::clone(&world), family.clone());
        async move { world.refresh(&family, 1, GRACE + 1).await }
    })
    .await;
    let mut ended = 0;
    for answer in answers {
        let Refreshed::Ended { replayed, live } = answer else { panic!("{answer:?}") };
        assert_eq!(live, [token.entry]);
        ended += usize::from(replayed);
    }
    assert_eq!(ended, 1);
}

pub(crate) async fn an_end_and_a_refresh_do_not_pass_each_other(fixture: &impl Fixture) {
    let world = Arc::new(World::new(fixture).await);
    let other = fixture.replica().await.families;
    for _ in 0..30 {
        let family = world.begin().await;
        let token = world.access_token(MINUTE);
        let refresh = tokio::spawn({
            let (world, family) = (Arc::clone(&world), family.clone());
            async move {
                let access_token = Some(token);
                world.take(Refresh { access_token, ..world.presented(&family, 1) }).await
            }
        });
        let ended = other.end(family.id, world.now).await.unwrap().unwrap();
        match refresh.await.unwrap() {
            Refreshed::Continued { .. } => assert_eq!(ended.live, [token.entry]),
            Refreshed::Ended { replayed: false, live } => {
                assert_eq!((live, ended.live), (vec![], vec![]));
            }
            answer => panic!("{answer:?}"),
        }
    }
}

/// Runs so many of them in tasks of their own, and waits for all.
async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    count: usize,
    task: impl Fn(usize) -> F,
) -> Vec<T> {
    let tasks: Vec<_> = (0..count).map(|number| tokio::spawn(task(number))).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}
