//! Redis servers that a test has for itself: started on free ports, ended with the test.

pub mod cluster;
pub mod sentinels;
pub mod tls;

use std::{
    path::Path,
    process::{Child, Stdio},
    sync::Arc,
    time::Duration,
};

use signet::{
    clock::{Clock, SystemClock},
    config,
    store::{self, Store},
};
use tempfile::TempDir;
use tokio::process::Command;

use super::{eventually, free_port, memory_folder};

/// How long the stores of tests wait for an answer: what a busy machine takes for one is no outage.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// A store on the Redis at `url`.
pub fn open(url: &str) -> Store {
    open_with(url, |_| {})
}

/// A store on the Redis at `url`, with a configuration that is not the usual one.
pub fn open_with(url: &str, change: impl FnOnce(&mut config::Store)) -> Store {
    let mut config = config::Store {
        url: url.parse().unwrap(),
        key_prefix: "test:".to_owned(),
        timeout: PATIENCE,
        ..config::Store::default()
    };
    change(&mut config);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    store::open(&config, &clock).unwrap_or_else(|problem| panic!("{problem:?}"))
}

/// A store with the patience of a busy machine, for tests that are not about outages.
pub fn open_patiently(url: &str, change: impl FnOnce(&mut config::Store)) -> Store {
    open_with(url, |config| {
        config.timeout = Duration::from_secs(20);
        change(config);
    })
}

/// The same store, once it answers: a slow first connection counts as an outage, and an outage has its
/// own rules.
pub async fn answering(store: Store) -> Store {
    eventually("the store answers", async || store.revocations.lists(0).await.is_ok()).await;
    store
}

/// One redis-server process.
pub struct RedisServer {
    pub port: u16,
    arguments: Vec<String>,
    /// What redis-cli needs to be let in.
    pub credentials: Vec<String>,
    folder: TempDir,
    child: Option<Child>,
}

impl RedisServer {
    /// A server that keeps nothing when it ends.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// A server with more arguments than the usual ones.
    pub async fn with(arguments: &[&str]) -> Self {
        let mut server = Self::prepared(free_port(), arguments);
        server.start_again().await;
        server
    }

    /// A sentinel, or whatever else is started with exactly these arguments.
    pub async fn exactly(port: u16, folder: TempDir, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&text| text.to_owned()).collect();
        let mut server = Self { port, arguments, credentials: Vec::new(), folder, child: None };
        server.start_again().await;
        server
    }

    /// One that has not started yet.
    pub fn prepared(port: u16, arguments: &[&str]) -> Self {
        let port_text = port.to_string();
        let usual =
            ["--port", &port_text, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        let arguments = usual.iter().chain(arguments).map(|&text| text.to_owned()).collect();
        let folder = memory_folder();
        Self { port, arguments, credentials: Vec::new(), folder, child: None }
    }

    /// A folder of its own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts it, on the same port as before, and waits until it answers.
    pub async fn start_again(&mut self) {
        let child = std::process::Command::new("redis-server")
            .args(&self.arguments)
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server, which scripts/test installs");
        self.child = Some(child);
        eventually("redis answers", async || {
            let answer = self.command(&["PING"]).await;
            answer.first().is_some_and(|line| line == "PONG")
        })
        .await;
    }

    /// Ends it as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Stops it as a machine does that hangs: connections stand, nothing is answered.
    pub async fn freeze(&self) {
        self.signal("-STOP").await;
    }

    /// Lets it go on.
    pub async fn thaw(&self) {
        self.signal("-CONT").await;
    }

    async fn signal(&self, signal: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        let status = Command::new("kill").args([signal, &id]).status().await.unwrap();
        assert!(status.success());
    }

    /// Where it is, for a configuration.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// What redis-cli prints, line by line.
    pub async fn command(&self, arguments: &[&str]) -> Vec<String> {
        let command = Command::new("redis-cli")
            .args(["-p", &self.port.to_string()])
            .args(&self.credentials)
            .args(arguments)
            .output();
        let output = tokio::time::timeout(Duration::from_secs(20), command).await;
        let output = output.expect("redis-cli answers within twenty seconds").unwrap();
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}
