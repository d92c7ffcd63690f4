//! Places on status lists (Token Status List section 4.1).

use signet::store::{Entry, LIST_SIZE, ListId};

use crate::{
    fixture::Fixture,
    world::{HOUR, World, random},
};

pub(crate) async fn what_was_not_revoked_is_not(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let list = world.list();
    let revocations = world.revocations();
    assert_eq!(revocations.bitmap(list).await.unwrap(), None);
    for index in [0, 1, LIST_SIZE - 1] {
        assert!(!revocations.is_revoked(Entry { list, index }).await.unwrap());
    }
    revocations.revoke(&[]).await.unwrap();
    assert!(!revocations.lists(world.now).await.unwrap().contains(&list));
}

pub(crate) async fn a_place_is_revoked_and_its_neighbours_are_not(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let revocations = world.revocations();
    for index in [1, 7, 8, 255, 256, 65_535, LIST_SIZE - 1] {
        let list = world.list();
        revocations.revoke(&[Entry { list, index }]).await.unwrap();
        for other in index - 1..(index + 2).min(LIST_SIZE) {
            let revoked = revocations.is_revoked(Entry { list, index: other }).await.unwrap();
            assert_eq!(revoked, other == index, "{other}, where {index} was revoked");
        }
    }
}

pub(crate) async fn revoking_again_does_no_harm(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let revocations = world.revocations();
    let list = world.list();
    let entries = [Entry { list, index: 3 }, Entry { list, index: 3 }, Entry { list, index: 4 }];
    revocations.revoke(&entries).await.unwrap();
    revocations.revoke(&entries[..1]).await.unwrap();
    assert_eq!(revocations.bitmap(list).await.unwrap(), Some(vec![0b0001_1000]));
}

pub(crate) async fn the_first_place_is_the_least_significant_bit(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let revocations = world.revocations();
    let list = world.list();
    // The example of section 4.1: statuses 1,0,0,1,1,1,0,1 and 1,1,0,0,0,1,0,1.
    let entries = [0, 3, 4, 5, 7, 8, 9, 13, 15].map(|index| Entry { list, index });
    revocations.revoke(&entries).await.unwrap();
    assert_eq!(revocations.bitmap(list).await.unwrap(), Some(vec![0xB9, 0xA3]));
}

pub(crate) async fn the_bitmap_is_cut_behind_its_last_bit(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let revocations = world.revocations();
    for (index, length) in [(0, 1), (7, 1), (8, 2), (800, 101), (LIST_SIZE - 1, 131_072)] {
        let list = world.list();
        revocations.revoke(&[Entry { list, index }]).await.unwrap();
        let bitmap = revocations.bitmap(list).await.unwrap().unwrap();
        assert_eq!(bitmap.len(), length);
        assert_eq!(bitmap.last(), Some(&(1 << (index % 8))));
        assert!(bitmap[..length - 1].iter().all(|byte| *byte == 0));
    }
}

pub(crate) async fn places_of_several_lists_are_revoked_at_once(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let revocations = world.revocations();
    let lists = [(); 5].map(|()| world.list());
    let entries: Vec<Entry> = (0..200)
        .map(|number: u32| Entry { list: lists[number as usize % 5], index: number * 1000 })
        .collect();
    revocations.revoke(&entries).await.unwrap();
    for entry in entries {
        assert!(revocations.is_revoked(entry).await.unwrap(), "{entry:?}");
    }
    let listed = revocations.lists(world.now).await.unwrap();
    assert!(lists.iter().all(|list| listed.contains(list)));
}

pub(crate) async fn lists_with_a_revocation_are_named_until_they_expire(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let revocations = world.revocations();
    let expires_at = u32::try_from(world.now + HOUR).unwrap();
    let list = ListId { expires_at, random: random() };
    revocations.revoke(&[Entry { list, index: 5 }]).await.unwrap();
    let named = async |after| revocations.lists(world.now + after).await.unwrap().contains(&list);
    assert!(named(0).await);
    assert!(named(HOUR - 1).await);
    assert!(!named(HOUR).await);
}

pub(crate) async fn every_replica_sees_it(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let replica = fixture.replica().await.revocations;
    let list = world.list();
    let entry = Entry { list, index: 9 };
    world.store.revocations.revoke(&[entry]).await.unwrap();
    assert!(replica.is_revoked(entry).await.unwrap());
    assert_eq!(replica.bitmap(list).await.unwrap(), Some(vec![0, 2]));
    assert!(replica.lists(world.now).await.unwrap().contains(&list));
}
