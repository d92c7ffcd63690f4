//! The server: one listener, its connections, and their orderly end (RFC 9112, RFC 9113). Knows how
//! long a client may take, not what is asked: requests go to a poem endpoint, whole.
//!
//! poem's own server sets no time-out on a request's head and closes no stuck connection. Here one
//! sweep over all connections keeps every time-out; a request pays for them with a few relaxed
//! atomic operations, and no connection has a timer of its own.

mod accept;
mod activity;
mod connection;
mod debts;
pub mod limits;
pub mod readiness;
pub mod shutdown;
mod table;
pub mod tls;
mod tracked_body;
mod watched_io;
pub mod workers;

use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use poem::Endpoint;
use prometheus_client::metrics::gauge::Gauge;
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::Semaphore,
    time::{sleep, timeout},
};

use self::{accept::Acceptor, connection::Service, table::ConnectionTable};
pub use self::{limits::ConnectionLimits, readiness::Readiness, tls::TlsSource, workers::Workers};

/// How many connections the kernel may hold for us while accepting pauses.
const BACKLOG: u32 = 1024;

/// Once cut, a connection needs one turn of the scheduler to be gone.
const CUT_GRACE: Duration = Duration::from_secs(1);

/// What a server is made of.
#[derive(Debug)]
pub struct ServerSettings {
    /// The address to listen on; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// The certificate and key, where the server itself speaks TLS.
    pub tls: Option<TlsSource>,
    /// How long, how large, how many.
    pub limits: ConnectionLimits,
    /// Shows how many connections are open.
    pub connections: Gauge,
    /// The threads that answer; without any, the runtime around the server does.
    pub workers: Workers,
}

impl ServerSettings {
    /// Plain HTTP on `listen`, with the default limits.
    #[must_use]
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            tls: None,
            limits: ConnectionLimits::default(),
            connections: Gauge::default(),
            workers: Workers::default(),
        }
    }
}

/// Makes servers.
#[derive(Debug)]
pub struct Server;

impl Server {
    /// Takes the address, so that a second process fails at its start and not later. Needs a tokio
    /// runtime around it.
    ///
    /// # Errors
    /// When the address cannot be had; the message says which and what to do.
    pub fn bind(settings: ServerSettings) -> io::Result<BoundServer> {
        let listener = listen(settings.listen)
            .map_err(|error| io::Error::new(error.kind(), advice(settings.listen, &error)))?;
        let local_addr = listener.local_addr()?;
        Ok(BoundServer { listener, local_addr, settings })
    }
}

/// A server that has its address and is ready to serve.
#[derive(Debug)]
pub struct BoundServer {
    listener: TcpListener,
    local_addr: SocketAddr,
    settings: ServerSettings,
}

impl BoundServer {
    /// The address in use.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves until `stop` resolves, then drains: the listener closes, an HTTP/1 connection ends with
    /// the response in flight, an HTTP/2 client is told GOAWAY. What is still open after the drain
    /// time-out, or as soon as `cut` resolves, is cut.
    pub async fn serve<E: Endpoint + 'static>(
        self,
        endpoint: E,
        stop: impl Future<Output = ()>,
        cut: impl Future<Output = ()>,
    ) -> Drained {
        let Self {
            listener,
            local_addr,
            settings: ServerSettings { tls, limits, connections, workers, .. },
        } = self;
        let slots = Arc::new(Semaphore::new(limits.max_connections as usize));
        let table = Arc::new(ConnectionTable::new(&limits, connections));
        let service = Arc::new(Service::new(endpoint, local_addr, tls, &limits, workers.handles()));
        let mut sweeping = pin!(table.sweep_for_ever());
        let mut cut = pin!(cut);

        let accepting = async {
            let mut acceptor = Acceptor::new(listener, Arc::clone(&slots));
            let handles = workers.handles();
            loop {
                let (stream, peer, slot) = acceptor.next().await;
                let (service, seat) = (Arc::clone(&service), table.seat(service.speaks_tls()));
                handles.serve(stream, async move |stream| {
                    service.serve(stream, peer, seat).await;
                    drop(slot);
                });
            }
        };
        // The listener lives in `accepting`: once this is left, new connections are refused.
        let in_good_order = tokio::select! {
            biased;
            () = stop => true,
            () = &mut cut => false,
            () = &mut sweeping => false,
            () = accepting => false,
        };

        table.close_all();
        if in_good_order {
            tokio::select! {
                biased;
                () = all_gone(&slots, limits.max_connections) => return Drained { cut: 0 },
                () = sleep(limits.drain_timeout) => {}
                () = cut => {}
                () = sweeping => {}
            }
        }
        let cut = table.cut_all();
        // A handler that blocks its thread cannot be cut; it does not hold the shutdown either.
        drop(timeout(CUT_GRACE, all_gone(&slots, limits.max_connections)).await);
        Drained { cut }
    }
}

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// How many connections were cut because they did not end in time.
    pub cut: usize,
}

async fn all_gone(slots: &Semaphore, max_connections: u32) {
    // All permits can be had only when no connection holds one.
    drop(slots.acquire_many(max_connections).await);
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restart must not wait for the old connections' TIME-WAIT to pass.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

fn advice(address: SocketAddr, error: &io::Error) -> String {
    let remedy = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another process listens there; stop it, or set http.listen to a free port".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => {
            "no interface of this machine has that address; set http.listen to one that it has, or \
             to 0.0.0.0 for all"
                .to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "not permitted; ports below 1024 need a privilege, set http.listen to a higher one"
                .to_owned()
        }
        _ => error.to_string(),
    };
    format!("cannot listen on {address}: {remedy}")
}
