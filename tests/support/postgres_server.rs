//! A PostgreSQL that tests have for themselves: made in a folder of its own, with a collation that is not
//! the one of bytes, and ended with the last test that uses it.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
};

use tempfile::TempDir;

use super::{eventually, free_port, memory_folder};

/// What nobody may ever read in a message.
pub const PASSWORD: &str = "hunter2-of-postgres";

/// One server.
pub struct PostgresServer {
    pub port: u16,
    folder: TempDir,
    child: Option<Child>,
}

impl PostgresServer {
    pub async fn start() -> Self {
        let mut server = Self { port: free_port(), folder: memory_folder(), child: None };
        let password = server.folder.path().join("password");
        fs::write(&password, PASSWORD).unwrap();
        let data = server.data();
        fs::create_dir(&data).unwrap();
        if let Some(user) = other_user() {
            for path in [server.folder.path(), &password, &data] {
                chown(path, Some(user), None).unwrap();
            }
        }
        // SCRAM would take a while for each connection where nothing is optimised.
        let output = as_user("initdb")
            .args(["--username=signet", "--auth=md5", "--encoding=UTF8", "--no-sync"])
            .args(["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"])
            .arg(format!("--pwfile={}", password.display()))
            .arg(format!("--pgdata={}", data.display()))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        server.start_again().await;
        server
    }

    /// Starts it, on the same port as before, and waits until it answers.
    pub async fn start_again(&mut self) {
        let child = as_user("postgres")
            .arg("-D")
            .arg(self.data())
            .args(["-p", &self.port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            .args([
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off",
                "-c",
                "max_connections=300",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        eventually("postgres answers", async || self.run("SELECT 1").is_some()).await;
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            self.signal(&child, "-QUIT");
            child.wait().unwrap();
        }
    }

    /// Stops it as a machine does that hangs: connections stand, nothing is answered.
    pub fn freeze(&self) {
        self.signal_all("-STOP");
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal_all("-CONT");
    }

    /// A new database, for a configuration.
    pub fn database(&self) -> String {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.run(&format!("CREATE DATABASE {name}")).expect("the database can be made");
        format!("postgres://signet:{PASSWORD}@127.0.0.1:{}/{name}", self.port)
    }

    /// What psql prints, where the server answers.
    pub fn run(&self, sql: &str) -> Option<String> {
        let output = Command::new(binaries().join("psql"))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "signet"])
            .args(["-d", "postgres", "-At", "-c", sql])
            .env("PGPASSWORD", PASSWORD)
            .output()
            .unwrap();
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn signal_all(&self, signal: &str) {
        let child = self.child.as_ref().unwrap();
        let id = child.id();
        let backends = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        for backend in backends.split_whitespace() {
            // One may have ended since.
            let _ = Command::new("kill").args([signal, backend]).stderr(Stdio::null()).status();
        }
        self.signal(child, signal);
    }

    fn signal(&self, child: &Child, signal: &str) {
        let status = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Where Debian puts the programs, the newest version last; or else wherever they are found.
fn binaries() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = versions.map(|entry| entry.path().join("bin"));
    folders.filter(|folder| folder.join("initdb").exists()).max().unwrap_or_default()
}

/// The user that PostgreSQL runs as where the tests run as root, which it refuses.
fn other_user() -> Option<u32> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().parse::<u32>().ok()
    };
    (id(&["-u"]) == Some(0)).then(|| id(&["-u", "postgres"]).expect("a user postgres"))
}

fn as_user(program: &str) -> Command {
    let mut command = Command::new(binaries().join(program));
    if let Some(user) = other_user() {
        command.uid(user).current_dir(Path::new("/"));
    }
    command
}
