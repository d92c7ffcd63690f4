//! The table of rotations, row by row (RFC 6749 section 6, RFC 9700 section 4.14.2).

use signet::store::{Continuation, FamilyId, NewFamily, Refresh, Refreshed};

use crate::{
    fixture::Fixture,
    world::{GRACE, World, assert_continued, assert_replayed, at, random},
};

pub(crate) async fn the_current_generation_is_answered_with_the_next(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    for generation in 1..=20 {
        let answer = world.refresh(&family, generation, 0).await;
        assert_continued(&answer, generation + 1, Continuation::Rotated);
        let Refreshed::Continued { grant, .. } = answer else { unreachable!() };
        assert_eq!(grant, family.grant);
    }
}

pub(crate) async fn the_one_before_is_answered_with_the_same_successor_within_the_grace(
    fixture: &impl Fixture,
) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    world.refresh(&family, 1, 100).await;
    for after in [100, 101, 100 + GRACE] {
        let answer = world.refresh(&family, 1, after).await;
        assert_continued(&answer, 2, Continuation::Repeated);
    }
    let answer = world.refresh(&family, 2, 100 + GRACE).await;
    assert_continued(&answer, 3, Continuation::Rotated);
}

pub(crate) async fn the_one_before_is_a_replay_after_the_grace(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    world.refresh(&family, 1, 100).await;
    assert_replayed(&world.refresh(&family, 1, 101 + GRACE).await);
    assert_ended(&world, &family).await;
}

pub(crate) async fn how_long_the_one_before_is_answered_is_the_callers_to_say(
    fixture: &impl Fixture,
) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    world.refresh(&family, 1, 100).await;
    let since = |predecessor_since| Refresh {
        predecessor_since,
        ..at(world.now + 1000, world.presented(&family, 1))
    };
    let answer = world.take(since(world.now + 100)).await;
    assert_continued(&answer, 2, Continuation::Repeated);
    assert_replayed(&world.take(since(world.now + 101)).await);
}

pub(crate) async fn the_one_before_is_a_replay_once_its_successor_was_used(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    world.refresh(&family, 1, 100).await;
    world.refresh(&family, 2, 100).await;
    assert_replayed(&world.refresh(&family, 1, 100).await);
    assert_ended(&world, &family).await;
}

pub(crate) async fn answering_again_does_not_lengthen_the_grace(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    world.refresh(&family, 1, 100).await;
    let answer = world.refresh(&family, 1, 100 + GRACE).await;
    assert_continued(&answer, 2, Continuation::Repeated);
    assert_replayed(&world.refresh(&family, 1, 101 + GRACE).await);
}

pub(crate) async fn an_older_one_is_a_replay(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    for presented in 0..4 {
        let family = world.begin().await;
        for generation in 1..=4 {
            world.refresh(&family, generation, 0).await;
        }
        assert_replayed(&world.refresh(&family, presented, 0).await);
        assert_ended(&world, &family).await;
    }
}

pub(crate) async fn generation_nought_is_a_replay_even_at_first(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    assert_replayed(&world.refresh(&family, 0, 0).await);
}

pub(crate) async fn a_later_one_moves_forward(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    let answer = world.refresh(&family, 5, 0).await;
    assert_continued(&answer, 6, Continuation::MovedForward);
    let answer = world.refresh(&family, 5, GRACE).await;
    assert_continued(&answer, 6, Continuation::Repeated);
    let answer = world.refresh(&family, 6, GRACE).await;
    assert_continued(&answer, 7, Continuation::Rotated);
    assert_replayed(&world.refresh(&family, 1, GRACE).await);

    // Far beyond what a Lua number or a signed 32-bit one could mistake.
    let family = world.begin().await;
    let answer = world.refresh(&family, 4_000_000_000, 0).await;
    assert_continued(&answer, 4_000_000_001, Continuation::MovedForward);
    let answer = world.refresh(&family, 4_000_000_001, 0).await;
    assert_continued(&answer, 4_000_000_002, Continuation::Rotated);
}

pub(crate) async fn the_last_generation_has_no_successor(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    assert_replayed(&world.refresh(&family, u32::MAX, 0).await);

    let family = world.begin().await;
    let answer = world.refresh(&family, u32::MAX - 1, 0).await;
    assert_continued(&answer, u32::MAX, Continuation::MovedForward);
    let answer = world.refresh(&family, u32::MAX - 1, 0).await;
    assert_continued(&answer, u32::MAX, Continuation::Repeated);
    assert_replayed(&world.refresh(&family, u32::MAX, 0).await);
}

pub(crate) async fn a_family_that_never_was_is_unknown(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = NewFamily { id: FamilyId::from_bytes(random()), ..world.begin().await };
    assert_eq!(world.refresh(&family, 1, 0).await, Refreshed::Unknown);
}

pub(crate) async fn after_a_replay_no_generation_is_good(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    world.refresh(&family, 1, 0).await;
    world.refresh(&family, 2, 0).await;
    assert_replayed(&world.refresh(&family, 1, 0).await);
    for generation in [0, 1, 2, 3, 4, 1000, u32::MAX] {
        let answer = world.refresh(&family, generation, 1).await;
        assert_eq!(answer, Refreshed::Ended { replayed: false, live: vec![] });
    }
}

async fn assert_ended(world: &World, family: &NewFamily) {
    assert_eq!(world.store.families.find(family.id, world.now).await.unwrap(), None);
}
