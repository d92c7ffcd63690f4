//! Token Status List section 13: every token has a place of its own, that tells nothing else.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use signet::{
    clock::{Clock, SystemClock},
    entropy::SystemEntropy,
    keys::{KeyDirectory, SealingKeys},
    store::{BLOCK_SIZE, Block, Entry, LIST_SIZE, RevocationEvent, Revoked, Store},
    tokens::{ListUris, Place, StatusLists},
};

use crate::support::{TestClock, copy_keys, test_clock};

const LIFETIME: u64 = 600;

/// What gives out places, with a clock and a store of its own.
struct Placing {
    lists: StatusLists,
    clock: Arc<TestClock>,
    store: Store,
}

impl Placing {
    fn new() -> Self {
        let clock = Arc::new(test_clock());
        let uris = ListUris::new(&"https://issuer.example.com".parse().unwrap(), &sealing_keys());
        let lists = StatusLists::new(
            Arc::new(uris),
            Duration::from_secs(LIFETIME),
            clock.clone(),
            Arc::new(SystemEntropy),
        );
        Self { lists, store: Store::memory(clock.clone()), clock }
    }

    fn place(&self, client_id: &str) -> Place {
        self.lists.place(client_id, self.clock.now() + LIFETIME).unwrap()
    }
}

fn sealing_keys() -> SealingKeys {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    copy_keys(&keys);
    KeyDirectory::new(keys, Duration::from_secs(LIFETIME)).load_sealing_keys().unwrap()
}

fn block(entry: Entry) -> Block {
    Block { list: entry.list, number: u16::try_from(entry.index / BLOCK_SIZE).unwrap() }
}

/// Section 13.2: "MUST prevent any unintended double allocation".
#[test]
fn no_place_is_given_twice_however_many_ask_at_once() {
    let placing = Placing::new();
    let places: Vec<Place> = std::thread::scope(|scope| {
        let ask = |thread: usize| {
            let placing = &placing;
            let client = move |at: usize| format!("client {}", (thread + at) % 7);
            scope.spawn(move || (0..30_000).map(|at| placing.place(&client(at))).collect())
        };
        let threads: Vec<_> = (0..4).map(ask).collect();
        threads.into_iter().flat_map(|thread| -> Vec<Place> { thread.join().unwrap() }).collect()
    });
    let distinct: HashSet<(&str, u32)> =
        places.iter().map(|place| (&*place.uri, place.entry.index)).collect();
    assert_eq!((places.len(), distinct.len()), (120_000, 120_000));
    let lists: HashSet<&str> = places.iter().map(|place| &*place.uri).collect();
    assert_eq!(lists.len(), 1);
}

/// Section 8.3: an index beyond the list's end makes a token worthless.
#[test]
fn a_full_list_has_given_every_place_once_and_another_is_opened() {
    let placing = Placing::new();
    let first = placing.place("client");
    let mut given = vec![false; LIST_SIZE as usize];
    given[first.entry.index as usize] = true;
    for _ in 1..LIST_SIZE {
        let place = placing.place("client");
        assert_eq!(place.uri, first.uri);
        assert!(!std::mem::replace(&mut given[place.entry.index as usize], true));
    }
    let next = placing.place("client");
    assert_ne!((next.uri, next.entry.list), (first.uri, first.entry.list));
    assert!(given.into_iter().all(|given| given));
}

#[test]
fn a_block_is_one_applications_alone() {
    let placing = Placing::new();
    let mut owners: HashMap<Block, String> = HashMap::new();
    for at in 0..20_000 {
        let client = format!("client {}", at % 10);
        let owner = owners.entry(block(placing.place(&client).entry)).or_insert(client.clone());
        assert_eq!(*owner, client);
    }
    // 2,000 places for each of ten, 256 in a block.
    assert_eq!(owners.len(), 80);
}

/// Section 13.2: random indices are RECOMMENDED, for section 12.5: what is next to what tells nothing.
#[test]
fn an_index_tells_neither_the_order_nor_the_rate_of_issuing() {
    let placing = Placing::new();
    let indexes: Vec<i64> =
        (0..BLOCK_SIZE).map(|_| i64::from(placing.place("client").entry.index)).collect();
    let steps: Vec<i64> = indexes.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let up = steps.iter().filter(|step| **step > 0).count();
    assert!((80..175).contains(&up), "{up} of 255 steps go up");
    let distinct: HashSet<&i64> = steps.iter().collect();
    assert!(distinct.len() > 100, "{} different steps", distinct.len());
    // Blocks begin anywhere in the list.
    let blocks: HashSet<u16> =
        (0..50).map(|at| block(placing.place(&format!("client {at}")).entry).number).collect();
    assert!(blocks.iter().max().unwrap() - blocks.iter().min().unwrap() > 1000, "{blocks:?}");
}

#[test]
fn a_list_outlives_every_token_on_it() {
    let placing = Placing::new();
    let outlives = |place: &Place, lifetime: u64| {
        u64::from(place.entry.list.expires_at) > placing.clock.now() + lifetime
    };
    let early = placing.place("client");
    placing.clock.advance(Duration::from_secs(3599));
    let late = placing.place("client");
    assert_eq!(late.uri, early.uri);
    assert!(outlives(&late, LIFETIME));

    // Longer than any that was configured when the list was opened.
    let long = placing.lists.place("client", placing.clock.now() + 86_400).unwrap();
    assert!(outlives(&long, 86_400));
    assert_ne!(long.uri, early.uri);
}

#[test]
fn a_list_is_open_for_an_hour() {
    let placing = Placing::new();
    let first = placing.place("client");
    assert_eq!(placing.lists.open_lists(), std::slice::from_ref(&first.uri));
    placing.clock.advance(Duration::from_secs(3600));
    assert!(placing.lists.open_lists().is_empty());
    let second = placing.place("client");
    assert_ne!(second.uri, first.uri);
    assert_eq!(placing.lists.open_lists(), [second.uri]);
}

#[test]
fn there_are_never_many_open_lists() {
    let placing = Placing::new();
    let first = placing.place("client");
    for days in 1..40 {
        let expires_at = placing.clock.now() + days * 86_400;
        placing.lists.place("client", expires_at).unwrap();
    }
    assert_eq!(placing.lists.open_lists().len(), 16);
    assert_ne!(placing.place("client").uri, first.uri, "the first list is closed");
}

#[test]
fn a_list_is_recognised_by_its_name_alone_and_no_other_is() {
    let placing = Placing::new();
    let Place { entry, uri } = placing.place("client");
    let uris = placing.lists.uris();
    let id = uri.strip_prefix("https://issuer.example.com/status-lists/").unwrap();
    assert_eq!(id.len(), 32);
    assert_eq!(uris.recognise(id), Some(entry.list));
    assert_eq!(uris.all_uris(entry.list), [&*uri]);
    for at in 0..id.len() {
        let mut forged = id.to_owned();
        let other = if &id[at..=at] == "A" { "B" } else { "A" };
        forged.replace_range(at..=at, other);
        assert_eq!(uris.recognise(&forged), None, "{forged}");
    }
    for malformed in
        ["", "events", &id[..31], &format!("{id}A"), &format!("{id}="), &"A".repeat(9999)]
    {
        assert_eq!(uris.recognise(malformed), None, "{malformed}");
    }
}

#[tokio::test]
async fn the_owner_of_a_block_is_noted_once_and_behind_issuings_back() {
    let placing = Placing::new();
    let entries: Vec<Entry> = (0..300).map(|_| placing.place("client").entry).collect();
    assert_eq!(placing.lists.unnoted_blocks(), 2);
    let revocations = &*placing.store.revocations;
    placing.lists.note_all(revocations).await.unwrap();
    assert_eq!(placing.lists.unnoted_blocks(), 0);

    let now = placing.clock.now();
    let mut noted = revocations.end_application("client", now, now + LIFETIME).await.unwrap();
    noted.sort_by_key(|block| block.number);
    let mut expected = vec![block(entries[0]), block(entries[299])];
    expected.sort_by_key(|block| block.number);
    assert_eq!(noted, expected);
}

#[tokio::test]
async fn a_block_that_is_noted_after_its_owner_was_revoked_is_revoked_whole() {
    let placing = Placing::new();
    let entry = placing.place("client").entry;
    let revocations = &*placing.store.revocations;
    let now = placing.clock.now();
    revocations.end_application("client", now, now + LIFETIME).await.unwrap();
    assert!(!revocations.is_revoked(entry).await.unwrap());

    placing.lists.note_all(revocations).await.unwrap();
    assert!(revocations.is_revoked(entry).await.unwrap());
    placing.clock.advance(Duration::from_secs(1));
    let next = placing.place("client").entry;
    assert_ne!(block(next), block(entry));
    placing.lists.note_all(revocations).await.unwrap();
    assert!(!revocations.is_revoked(next).await.unwrap());
}

#[test]
fn no_token_is_put_on_a_block_that_was_revoked_whole() {
    let placing = Placing::new();
    let (mine, other) = (block(placing.place("client").entry), block(placing.place("other").entry));
    let revoked =
        |first, count| RevocationEvent::Revoked(Revoked { list: mine.list, first, count });
    // One place of it, nearly all of it, another list's.
    placing.lists.heard(revoked(mine.first(), 1));
    placing.lists.heard(revoked(mine.first() + 1, BLOCK_SIZE));
    assert_eq!(block(placing.place("client").entry), mine);

    placing.lists.heard(revoked(mine.first(), BLOCK_SIZE));
    assert_ne!(block(placing.place("client").entry), mine);
    assert_eq!(block(placing.place("other").entry), other);
}

#[test]
fn where_revocations_may_have_been_missed_no_block_is_gone_on_with() {
    let placing = Placing::new();
    let before = block(placing.place("client").entry);
    placing.lists.heard(RevocationEvent::Missed);
    assert_ne!(block(placing.place("client").entry), before);
}

#[test]
fn a_token_that_never_ends_has_a_place_too() {
    let placing = Placing::new();
    let now = SystemClock.now();
    let place = placing.lists.place("client", u64::MAX).unwrap();
    assert_eq!(place.entry.list.expires_at, u32::MAX);
    assert!(placing.lists.place("client", now + 1).is_ok());
}
