//! The built binary, running in a folder of its own with the quick start's configuration.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use tempfile::TempDir;
use tokio::process::Child;

use super::{Answer, Request, copy_keys, eventually, free_port, http_client};

/// A `signet serve` that a test has for itself; killed when dropped.
pub struct Process {
    pub address: SocketAddr,
    pub folder: TempDir,
    pub child: Child,
}

impl Process {
    /// Starts the quick start on a free port, after `change` has had its way with the configuration, and
    /// waits until it is ready.
    pub async fn start(change: impl FnOnce(String) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy_keys(&folder.path().join("keys"));
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let quick_start = Path::new(env!("CARGO_MANIFEST_DIR")).join("signet.toml");
        let text = fs::read_to_string(quick_start).unwrap();
        let text = change(text.replace("8080", &address.port().to_string()));
        fs::write(folder.path().join("signet.toml"), text).unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let child = tokio::process::Command::new(env!("CARGO_BIN_EXE_signet"))
            .arg("serve")
            .current_dir(folder.path())
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut process = Self { address, folder, child };
        eventually("signet is ready", async || process.is_ready().await).await;
        process
    }

    async fn is_ready(&mut self) -> bool {
        let ended = self.child.try_wait().unwrap();
        assert!(ended.is_none(), "signet ended, {}: {}", ended.unwrap(), self.log());
        let answer = http_client::try_send(self.address, &Request::get("/readyz")).await;
        answer.is_some_and(|answer| answer.status == 200)
    }

    pub async fn send(&self, request: Request) -> Answer {
        http_client::send(self.address, &request).await
    }

    /// A token request of the demo application.
    pub async fn token(&self) -> Answer {
        let form = Request::form("/oauth2/token", "grant_type=client_credentials");
        self.send(form.basic("demo", "demo-secret")).await
    }

    /// What has been logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    pub fn config_file(&self) -> PathBuf {
        self.folder.path().join("signet.toml")
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().expect("still running").to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(status.success());
    }

    /// Runs another command of the binary on the same folder.
    pub fn command(&self, arguments: &[&str]) -> ExitStatus {
        Command::new(env!("CARGO_BIN_EXE_signet"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .stdout(Stdio::null())
            .status()
            .unwrap()
    }
}
