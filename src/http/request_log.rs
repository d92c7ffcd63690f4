//! The request log: one line per request, with the route's pattern and never a path, a query string,
//! a header's value or a body. Must not know why a request was refused: it is told.
//!
//! The line is the most frequent one by far, and `tracing`'s JSON costs several times what the line is
//! worth. Where the log is JSON it is therefore written by hand, under the same filter: the target
//! `signet::request` in `RUST_LOG`.

use std::{io::Write, net::IpAddr, time::Duration};

use tracing::{Level, enabled, event};

use crate::logging::{Lines, Urgency, one_line, push_json_string, push_timestamp};

/// The target that `RUST_LOG` names.
const TARGET: &str = "signet::request";

/// Writes the request log.
#[derive(Debug, Clone)]
pub struct RequestLog {
    lines: Lines,
}

/// What is known about an answered request.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequestLine<'a> {
    pub(super) request_id: &'a str,
    pub(super) method: &'static str,
    pub(super) route: &'a str,
    pub(super) status: u16,
    pub(super) duration: Duration,
    pub(super) remote: Option<IpAddr>,
    pub(super) client_id: Option<&'a str>,
    pub(super) error: Option<&'a str>,
    pub(super) cause: Option<&'a str>,
}

impl RequestLog {
    /// Writes to `lines`.
    #[must_use]
    pub fn new(lines: Lines) -> Self {
        Self { lines }
    }

    pub(super) fn write(&self, line: &RequestLine<'_>) {
        // A client's error is the client's: only what is ours is an error of the log.
        let is_ours = line.status >= 500;
        let wanted = if is_ours {
            enabled!(target: TARGET, Level::ERROR)
        } else {
            enabled!(target: TARGET, Level::INFO)
        };
        if !wanted {
            return;
        }
        match &self.lines {
            Lines::Buffered(buffer) => {
                let urgency = if is_ours { Urgency::AtOnce } else { Urgency::CanWait };
                let mut timestamp = String::with_capacity(32);
                push_timestamp(&mut timestamp);
                buffer.push(urgency, |out| line.push_json(&timestamp, out));
            }
            Lines::Subscriber => line.send(is_ours),
        }
    }
}

impl RequestLine<'_> {
    fn push_json(&self, timestamp: &str, out: &mut Vec<u8>) {
        let level = if self.status >= 500 { "ERROR" } else { "INFO" };
        out.extend_from_slice(br#"{"timestamp":""#);
        out.extend_from_slice(timestamp.as_bytes());
        out.extend_from_slice(br#"","level":""#);
        out.extend_from_slice(level.as_bytes());
        out.extend_from_slice(br#"","target":"signet::request","message":""#);
        out.extend_from_slice(self.method.as_bytes());
        out.push(b' ');
        // A route's pattern is ours, and free of quotes.
        out.extend_from_slice(self.route.as_bytes());
        // Writing to a `Vec` does not fail.
        let _ = write!(out, r#" {}","request_id":"{}","#, self.status, self.request_id);
        out.extend_from_slice(br#""method":""#);
        out.extend_from_slice(self.method.as_bytes());
        out.extend_from_slice(br#"","route":""#);
        out.extend_from_slice(self.route.as_bytes());
        let micros = self.duration.as_micros();
        let _ = write!(out, r#"","status":{},"duration_us":{micros}"#, self.status);
        if let Some(remote) = self.remote {
            let _ = write!(out, r#","remote":"{remote}""#);
        }
        for (name, value) in
            [("client_id", self.client_id), ("error", self.error), ("cause", self.cause)]
        {
            if let Some(value) = value {
                out.extend_from_slice(b",\"");
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(b"\":");
                push_json_string(out, value);
            }
        }
        out.extend_from_slice(b"}\n");
    }

    fn send(&self, is_ours: bool) {
        let client_id = self.client_id.map(one_line);
        let cause = self.cause.map(one_line);
        let remote = self.remote.map(tracing::field::display);
        macro_rules! send {
            ($level:expr) => {
                event!(
                    target: TARGET,
                    $level,
                    request_id = self.request_id,
                    method = self.method,
                    route = self.route,
                    status = self.status,
                    duration_us = self.duration.as_micros() as u64,
                    remote,
                    client_id = client_id.as_deref(),
                    error = self.error,
                    cause = cause.as_deref(),
                    "{} {} {}", self.method, self.route, self.status,
                )
            };
        }
        if is_ours {
            send!(Level::ERROR);
        } else {
            send!(Level::INFO);
        }
    }
}
