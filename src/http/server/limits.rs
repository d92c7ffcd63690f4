//! How long a client may take, how large its head may be, how many may come. Must not know how the
//! limits are kept.

use std::time::Duration;

/// The limits of a server's connections. Each time-out is kept within a quarter of the shortest one,
/// at most a second: the sweep's step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// For the TLS handshake, from the accepted connection on.
    pub tls_handshake_timeout: Duration,
    /// For a request's head: from the connection's start, or from the head's first byte.
    pub header_timeout: Duration,
    /// For a request with a body: from its head to its answer's head.
    pub body_timeout: Duration,
    /// For a client to take the next part of an answer.
    pub write_timeout: Duration,
    /// How long a connection without a request in flight is kept.
    pub idle_timeout: Duration,
    /// How long requests in flight may go on once the server stops.
    pub drain_timeout: Duration,
    /// How many connections are open at most; further ones wait in the listener's queue.
    pub max_connections: u32,
    /// The size of a request's head, in bytes; hyper takes no less than 8 KiB for HTTP/1.
    pub max_head_bytes: u32,
    /// How many header fields a request may have (HTTP/1).
    pub max_header_fields: usize,
    /// How many requests an HTTP/2 connection may have in flight.
    pub max_concurrent_streams: u32,
    /// How often an HTTP/2 peer is asked whether it is still there; it has half of that to answer.
    pub http2_ping_interval: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            tls_handshake_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(60),
            drain_timeout: Duration::from_secs(20),
            max_connections: 10_000,
            max_head_bytes: 16 * 1024,
            max_header_fields: 64,
            max_concurrent_streams: 128,
            http2_ping_interval: Duration::from_secs(20),
        }
    }
}

impl ConnectionLimits {
    /// The step of the sweep that keeps the time-outs.
    pub(super) fn tick(&self) -> Duration {
        let shortest = self
            .tls_handshake_timeout
            .min(self.header_timeout)
            .min(self.body_timeout)
            .min(self.write_timeout)
            .min(self.idle_timeout);
        (shortest / 4).clamp(Duration::from_millis(10), Duration::from_secs(1))
    }

    /// `timeout` in steps of the sweep, rounded up.
    pub(super) fn in_ticks(&self, timeout: Duration) -> u32 {
        let ticks = timeout.as_nanos().div_ceil(self.tick().as_nanos());
        u32::try_from(ticks).unwrap_or(u32::MAX)
    }
}
