//! What is redeemed once, whichever replica is asked.

use std::sync::Arc;

use signet::store::{Identifier, Redemptions, Spent, Uses};

use crate::{
    fixture::Fixture,
    world::{HOUR, MINUTE, World, random},
};

async fn redeem(store: &dyn Redemptions, identifier: Identifier, world: &World) -> Spent {
    store.redeem(identifier, world.now + MINUTE).await.unwrap()
}

pub(crate) async fn it_is_redeemed_once(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (store, one, other) = (&*world.store.redemptions, random(), random());
    assert_eq!(redeem(store, one, &world).await, Spent::Now);
    for _ in 0..3 {
        assert_eq!(redeem(store, one, &world).await, Spent::Before);
    }
    assert_eq!(redeem(store, other, &world).await, Spent::Now);
}

pub(crate) async fn how_often_is_told_and_changes_nothing(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (store, identifier) = (&*world.store.redemptions, random());
    let uses = async || store.uses(identifier).await.unwrap();
    assert_eq!((uses().await, uses().await), (Uses::None, Uses::None));
    redeem(store, identifier, &world).await;
    assert_eq!((uses().await, uses().await), (Uses::Once, Uses::Once));
    redeem(store, identifier, &world).await;
    assert_eq!(uses().await, Uses::Again);
    redeem(store, identifier, &world).await;
    assert_eq!(uses().await, Uses::Again);
}

pub(crate) async fn of_fifty_at_once_one_redeems_it_and_all_see_that_there_were_more(
    fixture: &impl Fixture,
) {
    let world = World::new(fixture).await;
    let replicas = [world.store.redemptions.clone(), fixture.replica().await.redemptions];
    let identifier = random();
    let racers: Vec<_> = (0..50)
        .map(|number| {
            let store = Arc::clone(&replicas[number % 2]);
            let expires_at = world.now + MINUTE;
            tokio::spawn(async move { store.redeem(identifier, expires_at).await.unwrap() })
        })
        .collect();
    let mut winners = 0;
    for racer in racers {
        winners += usize::from(racer.await.unwrap() == Spent::Now);
    }
    assert_eq!(winners, 1, "one of fifty at once redeems it");
    for replica in &replicas {
        assert_eq!(replica.uses(identifier).await.unwrap(), Uses::Again);
    }
}

pub(crate) async fn every_replica_sees_a_redemption(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (here, there) = (&world.store.redemptions, fixture.replica().await.redemptions);
    let identifier = random();
    assert_eq!(redeem(&**here, identifier, &world).await, Spent::Now);
    assert_eq!(there.uses(identifier).await.unwrap(), Uses::Once);
    assert_eq!(redeem(&*there, identifier, &world).await, Spent::Before);
    assert_eq!(here.uses(identifier).await.unwrap(), Uses::Again);
}

pub(crate) async fn a_second_time_does_not_make_it_forgotten(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (store, identifier) = (&*world.store.redemptions, random());
    assert_eq!(store.redeem(identifier, world.now + HOUR).await.unwrap(), Spent::Now);
    // Whoever tries again says when it ends, too, and is not believed.
    assert_eq!(store.redeem(identifier, world.now).await.unwrap(), Spent::Before);
    assert_eq!(store.uses(identifier).await.unwrap(), Uses::Again);
    assert_eq!(store.redeem(identifier, world.now).await.unwrap(), Spent::Before);
}
