//! The request log: one line per request, with the route's pattern and never a path, a query string,
//! a header's value or a body. Must not know why a request was refused: it is told.
//!
//! The line is the most frequent one by far, and `tracing`'s JSON costs several times what the line is
//! worth. Where the log is JSON it is therefore written by hand, under the same filter: the target
//! `signet::request` in `RUST_LOG`.

use std::{io::Write, net::IpAddr, time::Duration};

use tracing::{Level, enabled, event};

use crate::logging::{Lines, Timestamp, Urgency, one_line, push_decimal, push_json_string};

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
    pub(super) remote: IpAddr,
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
                let now = Timestamp::now();
                buffer.push(urgency, |out| line.push_json(&now, out));
            }
            Lines::Subscriber => line.send(is_ours),
        }
    }
}

impl RequestLine<'_> {
    fn push_json(&self, now: &Timestamp, out: &mut Vec<u8>) {
        let level: &[u8] = if self.status >= 500 { b"ERROR" } else { b"INFO" };
        let (method, route) = (self.method.as_bytes(), self.route.as_bytes());
        push_all(out, &[br#"{"timestamp":""#, now.as_bytes(), br#"","level":""#, level]);
        // A route's pattern is ours, and free of quotes.
        let message = br#"","target":"signet::request","message":""#;
        push_all(out, &[message, method, b" ", route, b" "]);
        push_decimal(out, self.status.into());
        push_all(out, &[br#"","request_id":""#, self.request_id.as_bytes()]);
        push_all(out, &[br#"","method":""#, method, br#"","route":""#, route, br#"","status":"#]);
        push_decimal(out, self.status.into());
        out.extend_from_slice(br#","duration_us":"#);
        push_decimal(out, self.duration.as_micros() as u64);
        self.push_remote(out);
        for (name, value) in
            [("client_id", self.client_id), ("error", self.error), ("cause", self.cause)]
        {
            if let Some(value) = value {
                push_all(out, &[b",\"", name.as_bytes(), b"\":"]);
                push_json_string(out, value);
            }
        }
        out.extend_from_slice(b"}\n");
    }

    fn push_remote(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(br#","remote":""#);
        match self.remote {
            IpAddr::V4(address) => {
                for (position, octet) in address.octets().into_iter().enumerate() {
                    if position > 0 {
                        out.push(b'.');
                    }
                    push_decimal(out, octet.into());
                }
            }
            // Writing to a `Vec` does not fail.
            IpAddr::V6(address) => drop(write!(out, "{address}")),
        }
        out.push(b'"');
    }

    fn send(&self, is_ours: bool) {
        let client_id = self.client_id.map(one_line);
        let cause = self.cause.map(one_line);
        let remote = tracing::field::display(self.remote);
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

fn push_all(out: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        out.extend_from_slice(part);
    }
}
