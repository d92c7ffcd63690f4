//! What a family remembers.

use signet::store::{Family, NewFamily, Refresh, StoreError};

use crate::{
    fixture::Fixture,
    world::{IDLE, LIFETIME, World, at},
};

pub(crate) async fn what_was_granted_is_remembered_whole(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    assert_eq!(find(&world, &family, 0).await, Some(as_begun(&world, &family)));

    let odd = format!("{{a}}:b*? \"\\' {}", world.client_id).parse().unwrap();
    let family = world
        .begin_with(|family| {
            family.grant.client_id = odd;
            family.grant.sub = Some("é\u{0}\n{x} ,;\u{1F600}".to_owned() + &world.sub);
            family.grant.scope = "!#$%&'()*+,-./:;<=>?@[]^_`{|}~ a z:1".parse().unwrap();
            family.grant.resource = vec!["urn:a,b c".to_owned(), "https://x/?q=%20&é".to_owned()];
            family.grant.auth_time = None;
        })
        .await;
    assert_eq!(find(&world, &family, 0).await, Some(as_begun(&world, &family)));
}

pub(crate) async fn what_an_application_was_granted_for_itself_is_remembered_whole(
    fixture: &impl Fixture,
) {
    let world = World::new(fixture).await;
    let family = world
        .begin_with(|family| {
            family.grant.sub = None;
            family.grant.auth_time = None;
            family.idle_lifetime = 10 * LIFETIME;
        })
        .await;
    let begun = Family { idle_until: family.expires_at, ..as_begun(&world, &family) };
    assert_eq!(find(&world, &family, 0).await, Some(begun));
}

pub(crate) async fn a_refresh_is_seen_in_the_family(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    world.refresh(&family, 1, 7).await;
    let rotated = Family {
        generation: 2,
        last_used_at: world.now + 7,
        idle_until: world.now + 7 + IDLE,
        rotated_at: world.now + 7,
        ..as_begun(&world, &family)
    };
    assert_eq!(find(&world, &family, 7).await, Some(rotated.clone()));

    world.refresh(&family, 1, 9).await;
    let last_used_at = world.now + 9;
    let repeated = Family { last_used_at, idle_until: last_used_at + IDLE, ..rotated };
    assert_eq!(find(&world, &family, 9).await, Some(repeated));
}

pub(crate) async fn a_refresh_that_is_refused_is_not_seen_in_the_family(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    let wider = "admin".parse().unwrap();
    let now = world.now + 7;
    let refresh = Refresh { scope: Some(&wider), ..at(now, world.presented(&family, 1)) };
    world.take(refresh.clone()).await;
    world.take(Refresh { generation: 5, ..refresh.clone() }).await;
    world.take(Refresh { client_id: "another", ..refresh }).await;
    assert_eq!(find(&world, &family, 7).await, Some(as_begun(&world, &family)));
}

pub(crate) async fn a_name_is_given_once(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    world.refresh(&family, 1, 0).await;
    let again = world.store.families.begin(&family).await;
    assert!(matches!(again, Err(StoreError::Exists)), "{again:?}");
    assert_eq!(find(&world, &family, 0).await.unwrap().generation, 2, "it stands as it was");
}

fn as_begun(world: &World, family: &NewFamily) -> Family {
    Family {
        id: family.id,
        grant: family.grant.clone(),
        generation: 1,
        created_at: world.now,
        last_used_at: world.now,
        expires_at: family.expires_at,
        idle_until: world.now + IDLE,
        rotated_at: world.now,
    }
}

async fn find(world: &World, family: &NewFamily, after: u64) -> Option<Family> {
    world.store.families.find(family.id, world.now + after).await.unwrap()
}
