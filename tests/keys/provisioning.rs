//! `ensure`: a folder becomes usable, once.

use std::{fs, os::unix::fs::PermissionsExt, sync::atomic::AtomicU64, time::Duration};

use signet::{
    entropy::SystemEntropy,
    keys::{KeyDirectory, KeyError, RsaBits, SigningKey, generate_pkcs8_pem},
};
use signet_verifier::Algorithm;

use super::support::{FailingEntropy, FakeClock, Folder, QUICK, START, decode, verifies};

#[test]
fn a_new_folder_gets_a_key_per_algorithm_and_a_sealing_key_for_its_owner_only() {
    let parent = Folder::empty();
    let path = parent.file("deep/keys");
    let keys = KeyDirectory::new(&path, Duration::from_secs(600));
    let kids = keys.ensure(&Algorithm::ALL, &FakeClock::at(START), &SystemEntropy).unwrap();
    assert_eq!(kids.len(), 5);

    let ring = keys.load().unwrap();
    for algorithm in Algorithm::ALL {
        let key = ring.signing_key(algorithm, START).unwrap();
        let token = key.sign("at+jwt", &serde_json::json!({})).unwrap();
        assert!(kids.contains(&key.kid().to_owned()) && verifies(&token, key.jwk()));
    }
    for status in ring.list(START) {
        assert_eq!((status.created_at, status.signs_from), (START, START));
    }
    keys.load_sealing_keys().unwrap();

    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for entry in fs::read_dir(&path).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn the_ring_file_explains_itself() {
    let toml = Folder::with_keys(&[Algorithm::Es256]).read("ring.toml");
    for word in ["# The key ring", "signs_from  from when it signs", "[[key]]", "alg = \"ES256\""] {
        assert!(toml.contains(word), "{toml}");
    }
}

#[test]
fn what_is_there_is_kept() {
    let folder = Folder::with_keys(&QUICK);
    let (names, ring) = (folder.names(), folder.read("ring.toml"));
    let fingerprint = folder.keys().fingerprint();
    let later = FakeClock::at(START + 1_000_000);
    assert_eq!(folder.keys().ensure(&QUICK, &later, &SystemEntropy).unwrap(), [""; 0]);
    assert_eq!((folder.names(), folder.read("ring.toml")), (names, ring));
    assert_eq!(folder.keys().fingerprint(), fingerprint);
}

#[test]
fn only_the_algorithm_that_lacks_a_key_gets_one() {
    let folder = Folder::with_keys(&[Algorithm::Es256]);
    let before = folder.keys().load().unwrap().list(START).remove(0);
    let later = FakeClock::at(START + 50);
    let algorithms = [Algorithm::EdDsa, Algorithm::Es256, Algorithm::EdDsa];
    let made = folder.keys().ensure(&algorithms, &later, &SystemEntropy).unwrap();
    let list = folder.keys().load().unwrap().list(START + 50);
    assert_eq!((made.len(), list.len()), (1, 2));
    assert_eq!(list[0], before);
    assert_eq!(
        (&list[1].kid, list[1].algorithm, list[1].signs_from),
        (&made[0], Algorithm::EdDsa, START + 50)
    );
}

#[test]
fn a_malformed_ring_is_not_written_over() {
    let folder = Folder::empty();
    folder.write("ring.toml", "not a ring");
    let error = folder.keys().ensure(&QUICK, &FakeClock::at(START), &SystemEntropy).unwrap_err();
    assert!(matches!(error, KeyError::MalformedRing { .. }), "{error}");
    assert_eq!(folder.read("ring.toml"), "not a ring");
}

#[test]
fn no_entropy_no_key() {
    // The sealing key takes the first answer; the search for primes then finds none, or only some.
    for answers in [0, 1, 2, 5] {
        let folder = Folder::empty();
        let entropy = FailingEntropy(AtomicU64::new(answers));
        let result = folder.keys().ensure(&[Algorithm::Rs256], &FakeClock::at(START), &entropy);
        assert!(matches!(result, Err(KeyError::Entropy(_))), "{result:?}");
        assert_eq!(folder.pem_count(), 0);
        assert!(!folder.names().contains(&"ring.toml".to_owned()));
    }
}

#[test]
fn a_longer_modulus_is_made_where_it_is_asked_for() {
    let pem = generate_pkcs8_pem(Algorithm::Ps256, RsaBits::Bits3072, &SystemEntropy).unwrap();
    let key = SigningKey::from_pkcs8_pem(&pem, Algorithm::Ps256).unwrap();
    assert_eq!(decode(key.jwk().n.as_ref().unwrap()).len() * 8, 3072);
}

#[test]
fn a_path_that_is_no_folder_is_an_error() {
    let folder = Folder::empty();
    folder.write("keys", "a file");
    let keys = KeyDirectory::new(folder.file("keys"), Duration::from_secs(1));
    let error = keys.ensure(&QUICK, &FakeClock::at(START), &SystemEntropy).unwrap_err();
    assert!(error.to_string().contains("keys"), "{error}");
}
