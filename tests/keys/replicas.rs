//! Several replicas on one folder, and replicas that crashed.

use std::{
    collections::HashSet,
    sync::{Barrier, atomic::AtomicBool, atomic::Ordering},
    thread,
    time::Duration,
};

use signet::{
    entropy::SystemEntropy,
    keys::{RotateWhen, SigningKey},
};
use signet_verifier::Algorithm;

use super::support::{FakeClock, Folder, LIFETIME, QUICK, START, pem};

const HOUR: Duration = Duration::from_secs(3_600);

#[test]
fn eight_replicas_that_maintain_at_once_make_one_next_key_each_algorithm() {
    let folder = Folder::with_keys(&QUICK);
    let clock = FakeClock::at(START + HOUR.as_secs());
    let barrier = Barrier::new(8);
    let made: usize = thread::scope(|scope| {
        let maintain = || {
            let keys = folder.keys();
            barrier.wait();
            keys.maintain(Some(HOUR), &QUICK, &clock, &SystemEntropy).unwrap().made.len()
        };
        let replicas: Vec<_> = (0..8).map(|_| scope.spawn(maintain)).collect();
        replicas.into_iter().map(|replica| replica.join().unwrap()).sum()
    });
    assert_eq!((made, folder.pem_count()), (3, 6));
    assert_eq!(folder.keys().load().unwrap().list(START).len(), 6);
}

#[test]
fn eight_replicas_that_start_at_once_in_an_empty_folder_share_one_set_of_keys() {
    let folder = Folder::empty();
    let barrier = Barrier::new(8);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                barrier.wait();
                folder.keys().ensure(&QUICK, &FakeClock::at(START), &SystemEntropy).unwrap();
                folder.keys().load().unwrap();
                folder.keys().load_sealing_keys().unwrap();
            });
        }
    });
    assert_eq!(folder.pem_count(), 3);
}

#[test]
fn a_replica_whose_clock_is_behind_makes_no_second_first_key() {
    let folder = Folder::with_keys(&[Algorithm::Es256]);
    let behind = FakeClock::at(START - 45);
    let made = folder.keys().ensure(&[Algorithm::Es256], &behind, &SystemEntropy).unwrap();
    assert!(made.is_empty());
}

#[test]
fn a_folder_loads_at_every_moment_while_others_change_it() {
    let folder = Folder::with_keys(&[Algorithm::Es256]);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let (keys, mut loads) = (folder.keys(), 0);
                while !done.load(Ordering::SeqCst) || loads == 0 {
                    keys.load().unwrap();
                    loads += 1;
                }
            });
        }
        let clock = FakeClock::at(START);
        for round in 1..100 {
            clock.set(START + round * 2 * LIFETIME);
            let keys = folder.keys();
            keys.rotate(Algorithm::Es256, RotateWhen::Now, &clock, &SystemEntropy).unwrap();
            clock.set(START + (round + 1) * 2 * LIFETIME - 1);
            let gone = keys.maintain(None, &[], &clock, &SystemEntropy).unwrap().deleted;
            assert_eq!(gone.len(), 1);
        }
        done.store(true, Ordering::SeqCst);
    });
    assert_eq!(folder.pem_count(), 1);
}

#[test]
fn what_a_crashed_writer_left_is_harmless_and_swept_by_the_next() {
    let folder = Folder::with_keys(&[Algorithm::Es256]);
    let before: HashSet<_> = folder.names().into_iter().collect();
    let orphan = pem(Algorithm::Es256);
    let kid = SigningKey::from_pkcs8_pem(&orphan, Algorithm::Es256).unwrap().kid().to_owned();

    // Crashed after writing a key, before listing it; and in the middle of writing three files.
    folder.write(&format!("{kid}.pem"), &orphan);
    folder.write(".signet-ring.toml", "[[key]]\nkid = ");
    folder.write(&format!(".signet-{kid}.pem"), &orphan[..40]);
    folder.write(".signet-sealing.key", "");
    let fingerprint = folder.keys().fingerprint();
    assert_eq!(folder.keys().load().unwrap().list(START).len(), 1);

    let clock = FakeClock::at(START);
    let keys = folder.keys();
    keys.rotate(Algorithm::Es256, RotateWhen::Now, &clock, &SystemEntropy).unwrap();
    let left: Vec<_> =
        folder.names().into_iter().filter(|name| name.starts_with(".signet")).collect();
    assert_eq!(left, [""; 0]);
    assert!(before.iter().all(|name| folder.names().contains(name)));
    assert_eq!(folder.keys().load().unwrap().list(START).len(), 2);
    assert_ne!(folder.keys().fingerprint(), fingerprint);
}

#[test]
fn a_writer_that_crashed_between_ring_and_file_leaves_a_ring_that_loads() {
    // Deleting goes ring first, file second.
    let folder = Folder::with_keys(&[Algorithm::Es256, Algorithm::EdDsa]);
    let ring = folder.keys().load().unwrap();
    let kept = ring.signing_key(Algorithm::Es256, START).unwrap().kid();
    folder.write("ring.toml", &super::support::entry(kept, "ES256", START));
    assert_eq!(folder.keys().load().unwrap().list(START).len(), 1);
    let made = folder.keys().ensure(&[Algorithm::EdDsa], &FakeClock::at(START), &SystemEntropy);
    assert_eq!(made.unwrap().len(), 1);
}
