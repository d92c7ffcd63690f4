//! What each key does at a time: next → active → retiring → gone.

use std::time::Duration;

use signet::keys::{JWKS_MAX_AGE, KeyRing, KeyState, PUBLICATION_LEAD, SKEW, SigningKey};
use signet_verifier::Algorithm;

use super::support::{Folder, LIFETIME, START, entry, pem};

/// A ring whose keys of each algorithm sign from these times after [`START`].
fn ring(successions: &[(Algorithm, &[u64])]) -> (KeyRing, Vec<String>) {
    let folder = Folder::empty();
    let (mut toml, mut kids) = (String::new(), Vec::new());
    for (algorithm, times) in successions {
        for time in *times {
            let pem = pem(*algorithm);
            let key = SigningKey::from_pkcs8_pem(&pem, *algorithm).expect("a key just made is fit");
            folder.write(&format!("{}.pem", key.kid()), &pem);
            toml += &entry(key.kid(), algorithm.name(), START + time);
            kids.push(key.kid().to_owned());
        }
    }
    folder.write("ring.toml", &toml);
    (folder.keys().load().expect("the folder is sound"), kids)
}

fn states(ring: &KeyRing, now: u64) -> Vec<KeyState> {
    ring.list(now).into_iter().map(|key| key.state).collect()
}

#[test]
fn the_constants_are_those_of_the_contract() {
    assert_eq!(JWKS_MAX_AGE, Duration::from_secs(300));
    assert_eq!(SKEW, Duration::from_secs(60));
    assert_eq!(PUBLICATION_LEAD, Duration::from_secs(360));
}

#[test]
fn a_key_goes_from_next_to_active_to_retiring_to_gone() {
    use KeyState::{Active, Gone, Next, Retiring};

    let (ring, kids) = ring(&[(Algorithm::Es256, &[0, 1_000, 5_000])]);
    let tail = LIFETIME + SKEW.as_secs();
    let table = [
        (0, [Active, Next, Next]),
        (999, [Active, Next, Next]),
        (1_000, [Retiring, Active, Next]),
        (1_000 + tail - 1, [Retiring, Active, Next]),
        (1_000 + tail, [Gone, Active, Next]),
        (4_999, [Gone, Active, Next]),
        (5_000, [Gone, Retiring, Active]),
        (5_000 + tail - 1, [Gone, Retiring, Active]),
        (5_000 + tail, [Gone, Gone, Active]),
        (1 << 40, [Gone, Gone, Active]),
    ];
    for (time, expected) in table {
        let now = START + time;
        assert_eq!(states(&ring, now), expected, "at {time}");

        let signing = ring.signing_key(Algorithm::Es256, now).unwrap().kid();
        let active = expected.iter().position(|state| *state == Active).unwrap();
        assert_eq!(signing, kids[active], "at {time}");

        let published: Vec<_> = ring.published(now).map(|key| key.kid().to_owned()).collect();
        let expected: Vec<_> =
            kids.iter().zip(expected).filter(|(_, state)| *state != Gone).collect();
        let expected: Vec<_> = expected.into_iter().map(|(kid, _)| kid.clone()).collect();
        assert_eq!(published, expected, "at {time}");
        let jwks = ring.jwks(now).keys.into_iter().filter_map(|jwk| jwk.kid).collect::<Vec<_>>();
        assert_eq!(jwks, expected, "at {time}");
    }
}

#[test]
fn the_list_tells_the_times_of_each_key() {
    let (ring, kids) = ring(&[(Algorithm::Es256, &[0, 1_000]), (Algorithm::EdDsa, &[500])]);
    let list = ring.list(START);
    let row = |index: usize| {
        let key = &list[index];
        assert_eq!((key.kid.as_str(), key.created_at), (kids[index].as_str(), START));
        (key.algorithm, key.signs_from - START, key.signs_until, key.published_until)
    };
    let (until, published) = (START + 1_000, START + 1_000 + LIFETIME + 60);
    assert_eq!(row(0), (Algorithm::Es256, 0, Some(until), Some(published)));
    assert_eq!(row(1), (Algorithm::Es256, 1_000, None, None));
    assert_eq!(row(2), (Algorithm::EdDsa, 500, None, None));
}

#[test]
fn algorithms_rotate_apart_from_each_other() {
    use KeyState::{Active, Next, Retiring};

    let (ring, _) = ring(&[(Algorithm::Es256, &[0, 100]), (Algorithm::EdDsa, &[50, 300])]);
    assert_eq!(states(&ring, START + 99), [Active, Next, Active, Next]);
    assert_eq!(states(&ring, START + 100), [Retiring, Active, Active, Next]);
    assert_eq!(states(&ring, START + 300), [Retiring, Active, Retiring, Active]);
    assert!(ring.signing_key(Algorithm::Es384, START).is_none());
}

#[test]
fn of_two_keys_of_one_second_the_one_listed_later_signs() {
    let (ring, kids) = ring(&[(Algorithm::Es256, &[10, 10])]);
    assert_eq!(ring.signing_key(Algorithm::Es256, START + 10).unwrap().kid(), kids[1]);
}

#[test]
fn the_order_of_the_file_does_not_matter_otherwise() {
    let (ring, kids) = ring(&[(Algorithm::Es256, &[900, 0])]);
    assert_eq!(ring.signing_key(Algorithm::Es256, START + 100).unwrap().kid(), kids[1]);
    assert_eq!(ring.signing_key(Algorithm::Es256, START + 900).unwrap().kid(), kids[0]);
}

#[test]
fn a_first_key_signs_on_a_replica_whose_clock_is_a_little_behind() {
    let (ring, kids) = ring(&[(Algorithm::Es256, &[0, 30])]);
    let early = |seconds| ring.signing_key(Algorithm::Es256, START - seconds);
    assert_eq!(early(60).unwrap().kid(), kids[0]);
    assert_eq!(states(&ring, START - 60), [KeyState::Active, KeyState::Next]);
    assert!(early(61).is_none());
    assert_eq!(states(&ring, START - 61), [KeyState::Next, KeyState::Next]);
}

#[test]
fn a_kid_is_distinct_in_the_published_set() {
    let (ring, _) = ring(&[(Algorithm::Es256, &[0, 1, 2]), (Algorithm::EdDsa, &[0])]);
    let mut kids: Vec<_> = ring.jwks(START).keys.into_iter().map(|jwk| jwk.kid).collect();
    kids.sort();
    kids.dedup();
    assert_eq!(kids.len(), 4);
}
