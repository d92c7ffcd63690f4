//! When a family ends by itself.

use signet::store::{Continuation, NewFamily, Owner, Refreshed};

use crate::{
    fixture::Fixture,
    world::{IDLE, LIFETIME, World, assert_continued},
};

pub(crate) async fn unused_it_ends_when_its_idle_lifetime_has_passed(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (used, unused) = (world.begin().await, world.begin().await);
    let answer = world.refresh(&used, 1, IDLE - 1).await;
    assert_continued(&answer, 2, Continuation::Rotated);
    assert_eq!(world.refresh(&unused, 1, IDLE).await, Refreshed::Unknown);
    assert_eq!(world.refresh(&unused, 0, IDLE).await, Refreshed::Unknown, "nor is it a replay");
}

pub(crate) async fn each_use_lengthens_it(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    for (generation, after) in [(1, IDLE - 1), (1, IDLE), (2, IDLE + 600), (3, 2 * IDLE - 1)] {
        let answer = world.refresh(&family, generation, after).await;
        assert!(matches!(answer, Refreshed::Continued { .. }), "{answer:?}");
    }
}

pub(crate) async fn used_or_not_it_ends_at_its_expiry(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    world.refresh(&family, 1, IDLE - 1).await;
    let answer = world.refresh(&family, 2, LIFETIME - 2).await;
    assert_continued(&answer, 3, Continuation::Rotated);
    let at_last = world.store.families.find(family.id, world.now + LIFETIME - 1).await.unwrap();
    assert_eq!(at_last.unwrap().idle_until, family.expires_at);
    assert_eq!(world.refresh(&family, 3, LIFETIME).await, Refreshed::Unknown);
}

pub(crate) async fn expired_it_is_neither_found_nor_listed_nor_ended(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin_with(|family| family.access_token = None).await;
    assert!(is_there(&world, &family, IDLE - 1).await);
    assert!(!is_there(&world, &family, IDLE).await);
    let ended = world.store.families.end(family.id, world.now + IDLE).await.unwrap();
    assert_eq!(ended, None);
}

async fn is_there(world: &World, family: &NewFamily, after: u64) -> bool {
    let (families, now) = (&world.store.families, world.now + after);
    let found = families.find(family.id, now).await.unwrap();
    let person = families.of(Owner::Person(&world.sub), None, 10, now).await.unwrap();
    let client_id = world.client_id.as_str();
    let application = families.of(Owner::Application(client_id), None, 10, now).await.unwrap();
    assert_eq!(found.iter().collect::<Vec<_>>(), person.families.iter().collect::<Vec<_>>());
    assert_eq!(person, application);
    assert_eq!(person.next, None);
    found.is_some()
}
