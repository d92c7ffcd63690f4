//! Identifiers that are used once.

use std::sync::Arc;

use signet::store::Spent;

use crate::{
    fixture::Fixture,
    world::{MINUTE, World, random},
};

pub(crate) async fn an_identifier_is_spent_once(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (one, other) = (random(), random());
    let spend = async |identifier| {
        world.store.single_use.spend(identifier, world.now + MINUTE).await.unwrap()
    };
    assert_eq!(spend(one).await, Spent::Now);
    assert_eq!(spend(one).await, Spent::Before);
    assert_eq!(spend(other).await, Spent::Now);
}

pub(crate) async fn of_fifty_at_once_one_spends_it(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let replicas = [world.store.single_use.clone(), fixture.replica().await.single_use];
    let identifier = random();
    let racers: Vec<_> = (0..50)
        .map(|number| {
            let store = Arc::clone(&replicas[number % 2]);
            let expires_at = world.now + MINUTE;
            tokio::spawn(async move { store.spend(identifier, expires_at).await.unwrap() })
        })
        .collect();
    let mut winners = 0;
    for racer in racers {
        winners += usize::from(racer.await.unwrap() == Spent::Now);
    }
    assert_eq!(winners, 1, "one of fifty at once spends it");
}

pub(crate) async fn every_replica_sees_it(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let replica = fixture.replica().await.single_use;
    let identifier = random();
    let spent = world.store.single_use.spend(identifier, world.now + MINUTE).await.unwrap();
    assert_eq!(spent, Spent::Now);
    let spent = replica.spend(identifier, world.now + MINUTE).await.unwrap();
    assert_eq!(spent, Spent::Before);
}
