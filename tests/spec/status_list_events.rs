//! The event stream beside the status lists: ours, told in docs/resource-servers.md.

use std::{future::poll_fn, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use hyper::{body::Body, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use signet::{
    http::{
        metrics::Metrics,
        routes::Routes,
        server::{ConnectionLimits, Readiness, Server, ServerSettings},
        status_list_events::{ListenerLimits, Listeners, StatusListEventsApi},
    },
    keys::KeyDirectory,
    logging::Lines,
    store::{BLOCK_SIZE, Block, Entry, ListId, RevocationEvent, Revoked},
    tokens::ListUris,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::support::{Request, TestServer, copy_keys, eventually};

const PATH: &str = "/status-lists/events";

const LIST: ListId = ListId { expires_at: u32::MAX, random: *b"a list's" };

/// One client of the stream, and what it has read.
struct Listener {
    connection: TcpStream,
    text: String,
}

impl Listener {
    async fn connect(address: SocketAddr) -> Self {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let request =
            format!("GET {PATH} HTTP/1.1\r\nHost: x\r\nOrigin: https://any.example\r\n\r\n");
        connection.write_all(request.as_bytes()).await.unwrap();
        Self { connection, text: String::new() }
    }

    /// Connects, and waits for the first sign of life.
    async fn listening(address: SocketAddr) -> Self {
        let mut listener = Self::connect(address).await;
        listener.reads("\n:\n\n").await;
        listener
    }

    /// Reads on until `wanted` has come, and hands out all up to its end.
    async fn reads(&mut self, wanted: &str) -> String {
        loop {
            if let Some(at) = self.text.find(wanted) {
                let rest = self.text.split_off(at + wanted.len());
                return std::mem::replace(&mut self.text, rest);
            }
            assert!(self.more().await, "the stream ended without {wanted:?}: {:?}", self.text);
        }
    }

    /// Reads on until the stream ends.
    async fn reads_to_the_end(&mut self) -> String {
        while self.more().await {}
        std::mem::take(&mut self.text)
    }

    async fn more(&mut self) -> bool {
        let mut bytes = [0; 4096];
        let read = timeout(Duration::from_secs(10), self.connection.read(&mut bytes)).await;
        let read = read.expect("something within ten seconds").unwrap_or(0);
        self.text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
        // The chunk of no bytes ends an answer of HTTP/1.1.
        read > 0 && !self.text.ends_with("\r\n0\r\n\r\n")
    }
}

async fn revoke(server: &TestServer, indexes: &[u32]) {
    let entry = |index: &u32| Entry { list: LIST, index: *index };
    let entries: Vec<Entry> = indexes.iter().map(entry).collect();
    server.app.store().revocations.revoke(&entries).await.unwrap();
}

async fn uri(server: &TestServer) -> String {
    revoke(server, &[1_000_000]).await;
    let lists = server.send(Request::get("/status-lists")).await.json();
    lists["status_lists"][0].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_revocation_is_told_at_once() {
    let server = TestServer::start().await;
    let uri = uri(&server).await;
    let mut listener = Listener::connect(server.address).await;
    let head = listener.reads("\r\n\r\n").await.to_lowercase();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    for header in [
        "content-type: text/event-stream\r\n",
        "cache-control: no-store\r\n",
        "access-control-allow-origin: *\r\n",
        "x-accel-buffering: no\r\n",
    ] {
        assert!(head.contains(header), "{head}");
    }
    listener.reads(":\n\n").await;

    revoke(&server, &[123]).await;
    let event = format!("event: revoked\ndata: {{\"uri\":\"{uri}\",\"idx\":123}}\n\n");
    listener.reads(&event).await;
    revoke(&server, &[7]).await;
    listener.reads("\"idx\":7}").await;
}

#[tokio::test]
async fn places_in_a_row_are_one_event_with_their_count() {
    let server = TestServer::start().await;
    let mut listener = Listener::listening(server.address).await;
    let block = Block { list: LIST, number: 3 };
    server.app.store().revocations.revoke_blocks(&[block]).await.unwrap();
    let told = listener.reads("\n\n").await;
    let data = format!("\"idx\":{},\"count\":{BLOCK_SIZE}}}", 3 * BLOCK_SIZE);
    assert!(told.contains(&data), "{told}");
}

#[tokio::test]
async fn a_replica_tells_what_another_revoked() {
    let server = TestServer::start().await;
    let replica = server.beside();
    let mut listener = Listener::listening(replica.address).await;
    revoke(&server, &[5]).await;
    let told = listener.reads("\"idx\":5}").await;
    assert!(told.contains(&server.issuer), "{told}");
}

#[tokio::test]
async fn what_is_told_is_on_the_list_already() {
    let server = TestServer::start().await;
    let path = uri(&server).await.strip_prefix(&server.issuer).unwrap().to_owned();
    let mut listener = Listener::listening(server.address).await;
    for index in 0..20 {
        let before = server.send(Request::get(&path)).await;
        revoke(&server, &[index * 3]).await;
        listener.reads(&format!("\"idx\":{}}}", index * 3)).await;
        let after = server.send(Request::get(&path)).await;
        assert_ne!(before.header("ETag"), after.header("ETag"));
    }
}

#[tokio::test]
async fn streams_end_when_the_server_is_about_to_and_do_not_delay_it() {
    let server = TestServer::start().await;
    let mut listener = Listener::listening(server.address).await;
    let stop = timeout(Duration::from_secs(10), server.stop());
    let (end, stopped) = tokio::join!(listener.reads_to_the_end(), stop);
    assert!(end.ends_with("0\r\n\r\n"), "in good order: {end:?}");
    stopped.expect("the server ends long before the drain time-out");
}

#[tokio::test]
async fn how_many_listen_is_measured() {
    let server = TestServer::start().await;
    let gauge = async |wanted: &str| {
        let text = server.send(Request::get("/metrics")).await.text().to_owned();
        text.contains(&format!("signet_status_list_event_listeners {wanted}\n"))
    };
    let listener = Listener::listening(server.address).await;
    assert!(gauge("1").await);
    drop(listener);
    eventually("the listener is gone", async || gauge("0").await).await;
}

/// The stream alone, with limits of the test's own, on a server with short time-outs.
struct Stage {
    address: SocketAddr,
    listeners: Arc<Listeners>,
    uris: ListUris,
}

const SHORT: Duration = Duration::from_millis(100);

impl Stage {
    fn with(limits: ListenerLimits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        copy_keys(&keys);
        let sealing_keys = KeyDirectory::new(keys, SHORT).load_sealing_keys().unwrap();
        let uris = ListUris::new(&"https://issuer.example.com".parse().unwrap(), &sealing_keys);
        let metrics = Arc::new(Metrics::new(
            Lines::Subscriber,
            signet::store::Store::memory(Arc::new(signet::clock::SystemClock)).availability,
        ));
        let listeners = Arc::new(Listeners::new(limits, metrics));
        let api = StatusListEventsApi {
            listeners: Arc::clone(&listeners),
            readiness: Arc::new(Readiness::default()),
        };
        let (routes, _) = Routes::new().api("", api).finish();
        let limits = ConnectionLimits {
            header_timeout: SHORT,
            body_timeout: SHORT,
            write_timeout: SHORT,
            idle_timeout: SHORT,
            ..ConnectionLimits::default()
        };
        let settings = ServerSettings { limits, ..ServerSettings::new(([127, 0, 0, 1], 0).into()) };
        let server = Server::bind(settings).unwrap();
        let address = server.local_addr();
        tokio::spawn(server.serve(routes, std::future::pending(), std::future::pending()));
        Self { address, listeners, uris }
    }

    fn tell(&self, event: RevocationEvent) {
        self.listeners.tell(event, &self.uris);
    }

    fn revoked(&self, first: u32) {
        self.tell(RevocationEvent::Revoked(Revoked { list: LIST, first, count: 1 }));
    }
}

#[tokio::test]
async fn a_stream_without_events_lives_on_its_heartbeat() {
    let stage = Stage::with(ListenerLimits { heartbeat: SHORT / 2, ..Default::default() });
    let mut listener = Listener::listening(stage.address).await;
    for _ in 0..20 {
        listener.reads(":\n\n").await;
    }
    stage.revoked(1);
    listener.reads("\"idx\":1}").await;
}

/// The heartbeat is far longer than what a client that owes something is given.
#[tokio::test]
async fn a_silent_stream_is_not_cut_between_two_heartbeats() {
    let stage = Stage::with(ListenerLimits { heartbeat: SHORT * 10, ..Default::default() });
    let mut listener = Listener::listening(stage.address).await;
    for _ in 0..2 {
        listener.reads(":\n\n").await;
    }
    stage.revoked(1);
    listener.reads("\"idx\":1}").await;
}

#[tokio::test]
async fn http2_carries_the_stream_too() {
    let stage = Stage::with(ListenerLimits { heartbeat: SHORT * 5, ..Default::default() });
    let io = TokioIo::new(TcpStream::connect(stage.address).await.unwrap());
    let (mut client, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    let request = hyper::Request::get(format!("http://x{PATH}")).body(String::new()).unwrap();
    let mut body = client.send_request(request).await.unwrap().into_body();
    let mut next = async || {
        let frame = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx));
        let frame = timeout(Duration::from_secs(10), frame).await.unwrap().unwrap().unwrap();
        String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
    };
    for _ in 0..3 {
        assert_eq!(next().await, ":\n\n");
    }
    stage.revoked(1);
    assert!(next().await.contains("\"idx\":1}"));
}

#[tokio::test]
async fn where_events_may_have_been_missed_every_stream_ends() {
    let stage = Stage::with(ListenerLimits::default());
    let mut listeners =
        [Listener::listening(stage.address).await, Listener::listening(stage.address).await];
    stage.revoked(1);
    stage.tell(RevocationEvent::Missed);
    stage.revoked(2);
    for listener in &mut listeners {
        let told = listener.reads_to_the_end().await;
        assert!(told.contains("\"idx\":1}") && !told.contains("\"idx\":2}"), "{told}");
    }
    // Whoever comes again hears on.
    let mut listener = Listener::listening(stage.address).await;
    stage.revoked(3);
    listener.reads("\"idx\":3}").await;
}

#[tokio::test]
async fn a_listener_that_falls_behind_is_disconnected() {
    let stage = Stage::with(ListenerLimits::default());
    let mut listener = Listener::listening(stage.address).await;
    // No task runs in between.
    (0..1100).for_each(|index| stage.revoked(index));
    listener.reads_to_the_end().await;
}

#[tokio::test]
async fn there_are_so_many_listeners_and_no_more() {
    let stage = Stage::with(ListenerLimits { most: 2, ..Default::default() });
    let first = Listener::listening(stage.address).await;
    let _second = Listener::listening(stage.address).await;
    let mut third = Listener::connect(stage.address).await;
    let refusal = third.reads("}").await.to_lowercase();
    assert!(refusal.starts_with("http/1.1 503"), "{refusal}");
    assert!(refusal.contains("retry-after: 10\r\n"), "{refusal}");
    assert!(refusal.contains("temporarily_unavailable"), "{refusal}");
    drop(first);
    eventually("there is room again", async || {
        let mut next = Listener::connect(stage.address).await;
        next.reads("\r\n\r\n").await.starts_with("HTTP/1.1 200")
    })
    .await;
}
