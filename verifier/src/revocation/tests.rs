//! The pure parts: marks, bounds, events and waiting, without any issuer.

use std::{sync::Arc, time::Duration};

use super::{
    backoff::Backoff,
    event_parser::{Event, EventParser, LONGEST_DATA, LONGEST_LINE, TooLong},
    intervals::Intervals,
    lists::{Lists, MOST_BYTES, MOST_LISTS},
    marks::Marks,
    state::{Copy, State},
};
use crate::{
    issuer::Issuer,
    status_list::{Bits, StatusList},
};

fn revoked(name: &str, data: &str) -> Event {
    Event { name: name.as_bytes().to_vec(), data: data.as_bytes().to_vec() }
}

#[test]
fn events_are_read_however_the_stream_is_cut_and_whatever_ends_its_lines() {
    let lines = [
        ": heartbeat",
        "",
        "event: revoked",
        "data: {\"a\":",
        "data:1}",
        "id: 7",
        "nonsense",
        "",
        "data: nameless",
        "",
        "event: dataless",
        "",
    ];
    let expected = [revoked("revoked", "{\"a\":\n1}"), revoked("", "nameless")];
    for end in ["\n", "\r\n", "\r"] {
        let stream = lines.map(|line| format!("{line}{end}")).concat();
        for size in [1, 2, 3, 1000] {
            let mut parser = EventParser::default();
            let chunks = stream.as_bytes().chunks(size);
            let events: Vec<_> = chunks.flat_map(|chunk| parser.read(chunk).unwrap()).collect();
            assert_eq!(events, expected, "{end:?}, {size}");
        }
    }
}

#[test]
fn an_event_that_is_cut_off_never_happened() {
    let mut parser = EventParser::default();
    assert_eq!(parser.read(b"event: revoked\ndata: {}\n"), Ok(Vec::new()));
}

#[test]
fn lines_and_events_without_end_are_not_collected() {
    let mut parser = EventParser::default();
    assert_eq!(parser.read(&[b'x'; LONGEST_LINE]), Ok(Vec::new()));
    assert_eq!(parser.read(b"x"), Err(TooLong));
    let mut parser = EventParser::default();
    let line = format!("data: {}\n", "x".repeat(1000));
    let read = (0..=LONGEST_DATA / 1000).try_for_each(|_| parser.read(line.as_bytes()).map(drop));
    assert_eq!(read, Err(TooLong));
}

#[test]
fn intervals_that_touch_or_overlap_become_one() {
    let mut set = Intervals::default();
    for (start, end) in [(10, 20), (30, 40), (20, 21), (50, 60), (5, 5), (0, 1)] {
        set.insert(start, end);
    }
    assert_eq!(set.len(), 4);
    set.insert(15, 35);
    assert_eq!(set.len(), 3);
    let members: Vec<_> = (0..70).filter(|number| set.contains(*number)).collect();
    assert_eq!(members, [0].into_iter().chain(10..40).chain(50..60).collect::<Vec<_>>());
    set.insert(0, u64::MAX);
    assert_eq!(set.len(), 1);
}

#[test]
fn a_mark_stays_until_a_list_shows_all_of_it() {
    let marks = Marks::default();
    assert!(marks.insert("list", 0, 2).is_empty() && marks.insert("list", 9, 1).is_empty());
    marks.settle("list", &StatusList::from_bytes(Bits::One, vec![0b01, 0b10]));
    assert!(marks.contains("list", 0) && marks.contains("list", 1) && !marks.contains("list", 9));
    marks.settle("other", &StatusList::from_bytes(Bits::One, vec![0xff, 0xff]));
    assert!(marks.contains("list", 0));
    marks.settle("list", &StatusList::from_bytes(Bits::One, vec![0b11, 0]));
    assert!(!marks.contains("list", 0) && !marks.contains("list", 1));
}

#[test]
fn marks_are_bounded_and_those_that_go_are_told() {
    let marks = Marks::default();
    assert!(marks.insert("first", 0, 1).is_empty());
    for idx in 1..128 * 1024 {
        assert!(marks.insert("second", idx * 2, 1).is_empty());
    }
    assert_eq!(marks.insert("second", 1 << 40, 1), ["first"]);
    assert!(!marks.contains("first", 0) && marks.contains("second", 1 << 40));
    let dropped: Vec<_> =
        (0..5000).flat_map(|number| marks.insert(&number.to_string(), 0, 1)).collect();
    assert_eq!(dropped.len(), 5001 - 4096);
    assert!(marks.insert("none", 0, 0).is_empty() && !marks.contains("none", 0));
}

fn copy(weight: usize, exp: Option<u64>) -> Arc<State> {
    let list = Arc::new(StatusList::from_bytes(Bits::Eight, vec![1; weight]));
    let copy = Copy { list, etag: None, fetched_at: 0, ttl: 5, iat: 0, exp };
    Arc::new(State { copy: Some(Arc::new(copy)), last_attempt: None })
}

#[test]
fn so_many_lists_are_held_and_no_more_those_longest_unused_go() {
    let lists = Lists::new(Issuer::parse("https://issuer.example").unwrap());
    let uri = |number: usize| format!("https://issuer.example/status-lists/{number}");
    for number in 0..MOST_LISTS {
        lists.of_token(&uri(number), 0).unwrap();
    }
    lists.of_token(&uri(1), 0).unwrap().state.store(copy(1, Some(10)));
    lists.of_token(&uri(0), 0).unwrap();
    lists.of_token(&uri(5000), 0).unwrap();
    assert_eq!(lists.all_held().len(), MOST_LISTS);
    assert!(lists.held(&uri(0)).is_some() && lists.held(&uri(2)).is_none());
    // What has expired goes before what was not used for longer.
    lists.of_token(&uri(5001), 10).unwrap();
    assert!(lists.held(&uri(1)).is_none() && lists.held(&uri(3)).is_some());
}

#[test]
fn lists_that_weigh_too_much_together_are_not_all_held() {
    let lists = Lists::new(Issuer::parse("https://issuer.example").unwrap());
    let heavy = MOST_BYTES / 3;
    for number in 0..4 {
        let uri = format!("https://issuer.example/{number}");
        lists.of_token(&uri, 0).unwrap().state.store(copy(heavy, None));
        lists.keep_within_bounds(0);
    }
    assert_eq!(lists.all_held().len(), 3);
    assert!(lists.held("https://issuer.example/0").is_none());
}

#[test]
fn only_what_is_of_the_issuers_origin_and_below_its_path_is_the_issuers() {
    let below = |issuer: &str, uri: &str| Issuer::parse(issuer).unwrap().below(uri).is_some();
    assert!(below("https://issuer.example", "https://issuer.example/status-lists/1"));
    assert!(below("https://issuer.example/", "https://issuer.example:443/status-lists/1"));
    assert!(below("https://issuer.example/a", "https://issuer.example/a/status-lists/1"));
    for uri in [
        "http://issuer.example/a/1",
        "https://issuer.example:8443/a/1",
        "https://issuer.example.evil.example/a/1",
        "https://issuer.example@evil.example/a/1",
        "https://user@issuer.example/a/1",
        "https://issuer.example/a",
        "https://issuer.example/a/",
        "https://issuer.example/ab/1",
        "https://issuer.example/a/../b/1",
        "https://issuer.example/a/%2e%2e/b/1",
        "https://issuer.example/a\\..\\..\\b",
        "https://issuer.example/a/1#x",
        "https://169.254.169.254/a/1",
        "file:///a/1",
        "/a/1",
        "",
    ] {
        assert!(!below("https://issuer.example/a", uri), "{uri}");
    }
}

#[test]
fn waiting_grows_to_half_a_minute_and_no_further() {
    let mut backoff = Backoff::default();
    let waits: Vec<_> = (0..40).map(|chance| backoff.next(chance * 97)).collect();
    assert!(waits[0] < Duration::from_millis(250) && waits[0] >= Duration::from_millis(125));
    assert!(waits[10..].iter().all(|wait| (15..=30).contains(&wait.as_secs())), "{waits:?}");
    backoff.reset();
    assert!(backoff.next(u64::MAX) <= Duration::from_millis(250));
}
