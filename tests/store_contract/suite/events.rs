//! What listeners hear, on whichever replica they listen.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use signet::store::{BLOCK_SIZE, Entry, ListId, RevocationEvent, RevocationList};
use tokio::sync::broadcast::Receiver;

use crate::{fixture::Fixture, world::World};

pub(crate) async fn a_listener_hears_of_every_place(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let mut listener = listen(fixture, &world).await;
    let list = world.list();
    let places = Places::from([0, 1, 2, 7, 8, 1000, 1001, 1_048_575].map(|index| (list, index)));
    let entries: Vec<Entry> = places.iter().map(|&(list, index)| Entry { list, index }).collect();
    world.store.revocations.revoke(&entries).await.unwrap();
    hear(&mut listener, &places).await;
}

pub(crate) async fn a_listener_hears_of_every_block(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let mut listener = listen(fixture, &world).await;
    let blocks = [world.block(3), world.block(4095)];
    world.store.revocations.revoke_blocks(&blocks).await.unwrap();
    let places = blocks.iter().flat_map(|block| {
        (block.first()..block.first() + BLOCK_SIZE).map(|index| (block.list, index))
    });
    hear(&mut listener, &places.collect()).await;
}

/// A listener on a replica of its own, once it hears: reaching out may take a moment.
async fn listen(fixture: &impl Fixture, world: &World) -> Listener {
    let replica = fixture.replica().await.revocations;
    let mut events = replica.events();
    let probe = Entry { list: world.list(), index: 0 };
    for _ in 0..100 {
        world.store.revocations.revoke(&[probe]).await.unwrap();
        let heard = async {
            while !matches!(events.recv().await.unwrap(), RevocationEvent::Revoked(revoked)
                if revoked.list == probe.list)
            {}
        };
        if tokio::time::timeout(Duration::from_millis(100), heard).await.is_ok() {
            return Listener { events, _replica: replica };
        }
    }
    panic!("the other replica hears nothing");
}

struct Listener {
    events: Receiver<RevocationEvent>,
    _replica: Arc<dyn RevocationList>,
}

type Places = BTreeSet<(ListId, u32)>;

/// Waits until every one of `places` was heard of, and no other place of their lists.
async fn hear(listener: &mut Listener, places: &Places) {
    let mut heard = Places::new();
    while heard != *places {
        let event = tokio::time::timeout(Duration::from_secs(10), listener.events.recv());
        let event = event.await.unwrap_or_else(|_| panic!("heard of {heard:?} only"));
        if let RevocationEvent::Revoked(revoked) = event.unwrap()
            && places.iter().any(|(list, _)| *list == revoked.list)
        {
            let indexes = revoked.first..revoked.first + revoked.count;
            heard.extend(indexes.map(|index| (revoked.list, index)));
            assert!(heard.is_subset(places), "heard of {heard:?}, not of {places:?}");
        }
    }
}
