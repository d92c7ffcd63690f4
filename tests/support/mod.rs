//! What the tests share: a Signet of their own on a free port, a clock that they move, and an HTTP client
//! that sends exactly the bytes that a test means.

#![expect(clippy::unwrap_used, clippy::panic, reason = "in a test a panic is the report")]
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    reason = "each test binary uses its part of this module"
)]

pub mod accounts;
pub mod applications;
pub mod assertion;
pub mod authorizing;
pub mod browser;
pub mod client_key;
pub mod config_file;
pub mod devices;
pub mod http_client;
pub mod jwks_server;
pub mod kept;
pub mod kept_people;
pub mod logout_receiver;
pub mod openid;
pub mod people;
pub mod postgres_server;
pub mod process;
pub mod proxy;
pub mod redis_server;
pub mod refreshing;
pub mod returned;
pub mod switched_store;
pub mod token;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use signet::{
    app::{App, Running},
    clock::{Clock, SystemClock},
    config::Loaded,
    entropy::SystemEntropy,
    http::server::ConnectionLimits,
    keys::KeyDirectory,
    logging::Lines,
    store::Store,
};
use signet_verifier::Algorithm;
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

pub use http_client::{Answer, Request};

/// A clock that stands still until a test moves it, or lets it go.
#[derive(Debug)]
pub struct TestClock {
    moved: AtomicU64,
    /// Since when it stands; 0 where it goes.
    stands_at: AtomicU64,
}

impl TestClock {
    pub fn new() -> Self {
        Self { moved: AtomicU64::new(0), stands_at: AtomicU64::new(SystemClock.now()) }
    }

    pub fn advance(&self, by: Duration) {
        self.moved.fetch_add(by.as_secs(), Ordering::SeqCst);
    }

    /// From now on it goes as every clock does.
    pub fn go(&self) {
        self.stands_at.store(0, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> u64 {
        let base = match self.stands_at.load(Ordering::SeqCst) {
            0 => SystemClock.now(),
            at => at,
        };
        base + self.moved.load(Ordering::SeqCst)
    }
}

/// A clock that stands at the present.
pub fn test_clock() -> TestClock {
    TestClock::new()
}

/// The applications that most tests need: one for each way of authentication.
pub const APPLICATIONS: &str = r#"
[[scopes]]
name = "read"
[[scopes]]
name = "write"
[[scopes]]
name = "other"

[[applications]]
client_id = "service"
client_secret = "service-secret"
grant_types = ["client_credentials"]
scopes = ["read", "write"]
audience = ["https://api.example.com", "https://files.example.com"]

[[applications]]
client_id = "poster"
client_secret = "poster-secret"
token_endpoint_auth_method = "client_secret_post"
grant_types = ["client_credentials"]
scopes = ["read"]

[[applications]]
client_id = "switched-off"
client_secret = "service-secret"
grant_types = ["client_credentials"]
scopes = ["read"]
disabled = true

[[applications]]
client_id = "grantless"
client_secret = "service-secret"
grant_types = []
scopes = ["read"]

[[applications]]
client_id = "scopeless"
client_secret = "service-secret"
grant_types = ["client_credentials"]

[[applications]]
client_id = "public"
token_endpoint_auth_method = "none"
grant_types = []
scopes = ["read"]
"#;

/// A Signet that a test has for itself. Dropping it ends it at once; [`TestServer::stop`] drains it.
pub struct TestServer {
    pub address: SocketAddr,
    pub issuer: String,
    pub clock: Arc<TestClock>,
    pub app: Arc<App>,
    pub folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl TestServer {
    /// Starts with [`APPLICATIONS`].
    pub async fn start() -> Self {
        Self::with(APPLICATIONS).await
    }

    /// Starts with `tables`, which stand below the issuer and a free port.
    pub async fn with(tables: &str) -> Self {
        Self::with_issuer_path("", tables).await
    }

    /// Starts with an issuer that has a path.
    pub async fn with_issuer_path(path: &str, tables: &str) -> Self {
        // The issuer names the port, so a free one is chosen before Signet binds it.
        let port = free_port();
        let issuer = format!("http://127.0.0.1:{port}{path}");
        let listen = if tables.contains("[http]") {
            String::new()
        } else {
            format!("[http]\nlisten = \"127.0.0.1:{port}\"\n")
        };
        let tables = tables.replace("{port}", &port.to_string());
        Self::from_toml(&format!("issuer = \"{issuer}\"\n{listen}{tables}")).await
    }

    async fn from_toml(toml: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy_keys(&folder.path().join("keys"));
        let path = folder.path().join("signet.toml");
        fs::write(&path, toml).unwrap();
        let loaded = Loaded::read(&path, []).unwrap_or_else(|error| panic!("{error}"));
        let clock = Arc::new(test_clock());
        let entropy = Arc::new(SystemEntropy);
        let app = App::new(loaded, clock.clone(), entropy, Lines::Subscriber).unwrap();
        Self::serve(app, clock, folder)
    }

    /// Another process of the same Signet: one configuration, one store, one clock, other memory.
    pub fn beside(&self) -> Self {
        let listen = ("SIGNET_HTTP__LISTEN".to_owned(), "127.0.0.1:0".to_owned());
        let loaded = Loaded::read(&self.config_file(), [listen]).unwrap();
        let (store, entropy) = (self.app.store().clone(), Arc::new(SystemEntropy));
        let (clock, log) = (self.clock.clone(), Lines::Subscriber);
        let app = App::with_store(loaded, store, clock, entropy, log).unwrap();
        Self::serve(app, self.clock.clone(), tempfile::tempdir().unwrap())
    }

    /// Serves with a store of the test's own.
    pub fn with_store(clock: &Arc<TestClock>, store: Store) -> Self {
        Self::with_store_and(clock, store, APPLICATIONS)
    }

    /// Serves `tables` with a store of the test's own.
    pub fn with_store_and(clock: &Arc<TestClock>, store: Store, tables: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy_keys(&folder.path().join("keys"));
        let path = folder.path().join("signet.toml");
        let listen = "[http]\nlisten = \"127.0.0.1:0\"\n";
        fs::write(&path, format!("issuer = \"http://127.0.0.1:1\"\n{listen}{tables}")).unwrap();
        let loaded = Loaded::read(&path, []).unwrap();
        let entropy = Arc::new(SystemEntropy);
        let app =
            App::with_store(loaded, store, clock.clone(), entropy, Lines::Subscriber).unwrap();
        Self::serve(app, clock.clone(), folder)
    }

    fn serve(app: App, clock: Arc<TestClock>, folder: TempDir) -> Self {
        let issuer = app.config().config.issuer.to_string();
        let running = Running::bind(app, ConnectionLimits::default()).unwrap();
        let address = running.local_addr();
        let app = running.app();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(async {
            let stop = async { drop(stopped.await) };
            running.serve(stop, std::future::pending()).await.unwrap();
        });
        Self { address, issuer, clock, app, folder, stop: Some(stop), serving }
    }

    /// Another replica: the same issuer, configuration and keys, a port and a clock of its own.
    pub async fn replica(&self) -> Self {
        let toml = fs::read_to_string(self.config_file()).unwrap();
        let ours = format!("listen = \"{}\"", self.address);
        assert!(toml.contains(&ours), "a replica needs {ours} in:\n{toml}");
        Self::from_toml(&toml.replace(&ours, &format!("listen = \"127.0.0.1:{}\"", free_port())))
            .await
    }

    /// Sends a request and reads the answer, on a connection of its own.
    pub async fn send(&self, request: Request) -> Answer {
        http_client::send(self.address, &request).await
    }

    /// Sends a form to the token endpoint, authenticated by Basic.
    pub async fn token(&self, client_id: &str, client_secret: &str, form: &str) -> Answer {
        self.send(Request::form("/oauth2/token", form).basic(client_id, client_secret)).await
    }

    /// A token for `service`, which must be granted.
    pub async fn granted(&self, form: &str) -> serde_json::Value {
        let answer = self.token("service", "service-secret", form).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// The configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.folder.path().join("signet.toml")
    }

    /// Drains, and waits until it has ended.
    pub async fn stop(mut self) {
        let _ = self.stop.take().unwrap().send(());
        (&mut self.serving).await.unwrap();
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// A folder in memory, where there is one: what a server writes there outlives its process, which is the
/// crash that tests play, and a slow disk is no outage.
pub fn memory_folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// A port that nobody listens on, and that no other test of this process will be given. It lies below the
/// range from which the system serves connections, so that none of those takes it in the meantime.
pub fn free_port() -> u16 {
    const FIRST: u16 = 10_000;
    const COUNT: u16 = 20_000;
    static NEXT: AtomicU64 = AtomicU64::new(0);
    // Test processes that run side by side begin in different places.
    let start = u64::from(std::process::id()) * 997;
    loop {
        let offset = (start + NEXT.fetch_add(1, Ordering::Relaxed)) % u64::from(COUNT);
        let port = FIRST + u16::try_from(offset).unwrap();
        if is_free(SocketAddr::from(([127, 0, 0, 1], port))) {
            return port;
        }
    }
}

/// Must not listen: a program that another test starts at this moment inherits the socket for as long as it
/// takes to become itself, and who connects to it in that time is hung up on.
fn is_free(address: SocketAddr) -> bool {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address).is_ok()
}

/// Copies a key folder that each test process makes once: an RSA key takes a while.
pub fn copy_keys(target: &Path) {
    static KEYS: OnceLock<TempDir> = OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        KeyDirectory::new(folder.path().join("keys"), Duration::from_secs(600))
            .ensure(&Algorithm::ALL, &SystemClock, &SystemEntropy)
            .unwrap();
        folder
    });
    fs::create_dir(target).unwrap();
    for entry in fs::read_dir(keys.path().join("keys")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), target.join(entry.file_name())).unwrap();
    }
}

/// Waits until `condition` holds, at most half a minute.
pub async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait)
        .await
        .unwrap_or_else(|_| panic!("did not happen within half a minute: {what}"));
}
