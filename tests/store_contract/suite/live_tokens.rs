//! The access tokens that a family would have to revoke.

use signet::store::{
    Continuation, Entry, LiveToken, MOST_LIVE_TOKENS, NewFamily, Refresh, Refreshed,
};

use crate::{
    fixture::Fixture,
    world::{GRACE, MINUTE, World, assert_continued, at},
};

pub(crate) async fn a_replay_names_every_access_token_that_lives(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let tokens = [(); 4].map(|()| world.access_token(10 * MINUTE));
    let family = world.begin_with(|family| family.access_token = Some(tokens[0])).await;
    take(&world, &family, 1, 0, tokens[1]).await;
    take(&world, &family, 1, GRACE, tokens[2]).await;
    take(&world, &family, 9, GRACE, tokens[3]).await;
    let answer = take(&world, &family, 1, GRACE, world.access_token(10 * MINUTE)).await;
    let Refreshed::Ended { replayed: true, live } = answer else { panic!("{answer:?}") };
    assert_same(&live, &tokens);
    let answer = world.refresh(&family, 10, GRACE).await;
    let Refreshed::Ended { replayed: false, live } = answer else { panic!("{answer:?}") };
    assert_same(&live, &tokens);
}

pub(crate) async fn those_that_have_ended_are_not_named(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (short, long) = (world.access_token(MINUTE), world.access_token(5 * MINUTE));
    let family = world.begin_with(|family| family.access_token = Some(short)).await;
    take(&world, &family, 1, 0, long).await;
    let last = world.access_token(10 * MINUTE);
    take(&world, &family, 2, MINUTE, last).await;
    let now = world.now + MINUTE;
    let ended = world.store.families.end(family.id, now).await.unwrap().unwrap();
    assert_same(&ended.live, &[long, last]);
    let now = world.now + 5 * MINUTE;
    let ended = world.store.families.end(family.id, now).await.unwrap().unwrap();
    assert_same(&ended.live, &[last]);
}

pub(crate) async fn a_refusal_remembers_no_access_token(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    let wider = "admin".parse().unwrap();
    let access_token = Some(world.access_token(MINUTE));
    let refresh = Refresh { scope: Some(&wider), access_token, ..world.presented(&family, 1) };
    assert_eq!(world.take(refresh.clone()).await, Refreshed::WiderScope);
    let foreign = Refresh { client_id: "another", ..refresh };
    assert_eq!(world.take(foreign).await, Refreshed::Foreign);
    let ended = world.store.families.end(family.id, world.now).await.unwrap().unwrap();
    assert_eq!(ended.live, []);
}

pub(crate) async fn the_oldest_are_crowded_out(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let list = world.list();
    let token = |index: usize| {
        let index = u32::try_from(index).unwrap();
        // The later a token, the earlier it ends: it is age that counts.
        let expires_at = world.now + 3000 - u64::from(index);
        LiveToken { entry: Entry { list, index }, expires_at }
    };
    let family = world.begin_with(|family| family.access_token = Some(token(0))).await;
    for number in 1..MOST_LIVE_TOKENS {
        let generation = u32::try_from(number).unwrap();
        let answer = take(&world, &family, generation, 0, token(number)).await;
        assert_continued(&answer, generation + 1, Continuation::Rotated);
    }
    let full = u32::try_from(MOST_LIVE_TOKENS).unwrap();
    for (later, number) in (0..).zip(MOST_LIVE_TOKENS..MOST_LIVE_TOKENS + 3) {
        let answer = take(&world, &family, full + later, 0, token(number)).await;
        let Refreshed::Continued { crowded_out, .. } = answer else { panic!("{answer:?}") };
        assert_eq!(crowded_out, [Entry { list, index: later }]);
    }
    let ended = world.store.families.end(family.id, world.now).await.unwrap().unwrap();
    let kept: Vec<LiveToken> = (3..MOST_LIVE_TOKENS + 3).map(token).collect();
    assert_same(&ended.live, &kept);
}

pub(crate) async fn those_that_have_ended_make_room(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let list = world.list();
    let token = |index: u32, lifetime| LiveToken {
        entry: Entry { list, index },
        expires_at: world.now + lifetime,
    };
    let family = world.begin().await;
    for generation in 1..=u32::try_from(MOST_LIVE_TOKENS).unwrap() {
        let lifetime = if generation == 500 { MINUTE } else { 5 * MINUTE };
        take(&world, &family, generation, 0, token(generation, lifetime)).await;
    }
    let generation = family_generation(&world, &family).await;
    let answer = take(&world, &family, generation, MINUTE, token(0, 5 * MINUTE)).await;
    assert_continued(&answer, generation + 1, Continuation::Rotated);
}

async fn family_generation(world: &World, family: &NewFamily) -> u32 {
    world.store.families.find(family.id, world.now).await.unwrap().unwrap().generation
}

async fn take(
    world: &World,
    family: &NewFamily,
    generation: u32,
    after: u64,
    access_token: LiveToken,
) -> Refreshed {
    let access_token = Some(access_token);
    let refresh = world.presented(family, generation);
    world.take(Refresh { access_token, ..at(world.now + after, refresh) }).await
}

/// The same, in whatever order.
#[track_caller]
fn assert_same(live: &[Entry], expected: &[LiveToken]) {
    let sorted = |mut entries: Vec<Entry>| {
        entries.sort_by_key(|entry| (entry.list, entry.index));
        entries
    };
    let expected = expected.iter().map(|token| token.entry).collect();
    assert_eq!(sorted(live.to_vec()), sorted(expected));
}
