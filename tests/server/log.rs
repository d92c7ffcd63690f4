//! The log: what is in it, and what is not.

use std::process::Command;

use poem::{Endpoint, Request};
use signet::logging::{Lines, json_subscriber, one_line};
use tracing_subscriber::filter::Targets;

use crate::{operations::*, support::*};

#[tokio::test]
async fn a_request_is_one_line_with_its_fields_and_without_its_query() {
    let surroundings = Surroundings::new();
    let server = Running::start(patient(), surroundings.around(routes()));
    let mut client = server.connect().await;
    let request = "GET /items/7?client_secret=hunter2 HTTP/1.1\r\nHost: x\r\nX-Y: hunter2\r\n\r\n";
    exchange(&mut client, request).await;
    exchange(&mut client, &get_request("/nowhere/hunter2?code=hunter2")).await;

    let lines = surroundings.lines(2).await;
    let line = &lines[0];
    for (field, value) in [
        ("level", "INFO"),
        ("target", "signet::request"),
        ("message", "GET /items/:id 200"),
        ("method", "GET"),
        ("route", "/items/:id"),
        ("remote", "127.0.0.1"),
    ] {
        assert_eq!(line[field], value, "{field}");
    }
    assert_eq!(line["status"], 200);
    assert!(line["duration_us"].is_u64());
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
    assert!(line.get("cause").is_none() && line.get("client_id").is_none());
    assert_eq!(lines[1]["message"], "GET unmatched 404");
    assert!(!surroundings.log.text().contains("hunter2"));
}

#[tokio::test]
async fn a_refusal_is_logged_with_its_cause_and_forges_no_line() {
    let surroundings = Surroundings::new();
    let server = Running::start(patient(), surroundings.around(routes()));
    exchange(&mut server.connect().await, &get_request("/refuse")).await;
    let lines = surroundings.lines(1).await;
    assert_eq!(lines.len(), 1);
    let line = &lines[0];
    assert_eq!(
        (line["level"].as_str(), line["error"].as_str()),
        (Some("INFO"), Some("invalid_grant"))
    );
    assert_eq!(line["cause"], "the \"code\" is\r\nspent");
    assert!(line.get("forged").is_none());
    let client_id = line["client_id"].as_str().unwrap();
    assert!(client_id.starts_with("evil\r\n{\"forged\":1}\u{2028}xxx"));
    assert_eq!(client_id.chars().count(), 257);
    let text = surroundings.log.text();
    assert_eq!(text.matches('\n').count(), 1);
    assert!(!text.contains('\r') && !text.contains('\u{2028}'));
}

#[test]
fn text_for_a_terminal_stays_on_its_line() {
    assert_eq!(one_line("plain"), "plain");
    assert_eq!(one_line("a\r\nb\u{1b}[2Jc\u{202e}d"), "a\\u{d}\\u{a}b\\u{1b}[2Jc\\u{202e}d");
    assert_eq!(one_line(&"é".repeat(300)).chars().count(), 257);
}

#[test]
fn the_same_line_can_go_to_a_subscriber() {
    let surroundings = Surroundings::new();
    let subscriber =
        json_subscriber(surroundings.buffer.clone(), "info".parse::<Targets>().unwrap());
    ask(&surroundings, Lines::Subscriber, subscriber, &["/hello", "/refuse", "/boom"]);
    let lines = surroundings.log.lines();
    assert_eq!(lines[0]["message"], "GET /hello 200");
    assert_eq!(lines[0]["status"], 200);
    assert!(lines[1]["client_id"].as_str().unwrap().starts_with("evil\\u{d}\\u{a}"));
    assert_eq!(lines[2]["level"], "ERROR");
    assert_eq!(lines.len(), 3);
}

#[test]
fn the_request_log_can_be_turned_off() {
    let surroundings = Surroundings::new();
    let filter = "info,signet::request=off".parse::<Targets>().unwrap();
    let subscriber = json_subscriber(surroundings.buffer.clone(), filter);
    ask(&surroundings, Lines::Buffered(surroundings.buffer.clone()), subscriber, &["/hello"]);
    assert_eq!(surroundings.log.text(), "");
}

#[test]
fn errors_alone_can_be_asked_for() {
    let surroundings = Surroundings::new();
    let filter = "error".parse::<Targets>().unwrap();
    let subscriber = json_subscriber(surroundings.buffer.clone(), filter);
    let lines = Lines::Buffered(surroundings.buffer.clone());
    ask(&surroundings, lines, subscriber, &["/hello", "/refuse", "/boom"]);
    let lines = surroundings.log.lines();
    assert_eq!((lines.len(), lines[0]["status"].as_u64()), (1, Some(500)));
}

fn ask(
    surroundings: &Surroundings,
    lines: Lines,
    subscriber: impl tracing::Subscriber + Send + Sync + 'static,
    paths: &[&str],
) {
    let boundary = surroundings.around_logging(routes(), lines, true);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tracing::subscriber::with_default(subscriber, || {
        for path in paths {
            let request = Request::builder().uri_str(path).finish();
            runtime.block_on(boundary.call(request)).unwrap();
        }
    });
    assert!(surroundings.buffer.close(BOUND));
}

#[test]
fn an_event_is_a_flat_json_object() {
    let surroundings = Surroundings::new();
    let subscriber =
        json_subscriber(surroundings.buffer.clone(), "info".parse::<Targets>().unwrap());
    tracing::subscriber::with_default(subscriber, || {
        tracing::warn!(key = "value", count = 3, "something\nhappened");
        tracing::debug!("not this");
    });
    assert!(surroundings.buffer.close(BOUND));
    let lines = surroundings.log.lines();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["key"], "value");
    assert_eq!(lines[0]["count"], 3);
    assert_eq!(lines[0]["message"], "something\nhappened");
    assert_eq!(lines[0]["level"], "WARN");
    assert!(lines[0]["target"].is_string() && lines[0]["timestamp"].is_string());
}

/// Not a test: what the process does that the next test starts.
#[test]
#[ignore = "run by the test below"]
fn child_whose_log_is_read() {
    let guard = signet::logging::init().unwrap();
    assert!(signet::logging::init().is_err(), "there is one log");
    tracing::info!(answer = 42, "started");
    tracing::debug!("not at info");
    let surroundings_go_on = std::panic::catch_unwind(|| panic!("out of\nmilk"));
    assert!(surroundings_go_on.is_err() && guard.lines().dropped() == 0);
    panic!("out of eggs");
}

#[test]
fn a_process_logs_json_when_nobody_watches_panics_too_and_to_its_last_line() {
    for (directives, messages) in [
        ("", vec!["started", "panicked: out of\\u{a}milk", "panicked: out of eggs"]),
        ("warn", vec!["panicked: out of\\u{a}milk", "panicked: out of eggs"]),
        (
            "=?=",
            vec![
                "RUST_LOG cannot be understood: logging at info",
                "started",
                "panicked: out of\\u{a}milk",
                "panicked: out of eggs",
            ],
        ),
    ] {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "log::child_whose_log_is_read"])
            .env("RUST_LOG", directives)
            .output()
            .unwrap();
        let log = String::from_utf8(child.stderr).unwrap();
        let lines: Vec<serde_json::Value> =
            log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let logged: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
        assert_eq!(logged, messages, "{directives}: {log}");
        assert!(lines.last().unwrap()["location"].as_str().unwrap().contains("log.rs"));
    }
}
