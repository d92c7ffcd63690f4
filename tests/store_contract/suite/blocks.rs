//! Blocks of places, and the end of the application that owns them.

use std::{collections::HashSet, sync::Arc};

use signet::store::{BLOCK_SIZE, Block, BlockNoted, Entry, LIST_SIZE};

use crate::{
    fixture::Fixture,
    world::{HOUR, World},
};

pub(crate) async fn a_block_is_revoked_whole_and_its_neighbours_are_not(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let revocations = world.revocations();
    let last = u16::try_from(LIST_SIZE / BLOCK_SIZE - 1).unwrap();
    for block in [world.block(0), world.block(17), world.block(last)] {
        revocations.revoke_blocks(&[block]).await.unwrap();
        let bitmap = revocations.bitmap(block.list).await.unwrap().unwrap();
        let bytes = (BLOCK_SIZE / 8) as usize;
        let (before, whole) = bitmap.split_at(bytes * usize::from(block.number));
        assert!(before.iter().all(|byte| *byte == 0));
        assert_eq!(whole, vec![0xFF; bytes]);
        for index in [block.first(), block.first() + BLOCK_SIZE - 1] {
            assert!(revocations.is_revoked(Entry { list: block.list, index }).await.unwrap());
        }
    }

    // Beside what was revoked before.
    let block = world.block(1);
    revocations.revoke(&[Entry { list: block.list, index: 1000 }]).await.unwrap();
    revocations.revoke_blocks(&[block, Block { number: 2, ..block }]).await.unwrap();
    let bitmap = revocations.bitmap(block.list).await.unwrap().unwrap();
    assert_eq!((bitmap.len(), bitmap[125]), (126, 1));
    assert_eq!(bitmap.iter().map(|byte| byte.count_ones()).sum::<u32>(), 513);
}

pub(crate) async fn an_ended_application_names_its_blocks_and_no_others(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let other = World::new(fixture).await;
    let first = world.block(0);
    let same_list = Block { number: 4095, ..first };
    let blocks = [first, same_list, world.block(256)];
    for block in blocks {
        assert_eq!(note(&world, block, world.now - 5).await, BlockNoted::Noted);
    }
    let others = Block { number: 1, ..first };
    assert_eq!(note(&other, others, world.now).await, BlockNoted::Noted);
    assert_eq!(note(&world, first, world.now - 5).await, BlockNoted::Noted, "again");
    assert_eq!(end(&world, world.now).await, blocks.into());
    assert_eq!(end(&other, world.now).await, [others].into());
    assert_eq!(end(&World::new(fixture).await, world.now).await, [].into());
}

pub(crate) async fn asked_again_it_names_them_again(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let block = world.block(3);
    note(&world, block, world.now).await;
    assert_eq!(end(&world, world.now).await, [block].into());
    assert_eq!(end(&world, world.now).await, [block].into());
}

pub(crate) async fn a_block_that_was_opened_before_the_end_and_noted_after_is_told(
    fixture: &impl Fixture,
) {
    let world = World::new(fixture).await;
    let replica = World { store: fixture.replica().await, ..World::new(fixture).await };
    let replica = World { client_id: world.client_id.clone(), ..replica };
    end(&world, world.now).await;
    assert_eq!(note(&replica, world.block(1), world.now - 30).await, BlockNoted::OwnerRevoked);
    assert_eq!(note(&replica, world.block(2), world.now).await, BlockNoted::OwnerRevoked);
    // An end that is told late takes nothing back.
    end(&world, world.now - 20).await;
    assert_eq!(note(&replica, world.block(3), world.now).await, BlockNoted::OwnerRevoked);
}

pub(crate) async fn a_block_that_was_opened_after_the_end_is_noted(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    end(&world, world.now).await;
    let block = world.block(2);
    assert_eq!(note(&world, block, world.now + 1).await, BlockNoted::Noted);
    assert!(end(&world, world.now + 2).await.contains(&block), "the next end finds it");
}

pub(crate) async fn the_end_of_one_application_is_not_anothers(fixture: &impl Fixture) {
    let (ended, other) = (World::new(fixture).await, World::new(fixture).await);
    end(&ended, ended.now).await;
    assert_eq!(note(&other, other.block(0), other.now - 30).await, BlockNoted::Noted);
}

pub(crate) async fn of_a_note_and_an_end_at_once_one_sees_the_other(fixture: &impl Fixture) {
    for _ in 0..30 {
        let world = Arc::new(World::new(fixture).await);
        let block = world.block(7);
        let noted = tokio::spawn({
            let world = Arc::clone(&world);
            async move { note(&world, block, world.now).await }
        });
        let named = end(&world, world.now).await.contains(&block);
        let told = noted.await.unwrap() == BlockNoted::OwnerRevoked;
        assert!(named || told, "nobody would revoke the block");
    }
}

async fn note(world: &World, block: Block, opened_at: u64) -> BlockNoted {
    let client_id = world.client_id.as_str();
    world.store.revocations.note_block(client_id, block, opened_at).await.unwrap()
}

async fn end(world: &World, now: u64) -> HashSet<Block> {
    let client_id = world.client_id.as_str();
    let blocks = world.store.revocations.end_application(client_id, now, world.now + HOUR).await;
    blocks.unwrap().into_iter().collect()
}
