//! The memory of one process does not grow without end, and forgets nothing to make room.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use signet::{
    clock::{Clock, SystemClock},
    store::{
        Availability, Block, BlockNoted, Entry, Memory, NewFamily, Spent, Store, StoreError, Uses,
    },
};

use crate::world::{HOUR, IDLE, MINUTE, World};

#[derive(Debug)]
struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A memory with room for three families, and its clock.
fn small() -> (World, Arc<TestClock>) {
    let clock = Arc::new(TestClock(SystemClock.now().into()));
    let memory = Arc::new(Memory::with_room_for(3, clock.clone()));
    let store = Store {
        families: memory.clone(),
        device_requests: memory.clone(),
        revocations: memory.clone(),
        single_use: memory.clone(),
        redemptions: memory,
        availability: Arc::new(Availability::new(clock.clone())),
    };
    let now = clock.now();
    (World { now, ..World::over(store) }, clock)
}

/// Whether one more can begin at the clock's time.
async fn has_room(world: &World, clock: &TestClock) -> bool {
    let waited = clock.now() - world.now;
    let mut family = world.new_family();
    family.created_at += waited;
    family.expires_at += waited;
    match world.store.families.begin(&family).await {
        Ok(()) => true,
        Err(StoreError::Full) => false,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn when_it_is_full_it_refuses_and_forgets_nothing() {
    let (world, clock) = small();
    let begun = [world.begin().await, world.begin().await, world.begin().await];
    assert!(!has_room(&world, &clock).await);
    for family in &begun {
        assert!(world.store.families.find(family.id, world.now).await.unwrap().is_some());
    }
    world.store.families.end(begun[0].id, world.now).await.unwrap();
    assert!(!has_room(&world, &clock).await, "an ended one still stands");
    world.store.families.forget(begun[0].id).await.unwrap();
    assert!(has_room(&world, &clock).await);
    assert!(!has_room(&world, &clock).await);
}

#[tokio::test]
async fn families_that_have_had_their_time_make_room() {
    let (world, clock) = small();
    let [used, _, _] = [world.begin().await, world.begin().await, world.begin().await];
    world.refresh(&used, 1, MINUTE).await;
    clock.0.fetch_add(IDLE - 1, Ordering::SeqCst);
    assert!(!has_room(&world, &clock).await);
    clock.0.fetch_add(1, Ordering::SeqCst);
    assert!(has_room(&world, &clock).await);
    assert!(has_room(&world, &clock).await);
    assert!(!has_room(&world, &clock).await, "the one that was used lives on");
    assert!(world.store.families.find(used.id, clock.now()).await.unwrap().is_some());
}

#[tokio::test]
async fn an_ended_family_stands_until_its_access_tokens_have_ended() {
    let (world, clock) = small();
    let token = world.access_token(2 * MINUTE);
    let begin = |family: &mut NewFamily| {
        family.access_token = Some(token);
        family.idle_lifetime = MINUTE;
    };
    let family = world.begin_with(begin).await;
    world.begin().await;
    world.begin().await;
    let ended = world.store.families.end(family.id, world.now).await.unwrap();
    clock.0.fetch_add(2 * MINUTE - 1, Ordering::SeqCst);
    assert!(!has_room(&world, &clock).await);
    assert_eq!(world.store.families.end(family.id, clock.now()).await.unwrap(), ended);
    clock.0.fetch_add(1, Ordering::SeqCst);
    assert!(has_room(&world, &clock).await);
    assert_eq!(world.store.families.end(family.id, clock.now()).await.unwrap(), None);
}

#[tokio::test]
async fn lists_blocks_and_ends_go_when_they_have_had_their_time() {
    let (world, clock) = small();
    let revocations = world.revocations();
    let (block, other) = (world.block(0), world.block(0));
    let client_id = world.client_id.as_str();
    revocations.revoke_blocks(&[block]).await.unwrap();
    revocations.note_block(client_id, block, world.now).await.unwrap();
    let until = world.now + HOUR;
    assert_eq!(revocations.end_application(client_id, world.now, until).await.unwrap(), [block]);

    clock.0.fetch_add(HOUR, Ordering::SeqCst);
    let late = revocations.note_block(client_id, other, world.now).await.unwrap();
    assert_eq!(late, BlockNoted::Noted, "all that the mark was for has ended");

    clock.0.fetch_add(HOUR, Ordering::SeqCst);
    let now = clock.now();
    revocations.revoke(&[Entry { list: world.list(), index: 0 }]).await.unwrap();
    assert_eq!(revocations.bitmap(block.list).await.unwrap(), None);
    let blocks: Vec<Block> = revocations.end_application(client_id, now, now + 1).await.unwrap();
    assert_eq!(blocks, []);
}

#[tokio::test]
async fn a_place_that_no_list_has_takes_no_room() {
    let (world, _clock) = small();
    let revocations = world.revocations();
    let list = world.list();
    revocations.revoke(&[Entry { list, index: u32::MAX }]).await.unwrap();
    revocations.revoke_blocks(&[Block { list, number: u16::MAX }]).await.unwrap();
    assert_eq!(revocations.bitmap(list).await.unwrap(), None);
}

#[tokio::test]
async fn what_was_redeemed_is_forgotten_once_its_time_has_passed() {
    let (world, clock) = small();
    let redeem = async |identifier| {
        world.store.redemptions.redeem(identifier, clock.now() + MINUTE).await.unwrap()
    };
    assert_eq!(redeem([1; 32]).await, Spent::Now);
    clock.0.fetch_add(MINUTE - 1, Ordering::SeqCst);
    assert_eq!(redeem([1; 32]).await, Spent::Before);
    clock.0.fetch_add(1, Ordering::SeqCst);
    assert_eq!(redeem([2; 32]).await, Spent::Now, "whoever comes next clears away");
    assert_eq!(world.store.redemptions.uses([1; 32]).await.unwrap(), Uses::None);
}
