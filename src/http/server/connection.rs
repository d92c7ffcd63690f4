//! One connection from handshake to end: TLS where configured, then HTTP/1.1 or HTTP/2 by what the
//! client speaks (RFC 9112, RFC 9113), under the sweep's command. Must not know the routes.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker},
};

use hyper::{
    Request, Response, Version,
    body::{Body, Incoming},
    http::uri::Scheme,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::conn::auto,
};
use poem::{
    Addr, Endpoint, IntoResponse,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;
use tracing::debug;

use super::{
    ConnectionLimits, TlsSource,
    activity::{Activity, Command, WaitsFor},
    table::Seat,
    tracked_body::TrackedBody,
    watched_io::WatchedIo,
    workers::Handles,
};

/// hyper answers a flood of streams that are opened and reset at once by closing the connection.
const MAX_PENDING_RESETS: usize = 20;

/// How much an HTTP/2 client may send ahead of being read, per stream and in all: more than any body
/// that we take, and far less than hyper's megabyte, which ten thousand clients could each fill.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024;

/// How much of an answer waits in memory for an HTTP/2 client to take it, per stream.
const SEND_BUFFER: usize = 64 * 1024;

/// What all connections of a server share.
pub(super) struct Service<E> {
    endpoint: E,
    local_addr: LocalAddr,
    tls: Option<TlsSource>,
    protocols: auto::Builder<Handles>,
}

impl<E: Endpoint + 'static> Service<E> {
    pub(super) fn new(
        endpoint: E,
        local_addr: SocketAddr,
        tls: Option<TlsSource>,
        limits: &ConnectionLimits,
        workers: Handles,
    ) -> Self {
        let mut protocols = auto::Builder::new(workers);
        // No time-out of hyper's for the head: it would cost a timer per request, and neither covers
        // the wait for the protocol's first bytes nor tells an idle client from a slow one.
        protocols
            .http1()
            .header_read_timeout(None)
            .max_buf_size(limits.max_head_bytes.max(8 * 1024) as usize)
            .max_headers(limits.max_header_fields);
        protocols
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.max_concurrent_streams)
            .max_header_list_size(limits.max_head_bytes)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(SEND_BUFFER)
            .max_pending_accept_reset_streams(MAX_PENDING_RESETS)
            .keep_alive_interval(limits.http2_ping_interval)
            .keep_alive_timeout(limits.http2_ping_interval / 2);
        Self { endpoint, local_addr: LocalAddr(Addr::from(local_addr)), tls, protocols }
    }

    pub(super) fn speaks_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Serves one connection to its end.
    pub(super) async fn serve(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, seat: Seat) {
        let activity = Arc::clone(&seat.activity);
        let io = WatchedIo::new(stream, Arc::clone(&activity));
        match &self.tls {
            None => {
                Arc::clone(&self).speak(io, Scheme::HTTP, peer, &activity).await;
            }
            Some(tls) => {
                let mut handshake = TlsAcceptor::from(tls.current()).accept(io);
                let outcome = obeying(&activity, |command, cx| match command {
                    Command::Go => Pin::new(&mut handshake).poll(cx).map(Some),
                    Command::Close | Command::Cut => Poll::Ready(None),
                });
                let io = match outcome.await {
                    Some(Ok(io)) => io,
                    Some(Err(error)) => return debug!(%error, "the TLS handshake failed"),
                    None => return,
                };
                if io.get_ref().1.alpn_protocol() == Some(b"h2") {
                    activity.is_multiplexed();
                    activity.wait_for(WaitsFor::Request);
                } else {
                    activity.wait_for(WaitsFor::Head);
                }
                Arc::clone(&self).speak(io, Scheme::HTTPS, peer, &activity).await;
            }
        }
    }

    async fn speak(
        self: Arc<Self>,
        io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        scheme: Scheme,
        peer: SocketAddr,
        activity: &Arc<Activity>,
    ) {
        let remote_addr = RemoteAddr(Addr::from(peer));
        let answer = service_fn(|request: Request<Incoming>| {
            if request.version() == Version::HTTP_2 {
                activity.is_multiplexed();
            }
            let mut exchange = activity.begin(!request.body().is_end_stream());
            let service = Arc::clone(&self);
            let (remote_addr, scheme) = (remote_addr.clone(), scheme.clone());
            async move {
                let request = (request, service.local_addr.clone(), remote_addr, scheme).into();
                // Not `get_response`, which moves the request once more on its way.
                let response = match service.endpoint.call(request).await {
                    Ok(output) => output.into_response(),
                    Err(error) => error.into_response(),
                };
                let response: Response<_> = response.into();
                exchange.answered();
                Ok::<_, Infallible>(response.map(|body| TrackedBody::new(body, exchange)))
            }
        });
        let mut connection = pin!(self.protocols.serve_connection(TokioIo::new(io), answer));
        let mut closing = false;
        let outcome = obeying(activity, |command, cx| match command {
            Command::Cut => Poll::Ready(Ok(())),
            Command::Close if !closing => {
                closing = true;
                connection.as_mut().graceful_shutdown();
                connection.as_mut().poll(cx)
            }
            Command::Go | Command::Close => connection.as_mut().poll(cx),
        });
        if let Err(error) = outcome.await {
            debug!(%error, "a connection ended early");
        }
    }
}

/// Runs `poll` with the sweep's latest command, also when there is nothing but a new command.
fn obeying<T>(
    activity: &Activity,
    mut poll: impl FnMut(Command, &mut Context<'_>) -> Poll<T>,
) -> impl Future<Output = T> {
    let mut known: Option<Waker> = None;
    poll_fn(move |cx| {
        if !known.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            activity.wake_by(cx.waker().clone());
            known = Some(cx.waker().clone());
        }
        poll(activity.command(), cx)
    })
}
