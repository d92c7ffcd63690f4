//! An owner's families, page by page.

use std::{collections::HashSet, sync::Arc};

use signet::store::{Cursor, Family, FamilyId, NewFamily, Owner};

use crate::{
    fixture::Fixture,
    world::{HOUR, World, at, random},
};

pub(crate) async fn families_are_listed_with_their_application_and_their_person(
    fixture: &impl Fixture,
) {
    let world = World::new(fixture).await;
    let another: String = format!("another {}", world.client_id);
    let hers = world.begin().await;
    let applications = world.begin_with(|family| family.grant.sub = None).await;
    let elsewhere =
        world.begin_with(|family| family.grant.client_id = another.parse().unwrap()).await;
    let listed = |owner| all(&world, owner, 10);
    let ids = |families: &[&NewFamily]| families.iter().map(|family| family.id).collect();
    let by_application: HashSet<FamilyId> = ids(&[&hers, &applications]);
    assert_eq!(names(&listed(Owner::Application(world.client_id.as_str())).await), by_application);
    assert_eq!(names(&listed(Owner::Application(&another)).await), ids(&[&elsewhere]));
    assert_eq!(names(&listed(Owner::Person(&world.sub)).await), ids(&[&hers, &elsewhere]));
    // A person is no application, whatever the name.
    assert_eq!(names(&listed(Owner::Person(world.client_id.as_str())).await), ids(&[]));
    assert_eq!(names(&listed(Owner::Application(&world.sub)).await), ids(&[]));
}

pub(crate) async fn an_owner_without_families_has_an_empty_page(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let page = world.store.families.of(Owner::Person(&world.sub), None, 10, world.now).await;
    let page = page.unwrap();
    assert_eq!((page.families, page.next), (vec![], None));
}

pub(crate) async fn pages_follow_each_other_in_order(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let begun = begin_many(&world, 23).await;
    for size in [1, 2, 5, 22, 23, 24, 100] {
        let listed = all(&world, Owner::Person(&world.sub), size).await;
        assert_eq!(listed.len(), begun.len(), "in pages of {size}");
        assert_eq!(names(&listed), begun.iter().map(|family| family.id).collect());
        assert!(listed.is_sorted_by_key(|family| (family.expires_at, family.id)));
    }
}

pub(crate) async fn a_page_is_filled_past_those_that_ended(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let families = world.families();
    let begun = begin_many(&world, 30).await;
    let in_order = all(&world, Owner::Person(&world.sub), 100).await;
    for family in &in_order[..20] {
        families.end(family.id, world.now).await.unwrap();
    }
    // The last ones would have been idle for too long, but for two that were used.
    let used = &in_order[25..27];
    for family in &begun {
        let refresh = at(world.now + 1000, world.presented(family, 1));
        if used.iter().any(|used| used.id == family.id) {
            families.refresh(&refresh).await.unwrap();
        }
    }
    let page = families.of(Owner::Person(&world.sub), None, 5, world.now).await.unwrap();
    assert_eq!(page.families, in_order[20..25]);
    let page = families.of(Owner::Person(&world.sub), None, 2, world.now + HOUR).await.unwrap();
    assert_eq!(names(&page.families), names(used));
    assert_eq!(page.next, None, "nothing that lives follows");
}

pub(crate) async fn the_place_may_be_gone_when_the_next_page_is_asked_for(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let families = world.families();
    begin_many(&world, 10).await;
    let in_order = all(&world, Owner::Person(&world.sub), 100).await;
    let first = families.of(Owner::Person(&world.sub), None, 4, world.now).await.unwrap();
    families.end(in_order[3].id, world.now).await.unwrap();
    families.forget(in_order[3].id).await.unwrap();
    let rest = families.of(Owner::Person(&world.sub), first.next, 100, world.now).await.unwrap();
    assert_eq!((rest.families, rest.next), (in_order[4..].to_vec(), None));
}

pub(crate) async fn those_that_end_at_the_same_time_are_all_listed(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    for _ in 0..9 {
        world.begin().await;
    }
    assert_eq!(all(&world, Owner::Application(world.client_id.as_str()), 2).await.len(), 9);
}

pub(crate) async fn what_lives_throughout_is_listed_once_while_others_come_and_go(
    fixture: &impl Fixture,
) {
    let world = Arc::new(World::new(fixture).await);
    let staying: HashSet<FamilyId> =
        begin_many(&world, 60).await.iter().map(|family| family.id).collect();
    let coming_and_going = tokio::spawn({
        let world = Arc::clone(&world);
        async move {
            for family in begin_many(&world, 100).await {
                world.store.families.end(family.id, world.now).await.unwrap();
                world.store.families.forget(family.id).await.unwrap();
            }
        }
    });
    loop {
        let done = coming_and_going.is_finished();
        let listed = all(&world, Owner::Person(&world.sub), 7).await;
        assert_eq!(names(&listed).len(), listed.len(), "none is listed twice");
        assert!(names(&listed).is_superset(&staying), "none that stays is passed over");
        if done {
            assert_eq!(names(&listed), staying);
            break;
        }
    }
    coming_and_going.await.unwrap();
}

/// Families that end at times of their own, in no order.
async fn begin_many(world: &World, count: u64) -> Vec<NewFamily> {
    let mut begun = Vec::new();
    for _ in 0..count {
        let [chance] = random();
        begun.push(world.begin_with(|family| family.expires_at += u64::from(chance)).await);
    }
    begun
}

/// All of them, in pages of `size`; each page but the last is full.
async fn all(world: &World, owner: Owner<'_>, size: usize) -> Vec<Family> {
    let mut listed = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = world.store.families.of(owner, after, size, world.now).await.unwrap();
        listed.extend(page.families.iter().cloned());
        if page.next.is_none() {
            assert!(page.families.len() <= size);
            return listed;
        }
        assert_eq!(page.families.len(), size, "a page with a next one is full");
        after = page.next;
    }
}

fn names(families: &[Family]) -> HashSet<FamilyId> {
    families.iter().map(|family| family.id).collect()
}
