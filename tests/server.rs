//! The server, the boundary around requests, the log and the metrics, over real sockets.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "in a test a panic is the report, in its helpers too"
)]

#[path = "server/boundary.rs"]
mod boundary;
#[path = "server/drain.rs"]
mod drain;
#[path = "server/http2.rs"]
mod http2;
#[path = "server/limits.rs"]
mod limits;
#[path = "server/log.rs"]
mod log;
#[path = "server/log_buffer.rs"]
mod log_buffer;
#[path = "server/metrics.rs"]
mod metrics;
#[path = "server/operations.rs"]
mod operations;
#[path = "server/slow_clients.rs"]
mod slow_clients;
#[path = "server/support.rs"]
mod support;
#[path = "server/tls.rs"]
mod tls;
#[path = "server/workers.rs"]
mod workers;
