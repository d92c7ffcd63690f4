//! What the tests share: a server on a free port of loopback, a client that counts bytes, a log that
//! can be read or stuck.

use std::{
    io::{self, Write},
    net::SocketAddr,
    sync::{Arc, Condvar, Mutex, Once},
    time::Duration,
};

use poem::Endpoint;
use prometheus_client::metrics::gauge::Gauge;
use signet::{
    clock::SystemClock,
    entropy::SystemEntropy,
    http::{
        boundary::{Boundary, BoundarySettings, RequestIds},
        client_address::TrustedProxies,
        cors::Cors,
        metrics::Metrics,
        request_log::RequestLog,
        server::{ConnectionLimits, Drained, Server, ServerSettings, TlsSource, Workers},
    },
    logging::{Lines, LogBuffer},
    store::Availability,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};
use tracing_subscriber::{filter::LevelFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::operations::PlainAnswers;

/// No test waits longer for anything.
pub(crate) const BOUND: Duration = Duration::from_secs(60);

/// The short time-out of the tests that wait for one to pass.
pub(crate) const SHORT: Duration = Duration::from_millis(400);

pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match timeout(BOUND, future).await {
        Ok(value) => value,
        Err(_) => panic!("not within {BOUND:?}: {what}"),
    }
}

pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    within(what, async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
}

/// A server whose end is in the test's hands.
pub(crate) struct Running {
    pub(crate) addr: SocketAddr,
    pub(crate) connections: Gauge,
    stop: Option<oneshot::Sender<()>>,
    cut: Option<oneshot::Sender<()>>,
    ended: JoinHandle<Drained>,
}

impl Running {
    pub(crate) fn start(limits: ConnectionLimits, endpoint: impl Endpoint + 'static) -> Self {
        Self::start_with(limits, None, endpoint)
    }

    pub(crate) fn start_with(
        limits: ConnectionLimits,
        tls: Option<TlsSource>,
        endpoint: impl Endpoint + 'static,
    ) -> Self {
        let workers = Workers::start(2).unwrap();
        let settings = ServerSettings {
            tls,
            limits,
            workers,
            ..ServerSettings::new(([127, 0, 0, 1], 0).into())
        };
        let connections = settings.connections.clone();
        let server = Server::bind(settings).unwrap();
        let addr = server.local_addr();
        let (stop, stopped) = oneshot::channel::<()>();
        let (cut, is_cut) = oneshot::channel::<()>();
        let ended = tokio::spawn(server.serve(
            endpoint,
            async { stopped.await.unwrap_or_default() },
            async {
                if is_cut.await.is_err() {
                    std::future::pending::<()>().await;
                }
            },
        ));
        Self { addr, connections, stop: Some(stop), cut: Some(cut), ended }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.addr).await.unwrap()
    }

    pub(crate) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    pub(crate) fn cut(&mut self) {
        self.cut.take().unwrap().send(()).unwrap();
    }

    pub(crate) async fn ended(self) -> Drained {
        within("the server ends", self.ended).await.unwrap()
    }

    pub(crate) async fn all_connections_gone(&self) {
        until("all connections are gone", || self.connections.get() == 0).await;
    }
}

/// Limits with every time-out far away, for a test to shorten the one it is about.
pub(crate) fn patient() -> ConnectionLimits {
    let far = Duration::from_secs(300);
    ConnectionLimits {
        tls_handshake_timeout: far,
        header_timeout: far,
        body_timeout: far,
        write_timeout: far,
        idle_timeout: far,
        drain_timeout: far,
        ..ConnectionLimits::default()
    }
}

/// Reads until the server closes; a reset is a close too.
pub(crate) async fn read_to_close(stream: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let mut bytes = Vec::new();
    match within("the server closes", stream.read_to_end(&mut bytes)).await {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
        Err(error) => panic!("{error}"),
    }
    bytes
}

/// One HTTP/1 request as written, and its answer: head and body.
pub(crate) async fn exchange(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    request: &str,
) -> (String, String) {
    stream.write_all(request.as_bytes()).await.unwrap();
    answer(stream).await
}

pub(crate) async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> (String, String) {
    within("an answer", async {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "no answer");
        };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
        let length = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
        while bytes.len() < end + length {
            assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "half an answer");
        }
        (head, String::from_utf8(bytes[end..].to_vec()).unwrap())
    })
    .await
}

pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

pub(crate) fn get_request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")
}

/// A log in memory, whose reader can be stuck.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<(Mutex<CapturedState>, Condvar)>);

#[derive(Default)]
struct CapturedState {
    bytes: Vec<u8>,
    stuck: bool,
}

impl Captured {
    pub(crate) fn stuck() -> Self {
        let captured = Self::default();
        captured.0.0.lock().unwrap().stuck = true;
        captured
    }

    pub(crate) fn release(&self) {
        self.0.0.lock().unwrap().stuck = false;
        self.0.1.notify_all();
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.0.lock().unwrap().bytes.clone()).unwrap()
    }

    pub(crate) fn lines(&self) -> Vec<serde_json::Value> {
        self.text().lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let state = self.0.0.lock().unwrap();
        let mut state = self.0.1.wait_while(state, |state| state.stuck).unwrap();
        state.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Nothing is enabled without a subscriber; this one enables what a production log has.
pub(crate) fn log_at_info() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::registry().with(LevelFilter::INFO).init();
    });
}

/// The parts around the routes of [`routes`].
pub(crate) struct Surroundings {
    pub(crate) log: Captured,
    pub(crate) buffer: LogBuffer,
    pub(crate) metrics: Arc<Metrics>,
}

/// A store that answers, for the gauge that tells so.
pub(crate) fn availability() -> Arc<Availability> {
    Arc::new(Availability::new(Arc::new(SystemClock)))
}

impl Surroundings {
    pub(crate) fn new() -> Self {
        Self::with(Captured::default(), 1024 * 1024)
    }

    pub(crate) fn with(log: Captured, capacity: usize) -> Self {
        log_at_info();
        let buffer = LogBuffer::start(log.clone(), capacity).unwrap();
        let metrics = Arc::new(Metrics::new(Lines::Buffered(buffer.clone()), availability()));
        Self { log, buffer, metrics }
    }

    pub(crate) fn around<E: Endpoint>(&self, inner: E) -> Boundary<E> {
        self.around_logging(inner, Lines::Buffered(self.buffer.clone()), true)
    }

    pub(crate) fn around_logging<E: Endpoint>(
        &self,
        inner: E,
        lines: Lines,
        https: bool,
    ) -> Boundary<E> {
        let settings = BoundarySettings {
            cors: Cors::default(),
            trusted_proxies: TrustedProxies::default(),
            answers: Box::new(PlainAnswers),
            request_ids: RequestIds::new(&SystemEntropy).unwrap(),
            log: RequestLog::new(lines),
            metrics: Arc::clone(&self.metrics),
            https,
        };
        Boundary::new(inner, settings)
    }

    /// The log's lines, once `count` are there.
    pub(crate) async fn lines(&self, count: usize) -> Vec<serde_json::Value> {
        until("the log has its lines", || self.log.text().lines().count() >= count).await;
        self.log.lines()
    }
}
