//! A week of automatic rotation, replayed: replicas with clocks that differ, that notice changes late and
//! maintain at their own moments, and a verifier behind a cache. Checklist item 103.

use std::{collections::HashMap, time::Duration};

use signet::{
    entropy::SystemEntropy,
    keys::{Fingerprint, JWKS_MAX_AGE, KeyDirectory, KeyRing},
};
use signet_verifier::Algorithm;

use super::support::{FakeClock, Folder, LIFETIME, START};

const ALG: Algorithm = Algorithm::Es256;
const HOUR: Duration = Duration::from_secs(3_600);
const WEEK: u64 = 7 * 86_400;
/// How late a replica may notice that the folder has changed.
const RELOAD_DELAY: u64 = 5;

struct Replica {
    keys: KeyDirectory,
    ring: KeyRing,
    fingerprint: Fingerprint,
    /// How far the clock is off, in seconds.
    offset: i64,
    /// The second of each minute in which it maintains.
    phase: u64,
    reload_at: Option<u64>,
}

impl Replica {
    fn new(folder: &Folder, offset: i64, phase: u64) -> Self {
        let keys = folder.keys();
        let (fingerprint, ring) = (keys.fingerprint(), keys.load().expect("the folder is sound"));
        Self { keys, ring, fingerprint, offset, phase, reload_at: None }
    }

    fn now(&self, time: u64) -> u64 {
        time.saturating_add_signed(self.offset)
    }

    /// One second passes. Returns how many keys it made.
    fn tick(&mut self, time: u64) -> usize {
        if self.reload_at == Some(time) {
            self.fingerprint = self.keys.fingerprint();
            self.ring = self.keys.load().expect("the folder is sound");
            self.reload_at = None;
        }
        if time % 60 != self.phase {
            return 0;
        }
        let clock = FakeClock::at(self.now(time));
        let maintained = self.keys.maintain(Some(HOUR), &[ALG], &clock, &SystemEntropy);
        maintained.expect("the folder can be written").made.len()
    }

    /// Where the folder has changed, the change is noticed at the latest moment allowed.
    fn watch(&mut self, time: u64) {
        if self.reload_at.is_none() && self.keys.fingerprint() != self.fingerprint {
            self.reload_at = Some(time + RELOAD_DELAY);
        }
    }

    fn published(&self, time: u64) -> Vec<String> {
        self.ring.published(self.now(time)).map(|key| key.kid().to_owned()).collect()
    }
}

#[test]
fn rotation_is_never_noticed() {
    let folder = Folder::with_keys(&[ALG]);
    let offsets = [(-20, 0), (0, 17), (20, 41)];
    let mut replicas = offsets.map(|(offset, phase)| Replica::new(&folder, offset, phase));
    // What verifiers know, each of which asks one of the replicas at moments of its own.
    let mut caches: Vec<Vec<String>> = vec![Vec::new(); 9];
    // Until when tokens of each key live.
    let mut alive: HashMap<String, u64> = HashMap::new();
    let (mut made, mut signed_by) = (0, 0);
    let mut signing = [const { String::new() }; 3];

    for time in START..START + WEEK {
        made += replicas.iter_mut().map(|replica| replica.tick(time)).sum::<usize>();
        // The folder changes in maintenance only, which falls into these seconds.
        if replicas.iter().any(|replica| time % 60 == replica.phase) {
            replicas.iter_mut().for_each(|replica| replica.watch(time));
        }

        let mut changed = false;
        for (index, cache) in caches.iter_mut().enumerate() {
            let phase = 33 * index as u64;
            if cache.is_empty() || time % JWKS_MAX_AGE.as_secs() == phase {
                *cache = replicas[index % 3].published(time);
                changed = true;
            }
        }

        for (replica, signing) in replicas.iter().zip(&mut signing) {
            let now = replica.now(time);
            let kid = replica.ring.signing_key(ALG, now).expect("a key always signs").kid();
            if signing != kid {
                kid.clone_into(signing);
                changed = true;
            }
            match alive.get_mut(kid) {
                Some(until) => *until = (*until).max(now + LIFETIME),
                None => {
                    alive.insert(kid.to_owned(), now + LIFETIME);
                    signed_by += 1;
                }
            }
        }
        for cache in caches.iter().filter(|_| changed) {
            let known = signing.iter().all(|kid| cache.contains(kid));
            assert!(known, "a cache lacks the key that signs, {time}");
        }

        alive.retain(|_, until| *until > time);
        if time % 7 == 0 {
            for published in replicas.iter().map(|replica| replica.published(time)) {
                for kid in alive.keys() {
                    assert!(published.contains(kid), "a live token's key is withdrawn, {time}");
                }
            }
        }
    }

    // One key an hour, by whichever replica came first; the last may wait for its time.
    assert!((167..=168).contains(&made), "{made}");
    assert!((167..=169).contains(&signed_by), "{signed_by}");
    assert!(folder.pem_count() <= 3, "{:?}", folder.names());
}
