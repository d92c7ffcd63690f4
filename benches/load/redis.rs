//! A Redis of the benchmark's own: loopback, nothing written to disk, everything else as it comes.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    process::Command,
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    Outcome,
    process::{CpuTime, Process, free_address},
};

/// The server; ended when this is dropped.
pub(crate) struct Redis {
    address: SocketAddr,
    folder: TempDir,
    process: Option<Process>,
}

/// How often each command was called so far. Those that a script calls are counted too.
pub(crate) struct Calls(BTreeMap<String, u64>);

/// Checks that redis-server is there.
pub(crate) fn require() -> Outcome<()> {
    Command::new("redis-server").arg("--version").output().map_err(|error| {
        format!(
            "redis-server cannot be started ({error}). Install it: apt-get install redis-server"
        )
    })?;
    Ok(())
}

impl Redis {
    /// Starts it on a free port, and waits until it listens.
    pub(crate) fn start() -> Outcome<Self> {
        let mut redis =
            Self { address: free_address()?, folder: tempfile::tempdir()?, process: None };
        redis.start_again()?;
        Ok(redis)
    }

    /// Starts it where it was, with nothing in it; does nothing where it runs.
    pub(crate) fn start_again(&mut self) -> Outcome<()> {
        if self.process.is_some() {
            return Ok(());
        }
        let port = self.address.port().to_string();
        let folder = self.folder.path().to_string_lossy();
        let arguments = [
            ["--port", &port],
            ["--bind", "127.0.0.1"],
            ["--dir", &folder],
            ["--save", ""],
            ["--appendonly", "no"],
        ];
        let process = Process::start("redis-server", arguments.as_flattened(), &[])?;
        process.wait_until_listening(self.address)?;
        self.process = Some(process);
        Ok(())
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }

    /// Where it is, for a configuration.
    pub(crate) fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// The CPU time so far.
    pub(crate) fn cpu_time(&self) -> Outcome<CpuTime> {
        self.process.as_ref().ok_or("Redis is stopped")?.cpu_time()
    }

    /// How often each command was called so far.
    pub(crate) fn calls(&self) -> Outcome<Calls> {
        let stats = self.ask("INFO commandstats")?;
        let calls = stats.lines().filter_map(|line| {
            let (command, figures) = line.strip_prefix("cmdstat_")?.split_once(':')?;
            let (calls, _) = figures.strip_prefix("calls=")?.split_once(',')?;
            Some((command.to_owned(), calls.parse().ok()?))
        });
        // What is asked here does not count.
        Ok(Calls(calls.filter(|(command, _)| command != "info" && command != "quit").collect()))
    }

    /// The memory in use, in bytes.
    pub(crate) fn used_memory(&self) -> Outcome<u64> {
        let memory = self.ask("INFO memory")?;
        let used = memory.lines().find_map(|line| line.strip_prefix("used_memory:"));
        Ok(used.ok_or("Redis does not say how much memory it uses")?.trim().parse()?)
    }

    /// The memory of one key, in bytes; 0 where there is none.
    pub(crate) fn memory_of(&self, key: &str) -> Outcome<u64> {
        let answer = self.ask(&format!("MEMORY USAGE {key} SAMPLES 0"))?;
        Ok(integer(&answer).unwrap_or(0))
    }

    /// How many members a sorted set has.
    pub(crate) fn cardinality(&self, key: &str) -> Outcome<u64> {
        let answer = self.ask(&format!("ZCARD {key}"))?;
        integer(&answer).ok_or_else(|| format!("Redis counts no members: {answer}").into())
    }

    fn ask(&self, command: &str) -> Outcome<String> {
        let mut connection = TcpStream::connect(self.address)?;
        connection.set_read_timeout(Some(Duration::from_secs(10)))?;
        connection.write_all(format!("{command}\r\nQUIT\r\n").as_bytes())?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

impl Calls {
    /// The calls since `earlier`, per one of `requests`, the most frequent first; rare ones left out.
    #[expect(clippy::cast_precision_loss, reason = "calls are counted in millions")]
    pub(crate) fn per_request(&self, earlier: &Self, requests: u64) -> Vec<(String, f64)> {
        let mut calls: Vec<_> = self
            .0
            .iter()
            .map(|(command, now)| {
                let before = earlier.0.get(command).copied().unwrap_or_default();
                (command.clone(), now.saturating_sub(before) as f64 / requests as f64)
            })
            .filter(|(_, calls)| *calls >= 0.005)
            .collect();
        calls.sort_by(|(_, some), (_, others)| others.total_cmp(some));
        calls
    }
}

/// `:1234`, as Redis writes an integer.
fn integer(answer: &str) -> Option<u64> {
    answer.lines().next()?.strip_prefix(':')?.trim().parse().ok()
}
