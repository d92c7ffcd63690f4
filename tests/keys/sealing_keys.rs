//! The sealing key: `sealing.key` and what is derived from it (RFC 5869).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use signet::{entropy::SystemEntropy, keys::KeyError};

use super::support::{FakeClock, Folder, START};

/// RFC 5869 section 2, written down a second time.
fn hkdf_sha256(salt: &[u8], secret: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let mac = |key: &[u8], data: &[u8]| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data).as_ref().to_vec()
    };
    let pseudorandom_key = mac(salt, secret);
    let (mut output, mut block) = (Vec::new(), Vec::new());
    for counter in 1.. {
        if output.len() >= length {
            break;
        }
        block = mac(&pseudorandom_key, &[&block[..], info, &[counter]].concat());
        output.extend_from_slice(&block);
    }
    output.truncate(length);
    output
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn folder(contents: &str) -> Folder {
    let folder = Folder::empty();
    folder.write("sealing.key", contents);
    folder
}

fn line(byte: u8) -> String {
    URL_SAFE_NO_PAD.encode([byte; 32])
}

#[test]
fn rfc5869_appendix_a_the_second_hkdf_of_this_test_gives_the_known_answers() {
    let secret = [0x0b; 22];
    let salt: Vec<_> = (0x00..=0x0c).collect();
    let info: Vec<_> = (0xf0..=0xf9).collect();
    assert_eq!(
        hex(&hkdf_sha256(&salt, &secret, &info, 42)),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
    assert_eq!(
        hex(&hkdf_sha256(&[], &secret, &[], 42)),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    );
}

#[test]
fn rfc5869_a_purpose_has_the_key_that_hkdf_gives_for_its_label() {
    let keys = folder(&line(9)).keys().load_sealing_keys().unwrap();
    let expected = hkdf_sha256(&[], &[9; 32], b"authorization code", 32);
    assert_eq!(keys.derive("authorization code").current().to_vec(), expected);
}

#[test]
fn each_label_has_a_key_of_its_own_that_is_the_same_after_each_load() {
    let folder = Folder::with_keys(&[]);
    let derive = |label| *folder.keys().load_sealing_keys().unwrap().derive(label).current();
    assert_eq!(derive("session"), derive("session"));
    assert_ne!(derive("session"), derive("authorization code"));
}

#[test]
fn the_first_line_seals_and_the_others_still_open() {
    let folder = folder(&format!("# new\n{}\n\n  # old\r\n {} \r\n", line(1), line(2)));
    let derived = folder.keys().load_sealing_keys().unwrap().derive("session");
    let expected = |byte| hkdf_sha256(&[], &[byte; 32], b"session", 32);
    assert_eq!(derived.current().to_vec(), expected(1));
    let all: Vec<_> = derived.iter().map(|key| key.to_vec()).collect();
    assert_eq!(all, [expected(1), expected(2)]);
}

#[test]
fn a_malformed_line_is_refused_by_its_number_and_not_repeated() {
    let short = URL_SAFE_NO_PAD.encode([1; 31]);
    let long = URL_SAFE_NO_PAD.encode([1; 33]);
    for bad in ["not base64url!", &short, &long, &format!("{}=", line(3))] {
        let folder = folder(&format!("# one\n{}\n{bad}\n", line(1)));
        let error = folder.keys().load_sealing_keys().unwrap_err();
        assert!(matches!(error, KeyError::MalformedSealingKey { line: 3, .. }), "{error}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(bad) && !shown.contains(&line(1)), "{shown}");
    }
}

#[test]
fn a_file_without_a_key_is_refused() {
    for contents in ["", "\n\n# nothing\n"] {
        let error = folder(contents).keys().load_sealing_keys().unwrap_err();
        assert!(matches!(error, KeyError::EmptySealingKey { .. }), "{error}");
    }
}

#[test]
fn a_missing_file_is_refused_with_the_mend() {
    let error = Folder::empty().keys().load_sealing_keys().unwrap_err();
    assert!(matches!(error, KeyError::NoSealingKey { .. }), "{error}");
    assert!(error.to_string().contains("run `signet keys generate` or set keys.generate = true"));
}

#[test]
fn a_world_readable_file_is_refused() {
    let folder = folder(&line(1));
    folder.chmod("sealing.key", 0o644);
    let error = folder.keys().load_sealing_keys().unwrap_err();
    assert!(matches!(error, KeyError::WorldAccessible { mode: 0o644, .. }), "{error}");
    assert!(error.to_string().contains("chmod 600"), "{error}");
    folder.chmod("sealing.key", 0o640);
    assert!(folder.keys().load_sealing_keys().is_ok());
}

#[test]
fn an_existing_sealing_key_is_never_replaced() {
    let folder = folder(&line(1));
    folder.keys().ensure(&[], &FakeClock::at(START), &SystemEntropy).unwrap();
    assert_eq!(folder.read("sealing.key"), line(1));
}

#[test]
fn debug_shows_no_key() {
    let keys = folder(&line(1)).keys().load_sealing_keys().unwrap();
    assert_eq!(format!("{keys:?}"), "[redacted sealing keys]");
    assert_eq!(format!("{:?}", keys.derive("session")), "[redacted derived keys]");
}
