//! What a refresh may ask for, and who may ask (RFC 6749 sections 6 and 10.4, RFC 8707 section 2.2).

use signet::store::{Continuation, Refresh, Refreshed};

use crate::{
    fixture::Fixture,
    world::{GRACE, RESOURCES, World, assert_continued, assert_replayed, at},
};

pub(crate) async fn less_may_be_asked_for_and_all_of_it_again(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    let read = "read".parse().unwrap();
    let all = "write read".parse().unwrap();
    let one = [RESOURCES[1].to_owned()];
    let both = [RESOURCES[1].to_owned(), RESOURCES[0].to_owned()];
    let asked = [(Some(&read), &one[..]), (Some(&all), &both[..]), (None, &[]), (Some(&read), &[])];
    for (generation, (scope, resource)) in (1..).zip(asked) {
        let refresh = world.presented(&family, generation);
        let answer = world.take(Refresh { scope, resource, ..refresh }).await;
        assert_continued(&answer, generation + 1, Continuation::Rotated);
        let Refreshed::Continued { grant, .. } = answer else { unreachable!() };
        assert_eq!(grant, family.grant, "what was granted does not shrink");
    }
}

pub(crate) async fn a_wider_scope_is_told_and_changes_nothing(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    // Neither a part of a granted one, nor two of them run together.
    for wider in ["read admin", "admin", "rea", "readwrite", "Read", "read write x"] {
        let scope = wider.parse().unwrap();
        let refresh = Refresh { scope: Some(&scope), ..world.presented(&family, 1) };
        assert_eq!(world.take(refresh).await, Refreshed::WiderScope, "{wider}");
        let later = Refresh { scope: Some(&scope), ..world.presented(&family, 9) };
        assert_eq!(world.take(later).await, Refreshed::WiderScope, "{wider}");
    }
    assert_continued(&world.refresh(&family, 1, 0).await, 2, Continuation::Rotated);
}

pub(crate) async fn an_ungranted_resource_is_told_and_changes_nothing(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    for ungranted in ["https://other.example.com", "https://files.example.com/", "", "https"] {
        let resource = [RESOURCES[0].to_owned(), ungranted.to_owned()];
        let refresh = Refresh { resource: &resource, ..world.presented(&family, 1) };
        assert_eq!(world.take(refresh).await, Refreshed::UngrantedResource, "{ungranted}");
    }
    assert_continued(&world.refresh(&family, 1, 0).await, 2, Continuation::Rotated);
}

pub(crate) async fn a_replay_is_judged_before_what_is_asked_for(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let wider = "read admin".parse().unwrap();
    let ungranted = ["https://other.example.com".to_owned()];
    let family = world.begin().await;
    world.refresh(&family, 1, 0).await;
    let refresh = world.presented(&family, 1);
    let now = world.now + GRACE + 1;
    let refresh = Refresh { scope: Some(&wider), resource: &ungranted, ..at(now, refresh) };
    assert_replayed(&world.take(refresh.clone()).await);
    let again = Refreshed::Ended { replayed: false, live: vec![] };
    assert_eq!(world.take(refresh).await, again);
}

pub(crate) async fn another_application_is_told_so_and_changes_nothing(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    for generation in [0, 1, 2, 1000, u32::MAX] {
        let refresh = Refresh { client_id: "another", ..world.presented(&family, generation) };
        assert_eq!(world.take(refresh).await, Refreshed::Foreign);
    }
    assert_continued(&world.refresh(&family, 1, 0).await, 2, Continuation::Rotated);
}
