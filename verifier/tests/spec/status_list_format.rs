//! Token Status List sections 4, 5, 6 and 9: references, claims, events, and lists against the
//! published vectors.

use std::{collections::BTreeMap, io::Write};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, write::ZlibEncoder};
use serde::Deserialize;
use serde_json::{from_value, json, to_string, to_value};
use signet_verifier::{
    AccessTokenClaims, Status, StatusListReference,
    status_list::{Bits, RevokedEvent, StatusList, StatusListClaims, UndecodableList},
};

use crate::support::{ISSUER, claims};

/// One list of the appendix, with the entries that are not zero.
#[derive(Deserialize)]
struct Vector {
    bits: Bits,
    lst: String,
    size: u64,
    set: BTreeMap<String, u8>,
}

const LIMIT: usize = 4 * 1024 * 1024;

fn vectors() -> Vec<Vector> {
    let vectors = include_str!("../vectors/tsl-vectors.json");
    serde_json::from_str(vectors).expect("the vectors are as published")
}

/// As long as asked for, zeros only, compressed.
fn zeros(length: usize) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; length]).expect("a vector takes every write");
    URL_SAFE_NO_PAD.encode(encoder.finish().expect("a vector takes every write"))
}

#[test]
fn section_4_1_the_short_examples_are_read_from_the_least_significant_bit() {
    let one = StatusList::decode(Bits::One, "eNrbuRgAAhcBXQ", LIMIT).unwrap();
    let statuses: Vec<_> = (0..16).map(|idx| one.get(idx).unwrap()).collect();
    assert_eq!(statuses, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
    assert_eq!(one, StatusList::from_bytes(Bits::One, vec![0xb9, 0xa3]));
    let two = StatusList::decode(Bits::Two, "eNo76fITAAPfAgc", LIMIT).unwrap();
    let statuses: Vec<_> = (0..12).map(|idx| two.get(idx).unwrap()).collect();
    assert_eq!(statuses, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
    assert_eq!(two, StatusList::from_bytes(Bits::Two, vec![0xc9, 0x44, 0xf9]));
}

#[test]
fn the_lists_of_the_appendix_say_of_every_entry_what_they_must() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 4);
    for Vector { bits, lst, size, set } in vectors {
        let list = StatusList::decode(bits, &lst, LIMIT).unwrap();
        assert_eq!((list.bits(), list.len()), (bits, size));
        let set: BTreeMap<u64, u8> =
            set.into_iter().map(|(idx, status)| (idx.parse().unwrap(), status)).collect();
        for idx in 0..size {
            let expected = set.get(&idx).copied().unwrap_or(0);
            assert_eq!(list.get(idx), Some(expected), "entry {idx} of {bits:?}");
        }
        assert_eq!(list.get(size), None);
    }
}

#[test]
fn what_is_encoded_decodes_to_the_same_list_at_every_level() {
    for Vector { bits, lst, .. } in vectors() {
        let list = StatusList::decode(bits, &lst, LIMIT).unwrap();
        for level in [0, 1, 6, 9, 99] {
            assert_eq!(StatusList::decode(bits, &list.encode(level), LIMIT).unwrap(), list);
        }
    }
}

#[test]
fn a_list_without_any_revocation_keeps_its_length() {
    let list = StatusList::from_bytes(Bits::One, vec![0; 131_072]);
    let list = StatusList::decode(Bits::One, &list.encode(9), LIMIT).unwrap();
    assert_eq!(list.len(), 1 << 20);
    assert_eq!((list.get((1 << 20) - 1), list.get(1 << 20)), (Some(0), None));
    assert_eq!(list.get(u64::MAX), None);
    let empty = StatusList::from_bytes(Bits::Eight, Vec::new());
    assert_eq!((empty.is_empty(), empty.get(0)), (true, None));
}

#[test]
fn a_few_bytes_that_inflate_beyond_the_limit_are_refused() {
    let bomb = zeros(16 * 1024 * 1024);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    let verdict = StatusList::decode(Bits::One, &bomb, LIMIT);
    assert_eq!(verdict, Err(UndecodableList::TooLong));
    assert!(StatusList::decode(Bits::One, &zeros(1000), 1000).is_ok());
    let verdict = StatusList::decode(Bits::One, &zeros(1001), 1000);
    assert_eq!(verdict, Err(UndecodableList::TooLong));
}

#[test]
fn what_is_not_a_whole_zlib_stream_in_strict_base64url_is_refused() {
    for lst in ["eNrbuRgAAhcBXQ==", "eNrbuRgAAhcBXR", "eNrb uRgAAhcBXQ", "eNrb+RgAAhcBXQ", "\u{e9}"]
    {
        let verdict = StatusList::decode(Bits::One, lst, LIMIT);
        assert_eq!(verdict, Err(UndecodableList::NotBase64url), "{lst}");
    }
    let whole = URL_SAFE_NO_PAD.decode("eNrbuRgAAhcBXQ").unwrap();
    let mut wrong_sum = whole.clone();
    *wrong_sum.last_mut().unwrap() ^= 1;
    for bytes in [&whole[..whole.len() - 1], &wrong_sum, &whole[2..], b"\xb9\xa3", b""] {
        let verdict = StatusList::decode(Bits::One, &URL_SAFE_NO_PAD.encode(bytes), LIMIT);
        assert_eq!(verdict, Err(UndecodableList::NotZlib), "{bytes:02x?}");
    }
}

#[test]
fn section_4_2_bits_are_1_2_4_or_8() {
    for bits in [1, 2, 4, 8] {
        let read: Bits = from_value(json!(bits)).unwrap();
        assert_eq!((read.get(), to_string(&read).unwrap()), (bits, bits.to_string()));
    }
    for bits in [json!(0), json!(3), json!(16), json!(257), json!(-1), json!("1"), json!(1.5)] {
        assert!(from_value::<Bits>(bits.clone()).is_err(), "{bits}");
    }
}

#[test]
fn section_6_2_the_reference_comes_last_and_is_left_out_where_there_is_none() {
    let mut claims: AccessTokenClaims = from_value(claims(ISSUER)).unwrap();
    assert!(!to_string(&claims).unwrap().contains("status"));
    let uri = "https://issuer.example/status-lists/1".to_owned();
    claims.status = Some(Status { status_list: StatusListReference { idx: 123, uri } });
    let json = to_string(&claims).unwrap();
    let end =
        r#","status":{"status_list":{"idx":123,"uri":"https://issuer.example/status-lists/1"}}}"#;
    assert!(json.ends_with(end), "{json}");
    assert_eq!(serde_json::from_str::<AccessTokenClaims>(&json).unwrap(), claims);
}

#[test]
fn section_5_1_claims_of_a_list_are_read_as_they_are_written() {
    let json = json!({
        "sub": "https://issuer.example/status-lists/1",
        "iat": 1_686_920_170,
        "exp": 2_291_720_170_u64,
        "ttl": 43_200,
        "status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ"},
    });
    let claims: StatusListClaims = from_value(json.clone()).unwrap();
    assert_eq!(to_value(&claims).unwrap(), json);
    let least = json!({"sub": "x", "iat": 1, "status_list": {"bits": 8, "lst": ""}});
    let claims: StatusListClaims = from_value(least.clone()).unwrap();
    assert_eq!((claims.exp, claims.ttl), (None, None));
    assert_eq!(to_value(&claims).unwrap(), least);
}

#[test]
fn an_event_that_does_not_count_is_about_one_entry() {
    let event: RevokedEvent = from_value(json!({"uri": "u", "idx": 5})).unwrap();
    assert_eq!(event, RevokedEvent { uri: "u".to_owned(), idx: 5, count: 1 });
    assert_eq!(to_string(&event).unwrap(), r#"{"uri":"u","idx":5}"#);
    let block = RevokedEvent { count: 64, ..event };
    assert_eq!(to_string(&block).unwrap(), r#"{"uri":"u","idx":5,"count":64}"#);
}
