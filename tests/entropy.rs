//! Identifiers are made of fresh bytes, and of none when there are none.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use signet::entropy::{Entropy, EntropyUnavailable, Pooled, SystemEntropy, identifier};

/// Hands out each byte value in turn, and fails when it is told to.
#[derive(Debug, Default)]
struct Counting {
    calls: AtomicUsize,
    fail_from: usize,
}

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyUnavailable> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        if call >= self.fail_from {
            return Err(EntropyUnavailable);
        }
        let start = call * bytes.len();
        for (position, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::try_from((start + position) / 4 % 256).unwrap_or_default();
        }
        Ok(())
    }
}

#[test]
fn a_hundred_thousand_identifiers_of_four_threads_are_distinct() {
    let entropy = Pooled(SystemEntropy);
    let make = || (0..25_000).map(|_| identifier(&entropy).unwrap()).collect::<Vec<_>>();
    let identifiers: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(make)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(identifiers.iter().collect::<HashSet<_>>().len(), 100_000);
    assert!(identifiers.iter().all(|identifier| identifier.len() == 22));
}

/// Runs `test` on a thread of its own, and so with a block of its own.
fn with_a_fresh_block(test: impl FnOnce() + Send) {
    thread::scope(|scope| scope.spawn(test).join().expect("the test holds"));
}

#[test]
fn no_byte_is_handed_out_twice_and_one_block_serves_many() {
    with_a_fresh_block(|| {
        let entropy = Pooled(Counting { fail_from: usize::MAX, ..Counting::default() });
        let mut seen = HashSet::new();
        for _ in 0..32 {
            let mut bytes = [0; 16];
            entropy.fill(&mut bytes).unwrap();
            assert!(seen.insert(bytes), "{bytes:?}");
        }
        assert_eq!(entropy.0.calls.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn a_source_that_fails_yields_nothing_and_what_is_left_of_a_block_is_not_stretched() {
    with_a_fresh_block(|| {
        let entropy = Pooled(Counting { fail_from: 1, ..Counting::default() });
        for _ in 0..32 {
            assert!(identifier(&entropy).is_ok());
        }
        assert_eq!(identifier(&entropy), Err(EntropyUnavailable));
        assert_eq!(identifier(&entropy), Err(EntropyUnavailable));
        assert_eq!(entropy.fill(&mut [0; 4096]), Err(EntropyUnavailable));
    });
}
