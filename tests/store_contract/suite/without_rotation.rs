//! Applications with `refresh_token_rotation = false`: the same table, the same token.

use signet::store::{Continuation, NewFamily, Refresh, Refreshed};

use crate::{
    fixture::Fixture,
    world::{GRACE, HOUR, World, assert_continued, assert_replayed, at},
};

pub(crate) async fn the_token_is_answered_unchanged(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    for after in [0, 1, GRACE, GRACE + 1, HOUR - 1, HOUR + 1000] {
        let answer = unrotated(&world, &family, 1, after).await;
        assert_continued(&answer, 1, Continuation::Repeated);
    }
}

pub(crate) async fn a_later_one_is_taken_over(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    let answer = unrotated(&world, &family, 7, 0).await;
    assert_continued(&answer, 7, Continuation::MovedForward);
    let answer = unrotated(&world, &family, 7, 0).await;
    assert_continued(&answer, 7, Continuation::Repeated);
    let answer = unrotated(&world, &family, u32::MAX, 0).await;
    assert_continued(&answer, u32::MAX, Continuation::MovedForward);
    let answer = unrotated(&world, &family, u32::MAX, 0).await;
    assert_continued(&answer, u32::MAX, Continuation::Repeated);
}

pub(crate) async fn an_older_one_is_a_replay(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    assert_replayed(&unrotated(&world, &family, 0, 0).await);

    let family = world.begin().await;
    unrotated(&world, &family, 7, 0).await;
    assert_replayed(&unrotated(&world, &family, 5, 0).await);

    // What is taken over was not rotated: there is no predecessor whose answer was lost.
    let family = world.begin().await;
    unrotated(&world, &family, 7, GRACE + 1).await;
    assert_replayed(&unrotated(&world, &family, 6, GRACE + 1).await);
}

pub(crate) async fn rotation_may_be_turned_off_and_on(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    world.refresh(&family, 1, 0).await;
    let answer = unrotated(&world, &family, 1, GRACE).await;
    assert_continued(&answer, 2, Continuation::Repeated);
    let answer = unrotated(&world, &family, 2, GRACE).await;
    assert_continued(&answer, 2, Continuation::Repeated);
    let answer = world.refresh(&family, 2, HOUR).await;
    assert_continued(&answer, 3, Continuation::Rotated);
    assert_replayed(&unrotated(&world, &family, 2, HOUR + GRACE + 1).await);
}

async fn unrotated(world: &World, family: &NewFamily, generation: u32, after: u64) -> Refreshed {
    let refresh = world.presented(family, generation);
    world.take(Refresh { rotate: false, ..at(world.now + after, refresh) }).await
}
