//! `rotate`, `retire` and `maintain`, one replica at a time.

use std::{fs, time::Duration};

use signet::{
    entropy::SystemEntropy,
    keys::{KeyDirectory, KeyError, KeyState, Maintained, Retired, RotateWhen, Rotated},
};
use signet_verifier::Algorithm;

use super::support::{FakeClock, Folder, LIFETIME, START};

const ALG: Algorithm = Algorithm::Es256;
const DAY: Duration = Duration::from_secs(86_400);

fn rotate(folder: &Folder, when: RotateWhen, now: u64) -> Rotated {
    folder
        .keys()
        .rotate(ALG, when, &FakeClock::at(now), &SystemEntropy)
        .expect("the ring can be rotated")
}

fn maintain(folder: &Folder, now: u64) -> Maintained {
    folder
        .keys()
        .maintain(Some(DAY), &[ALG], &FakeClock::at(now), &SystemEntropy)
        .expect("the ring can be maintained")
}

fn active(folder: &Folder, now: u64) -> String {
    let ring = folder.keys().load().expect("the folder is sound");
    ring.signing_key(ALG, now).expect("a key signs").kid().to_owned()
}

fn states(folder: &Folder, now: u64) -> Vec<KeyState> {
    let ring = folder.keys().load().expect("the folder is sound");
    ring.list(now).into_iter().map(|key| key.state).collect()
}

#[test]
fn rotate_makes_a_next_key_that_waits_for_its_publication() {
    let folder = Folder::with_keys(&[ALG]);
    let first = active(&folder, START);
    let Rotated::Made { kid, signs_from } =
        rotate(&folder, RotateWhen::AfterPublication, START + 10)
    else {
        unreachable!("a key is made")
    };
    assert_eq!(signs_from, START + 10 + 360);
    assert_eq!(states(&folder, START + 10), [KeyState::Active, KeyState::Next]);
    assert_eq!(active(&folder, signs_from - 1), first);
    assert_eq!(active(&folder, signs_from), kid);

    let again = rotate(&folder, RotateWhen::AfterPublication, START + 20);
    assert_eq!(again, Rotated::AlreadyScheduled { kid, signs_from });
    assert_eq!(folder.pem_count(), 2);
}

#[test]
fn rotate_now_makes_a_key_that_signs_at_once_even_within_one_second() {
    let folder = Folder::with_keys(&[ALG]);
    for count in 2..5 {
        let rotated = rotate(&folder, RotateWhen::Now, START);
        let Rotated::Made { kid, signs_from } = rotated else { unreachable!("a key is made") };
        assert_eq!((signs_from, active(&folder, START)), (START, kid));
        assert_eq!(folder.keys().load().unwrap().published(START).count(), count);
    }
}

#[test]
fn rotate_now_brings_the_next_key_forward() {
    let folder = Folder::with_keys(&[ALG]);
    let scheduled = rotate(&folder, RotateWhen::AfterPublication, START);
    let Rotated::Made { kid, .. } = scheduled else { unreachable!("a key is made") };
    let signs_from = START + 5;
    let rotated = rotate(&folder, RotateWhen::Now, signs_from);
    assert_eq!(rotated, Rotated::BroughtForward { kid: kid.clone(), signs_from });
    assert_eq!(active(&folder, signs_from), kid);
    assert_eq!(states(&folder, signs_from), [KeyState::Retiring, KeyState::Active]);
    assert_eq!(folder.pem_count(), 2);
}

#[test]
fn rotate_without_a_ring_is_refused_and_makes_no_folder() {
    let parent = Folder::empty();
    let path = parent.file("keys");
    let keys = KeyDirectory::new(&path, DAY);
    let clock = FakeClock::at(START);
    let error = keys.rotate(ALG, RotateWhen::Now, &clock, &SystemEntropy).unwrap_err();
    assert!(matches!(error, KeyError::NoRing { .. }), "{error}");
    assert!(!path.exists());
}

#[test]
fn retire_refuses_the_only_key_that_signs_and_says_what_to_do_first() {
    let folder = Folder::with_keys(&[ALG]);
    let kid = active(&folder, START);
    let error = folder.keys().retire(&kid, &FakeClock::at(START)).unwrap_err();
    assert!(matches!(error, KeyError::LastKey { .. }), "{error}");
    assert!(error.to_string().contains("signet keys rotate --alg ES256 --now"), "{error}");
    assert_eq!(active(&folder, START), kid);

    // Done as told; an older key that still retires is no replacement.
    rotate(&folder, RotateWhen::Now, START);
    let second = active(&folder, START);
    assert!(folder.keys().retire(&second, &FakeClock::at(START)).is_err());
    let retired = folder.keys().retire(&kid, &FakeClock::at(START)).unwrap();
    assert_eq!(retired, Retired { successor: None });
    assert_eq!((states(&folder, START), folder.pem_count()), (vec![KeyState::Active], 1));
}

#[test]
fn retire_hands_over_to_the_next_key_at_once() {
    let folder = Folder::with_keys(&[ALG]);
    let first = active(&folder, START);
    let rotated = rotate(&folder, RotateWhen::AfterPublication, START);
    let Rotated::Made { kid: next, .. } = rotated else { unreachable!("a key is made") };
    let retired = folder.keys().retire(&first, &FakeClock::at(START + 1)).unwrap();
    assert_eq!(retired, Retired { successor: Some(next.clone()) });
    assert_eq!(active(&folder, START + 1), next);
    assert!(!folder.names().contains(&format!("{first}.pem")));
}

#[test]
fn retire_removes_a_next_key_and_leaves_the_active_one() {
    let folder = Folder::with_keys(&[ALG]);
    let first = active(&folder, START);
    let rotated = rotate(&folder, RotateWhen::AfterPublication, START);
    let Rotated::Made { kid: next, .. } = rotated else { unreachable!("a key is made") };
    let retired = folder.keys().retire(&next, &FakeClock::at(START)).unwrap();
    assert_eq!(retired, Retired { successor: None });
    assert_eq!(active(&folder, START + 10_000), first);
}

#[test]
fn retire_mends_a_ring_that_lists_a_lost_file() {
    let folder = Folder::with_keys(&[ALG]);
    let first = active(&folder, START);
    rotate(&folder, RotateWhen::Now, START + 1);
    fs::remove_file(folder.file(&format!("{first}.pem"))).unwrap();
    assert!(folder.refusal().contains("signet keys retire"));
    folder.keys().retire(&first, &FakeClock::at(START + 1)).unwrap();
    assert!(folder.keys().load().is_ok());
}

#[test]
fn retire_knows_listed_keys_only() {
    let folder = Folder::with_keys(&[ALG]);
    for kid in ["", "../sealing", "ring.toml"] {
        let error = folder.keys().retire(kid, &FakeClock::at(START)).unwrap_err();
        assert!(matches!(error, KeyError::UnknownKid { .. }), "{error}");
    }
}

#[test]
fn maintain_makes_the_next_key_in_time_for_its_publication() {
    let folder = Folder::with_keys(&[ALG]);
    let end = START + DAY.as_secs();
    assert_eq!(maintain(&folder, end - 361), Maintained::default());
    let made = maintain(&folder, end - 360).made;
    assert_eq!(made.len(), 1);
    let list = folder.keys().load().unwrap().list(end);
    assert_eq!((&list[1].kid, list[1].signs_from), (&made[0], end));
    assert_eq!(maintain(&folder, end - 300), Maintained::default());
}

#[test]
fn maintain_publishes_first_even_where_it_is_late() {
    let folder = Folder::with_keys(&[ALG]);
    let late = START + 10 * DAY.as_secs();
    assert_eq!(maintain(&folder, late).made.len(), 1);
    let list = folder.keys().load().unwrap().list(late);
    assert_eq!((list[1].created_at, list[1].signs_from), (late, late + 360));
}

#[test]
fn maintain_deletes_a_key_when_its_last_token_has_ended() {
    let folder = Folder::with_keys(&[ALG]);
    let first = active(&folder, START);
    rotate(&folder, RotateWhen::Now, START + 100);
    let gone = START + 100 + LIFETIME + 60;
    assert_eq!(maintain(&folder, gone - 1), Maintained::default());
    let maintained = maintain(&folder, gone);
    assert_eq!(maintained, Maintained { made: vec![], deleted: vec![first.clone()] });
    assert!(!folder.names().contains(&format!("{first}.pem")));
    assert_eq!(states(&folder, gone), [KeyState::Active]);
}

#[test]
fn without_rotate_every_maintain_makes_no_key_and_still_deletes() {
    let folder = Folder::with_keys(&[ALG]);
    rotate(&folder, RotateWhen::Now, START + 100);
    let clock = FakeClock::at(START + 100 * DAY.as_secs());
    let maintained = folder.keys().maintain(None, &[ALG], &clock, &SystemEntropy).unwrap();
    assert_eq!((maintained.made.len(), maintained.deleted.len()), (0, 1));
}

#[test]
fn maintain_rotates_the_algorithms_it_is_told_to() {
    let folder = Folder::with_keys(&[ALG, Algorithm::EdDsa]);
    assert_eq!(maintain(&folder, START + DAY.as_secs()).made.len(), 1);
    let list = folder.keys().load().unwrap().list(START);
    assert_eq!(list.iter().filter(|key| key.algorithm == ALG).count(), 2);
    assert_eq!(list.iter().filter(|key| key.algorithm == Algorithm::EdDsa).count(), 1);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_and_still_loads() {
    // What a read-only folder does to its owner, for tests that run as root too: no lock can be taken.
    let folder = Folder::with_keys(&[ALG]);
    fs::remove_file(folder.file(".lock")).unwrap();
    fs::create_dir(folder.file(".lock")).unwrap();
    let clock = FakeClock::at(START);
    let keys = folder.keys();

    // Nothing due: nothing asked.
    assert_eq!(
        keys.maintain(Some(DAY), &[ALG], &clock, &SystemEntropy).unwrap(),
        Maintained::default()
    );
    assert!(keys.ensure(&[ALG], &clock, &SystemEntropy).unwrap().is_empty());

    clock.set(START + DAY.as_secs());
    let refused = [
        keys.maintain(Some(DAY), &[ALG], &clock, &SystemEntropy).map(drop),
        keys.ensure(&[Algorithm::EdDsa], &clock, &SystemEntropy).map(drop),
        keys.rotate(ALG, RotateWhen::Now, &clock, &SystemEntropy).map(drop),
        keys.retire(&active(&folder, START), &clock).map(drop),
    ];
    for result in refused {
        assert!(matches!(result, Err(KeyError::Unwritable { .. })), "{result:?}");
    }
    assert_eq!(keys.load().unwrap().list(START).len(), 1);
}

#[test]
fn a_shortened_token_lifetime_does_not_withdraw_a_key_whose_tokens_still_live() {
    let folder = Folder::with_keys(&[ALG]);
    let first = active(&folder, START);
    let with_lifetime = |lifetime| KeyDirectory::new(folder.path(), lifetime);
    let (clock, later) = (FakeClock::at(START), START + 360 + 3600);
    with_lifetime(DAY).rotate(ALG, RotateWhen::AfterPublication, &clock, &SystemEntropy).unwrap();

    // Ten minutes are enough from now on, but a token of a day may have been issued before.
    let shortened = with_lifetime(Duration::from_secs(600));
    shortened.maintain(None, &[ALG], &FakeClock::at(later), &SystemEntropy).unwrap();
    let published = |now| shortened.load().unwrap().published(now).any(|key| key.kid() == first);
    assert!(published(later));
    assert!(published(START + 360 + 86_400 + 59));
    assert!(!published(START + 360 + 86_400 + 60));
}
