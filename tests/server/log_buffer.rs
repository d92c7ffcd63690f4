//! The log's way out: in time, in bounds, and no burden to anybody.

use std::time::Duration;

use signet::logging::{LogBuffer, Timestamp, Urgency};

use crate::{operations::*, support::*};

#[tokio::test]
async fn a_stuck_log_reader_holds_up_no_request_and_the_losses_are_told() {
    let log = Captured::stuck();
    let surroundings = Surroundings::with(log.clone(), 4096);
    let server = Running::start(patient(), surroundings.around(routes()));
    let mut client = server.connect().await;
    for _ in 0..200 {
        assert_eq!(exchange(&mut client, &get_request("/hello")).await.1, "hello");
    }
    let dropped = surroundings.buffer.dropped();
    assert!(dropped > 100, "{dropped}");
    let metrics = surroundings.metrics.encode();
    assert!(metrics.contains(&format!("signet_log_lines_dropped_total {dropped}\n")), "{metrics}");
    assert_eq!(log.text(), "");

    log.release();
    assert!(surroundings.buffer.close(BOUND));
    let lines = log.lines();
    let told = lines.iter().filter_map(|line| line["dropped"].as_u64()).sum::<u64>();
    let written = lines.iter().filter(|line| line["target"] == "signet::request").count() as u64;
    assert_eq!((told, written + told), (dropped, 200));
}

#[tokio::test]
async fn the_end_does_not_wait_for_a_stuck_log_reader() {
    let buffer = LogBuffer::start(Captured::stuck(), 4096).unwrap();
    buffer.push(Urgency::AtOnce, |line| {
        line.extend_from_slice(b"last words\n");
    });
    assert!(!buffer.close(Duration::from_millis(20)));
}

#[tokio::test]
async fn lines_are_written_without_being_asked_for() {
    let log = Captured::default();
    let buffer = LogBuffer::start(log.clone(), 4096).unwrap();
    for number in 0..3 {
        buffer.push(Urgency::CanWait, |line| line.extend_from_slice(b"a line\n"));
        until("the line is written", || log.text().lines().count() == number + 1).await;
    }
}

#[test]
fn timestamps_are_rfc_3339_on_every_kind_of_day() {
    for (seconds, micros, text) in [
        (0, 0, "1970-01-01T00:00:00.000000Z"),
        (951_782_399, 999_999, "2000-02-28T23:59:59.999999Z"),
        (951_782_400, 0, "2000-02-29T00:00:00.000000Z"),
        (951_868_800, 1, "2000-03-01T00:00:00.000001Z"),
        (1_709_164_800, 0, "2024-02-29T00:00:00.000000Z"),
        (1_767_225_599, 0, "2025-12-31T23:59:59.000000Z"),
        (1_767_225_600, 0, "2026-01-01T00:00:00.000000Z"),
        (4_107_542_400, 0, "2100-03-01T00:00:00.000000Z"),
    ] {
        assert_eq!(Timestamp::at(seconds, micros).to_string(), text);
    }
}
