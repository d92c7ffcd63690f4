//! One request as the log and the metrics see it. Must not know what was asked beyond the method and
//! the route's pattern.

use std::net::IpAddr;

use poem::{PathPattern, Request, Response};

use super::{ClientIdLabel, ErrorCodeLabel, FailureCause, RequestId};
use crate::{
    clock::Stopwatch,
    http::{
        metrics::{Method, Metrics, UNMATCHED},
        request_log::{RequestLine, RequestLog},
    },
};

/// What the log shows for a client that left before its answer: no such answer exists, and nothing
/// was sent. The number is the one that nginx uses.
const CLIENT_GONE: u16 = 499;

/// A request being observed; dropped without an end, its client has gone.
pub(super) struct Observed<'a> {
    id: RequestId,
    method: Method,
    remote: IpAddr,
    log: &'a RequestLog,
    metrics: &'a Metrics,
    started: Stopwatch,
    ended: bool,
}

impl<'a> Observed<'a> {
    pub(super) fn begin(
        id: RequestId,
        request: &Request,
        remote: IpAddr,
        log: &'a RequestLog,
        metrics: &'a Metrics,
    ) -> Self {
        let method = Method::of(request.method());
        Self { id, method, remote, log, metrics, started: Stopwatch::start(), ended: false }
    }

    pub(super) fn end(mut self, response: &Response) {
        self.ended = true;
        self.record(Outcome {
            route: response.data::<PathPattern>().map_or(UNMATCHED, |pattern| &pattern.0),
            status: response.status().as_u16(),
            client_id: response.data::<ClientIdLabel>().map(|label| label.0.as_str()),
            error: response.data::<ErrorCodeLabel>().map(|label| label.0),
            cause: response.data::<FailureCause>().map(|cause| cause.0.as_ref()),
        });
    }

    fn record(&self, outcome: Outcome<'_>) {
        let Outcome { route, status, client_id, error, cause } = outcome;
        let duration = self.started.elapsed();
        self.metrics.request(route, self.method, status, duration);
        self.log.write(&RequestLine {
            request_id: self.id.as_str(),
            method: self.method.name(),
            route,
            status,
            duration,
            remote: self.remote,
            client_id,
            error,
            cause,
        });
    }
}

#[derive(Clone, Copy)]
struct Outcome<'a> {
    route: &'a str,
    status: u16,
    client_id: Option<&'a str>,
    error: Option<&'a str>,
    cause: Option<&'a str>,
}

impl Drop for Observed<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.record(Outcome {
                route: UNMATCHED,
                status: CLIENT_GONE,
                client_id: None,
                error: None,
                cause: Some("the client left before its answer"),
            });
        }
    }
}
