//! Families that are ended: they stand, ended, until they are forgotten.

use signet::store::{EndedFamily, FamilyId, NewFamily, Owner, Refresh, Refreshed};

use crate::{
    fixture::Fixture,
    world::{MINUTE, World, random},
};

pub(crate) async fn it_names_the_access_tokens_that_live(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let token = world.access_token(MINUTE);
    let family = world.begin_with(|family| family.access_token = Some(token)).await;
    let expected = EndedFamily { grant: family.grant.clone(), live: vec![token.entry] };
    assert_eq!(end(&world, &family, 0).await, Some(expected));
}

pub(crate) async fn no_token_of_an_ended_family_is_good(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let token = world.access_token(MINUTE);
    let family = world.begin_with(|family| family.access_token = Some(token)).await;
    world.refresh(&family, 1, 0).await;
    end(&world, &family, 0).await;
    for generation in [0, 1, 2, 3, 1000] {
        let answer = world.refresh(&family, generation, 0).await;
        assert_eq!(answer, Refreshed::Ended { replayed: false, live: vec![token.entry] });
    }
}

pub(crate) async fn an_ended_family_is_neither_found_nor_listed(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let families = world.families();
    let family = world.begin().await;
    end(&world, &family, 0).await;
    assert_eq!(families.find(family.id, world.now).await.unwrap(), None);
    for owner in [Owner::Person(&world.sub), Owner::Application(world.client_id.as_str())] {
        let page = families.of(owner, None, 10, world.now).await.unwrap();
        assert_eq!((page.families, page.next), (vec![], None));
    }
}

pub(crate) async fn whoever_ends_it_again_hears_the_same(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let token = world.access_token(MINUTE);
    let family = world.begin_with(|family| family.access_token = Some(token)).await;
    let first = end(&world, &family, 0).await;
    assert_eq!(end(&world, &family, 0).await, first);
    assert_eq!(end(&world, &family, MINUTE - 1).await, first);
}

pub(crate) async fn there_is_nothing_to_end_where_there_was_no_family(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let id = FamilyId::from_bytes(random());
    assert_eq!(world.store.families.end(id, world.now).await.unwrap(), None);
    world.store.families.forget(id).await.unwrap();
}

pub(crate) async fn it_stands_until_its_access_tokens_have_ended(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let token = world.access_token(30 * MINUTE);
    let begin = |family: &mut NewFamily| {
        family.access_token = Some(token);
        family.idle_lifetime = MINUTE;
    };
    let family = world.begin_with(begin).await;
    let first = end(&world, &family, 0).await;
    assert_eq!(end(&world, &family, 30 * MINUTE - 1).await, first);
}

pub(crate) async fn forgotten_it_is_unknown(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let token = world.access_token(MINUTE);
    let family = world.begin_with(|family| family.access_token = Some(token)).await;
    end(&world, &family, 0).await;
    world.store.families.forget(family.id).await.unwrap();
    assert_eq!(world.refresh(&family, 1, 0).await, Refreshed::Unknown);
    assert_eq!(end(&world, &family, 0).await, None);
    world.store.families.forget(family.id).await.unwrap();
}

pub(crate) async fn a_family_that_lives_is_not_forgotten(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let families = world.families();
    let family = world.begin().await;
    families.forget(family.id).await.unwrap();
    assert!(families.find(family.id, world.now).await.unwrap().is_some());
    let page = families.of(Owner::Person(&world.sub), None, 10, world.now).await.unwrap();
    assert_eq!(page.families.len(), 1);
    assert!(matches!(world.refresh(&family, 1, 0).await, Refreshed::Continued { .. }));
}

pub(crate) async fn another_application_hears_nothing_of_it(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let family = world.begin().await;
    end(&world, &family, 0).await;
    let refresh = Refresh { client_id: "another", ..world.presented(&family, 1) };
    assert_eq!(world.take(refresh).await, Refreshed::Foreign);
}

pub(crate) async fn every_replica_sees_it(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let replica = fixture.replica().await.families;
    let family = world.begin().await;
    assert!(replica.find(family.id, world.now).await.unwrap().is_some());
    end(&world, &family, 0).await;
    assert_eq!(replica.find(family.id, world.now).await.unwrap(), None);
    let answer = replica.refresh(&world.presented(&family, 1)).await.unwrap();
    assert_eq!(answer, Refreshed::Ended { replayed: false, live: vec![] });
}

pub(crate) async fn ended_it_is_listed_to_whoever_ends_all_until_it_is_forgotten(
    fixture: &impl Fixture,
) {
    let world = World::new(fixture).await;
    let [living, ended, forgotten] =
        [world.begin().await, world.begin().await, world.begin().await];
    end(&world, &ended, 0).await;
    end(&world, &forgotten, 0).await;
    world.store.families.forget(forgotten.id).await.unwrap();
    let mut expected = vec![living.id, ended.id];
    expected.sort();
    assert_eq!(standing(&world, 0).await, expected);
}

pub(crate) async fn expired_it_is_listed_to_whoever_ends_all_while_an_access_token_lives(
    fixture: &impl Fixture,
) {
    let world = World::new(fixture).await;
    let token = world.access_token(30 * MINUTE);
    let begin = |family: &mut NewFamily| {
        family.access_token = Some(token);
        family.idle_lifetime = MINUTE;
    };
    let family = world.begin_with(begin).await;
    assert_eq!(standing(&world, 30 * MINUTE - 1).await, [family.id]);
    let named = end(&world, &family, 30 * MINUTE - 1).await;
    let expected = EndedFamily { grant: family.grant.clone(), live: vec![token.entry] };
    assert_eq!(named, Some(expected));
    assert_eq!(world.refresh(&family, 1, 2 * MINUTE).await, Refreshed::Unknown);
}

/// What both owners' lists name of those that can be ended.
async fn standing(world: &World, after: u64) -> Vec<FamilyId> {
    let mut listed = Vec::new();
    for owner in [Owner::Person(&world.sub), Owner::Application(world.client_id.as_str())] {
        // In pages of one, so that places between them count too.
        let (mut ids, mut place) = (Vec::new(), None);
        loop {
            let now = world.now + after;
            let page = world.store.families.standing(owner, place, 1, now).await.unwrap();
            ids.extend(page.families.iter().map(|family| family.id));
            place = page.next;
            if place.is_none() {
                break;
            }
        }
        ids.sort();
        listed.push(ids);
    }
    assert_eq!(listed[0], listed[1]);
    listed.remove(0)
}

async fn end(world: &World, family: &NewFamily, after: u64) -> Option<EndedFamily> {
    world.store.families.end(family.id, world.now + after).await.unwrap()
}
