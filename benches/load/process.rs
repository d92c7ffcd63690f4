//! A server process: started, watched through `/proc`, and always ended.

use std::{
    collections::HashMap,
    ffi::OsStr,
    fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use signet::clock::Stopwatch;

use crate::Outcome;

/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// `ESRCH`.
const NO_SUCH_PROCESS: i32 = 3;

/// A child process that ends when this is dropped.
pub(crate) struct Process(Child);

/// The CPU time of each of a process's threads so far, in nanoseconds.
pub(crate) struct CpuTime(HashMap<String, u64>);

impl Process {
    /// Starts `program`; what it prints goes to `/dev/null`, which costs it the system calls but no disk.
    pub(crate) fn start(
        program: impl AsRef<OsStr>,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Outcome<Self> {
        let mut command = Command::new(program);
        command.args(arguments).env_remove("RUST_LOG").envs(environment.iter().copied());
        Self::spawn(&mut command)
    }

    /// The same with a command that is ready to run.
    pub(crate) fn spawn(command: &mut Command) -> Outcome<Self> {
        let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Self(silent.spawn()?))
    }

    /// Waits until somebody accepts connections at `address`.
    pub(crate) fn wait_until_listening(&self, address: SocketAddr) -> Outcome<()> {
        let waited = Stopwatch::start();
        while TcpStream::connect(address).is_err() {
            if waited.elapsed() > PATIENCE {
                return Err(format!("process {} does not listen on {address}", self.0.id()).into());
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// The CPU time so far, user and system.
    pub(crate) fn cpu_time(&self) -> Outcome<CpuTime> {
        let mut threads = HashMap::new();
        for task in fs::read_dir(format!("/proc/{}/task", self.0.id()))? {
            let task = task?;
            match fs::read_to_string(task.path().join("schedstat")) {
                Ok(schedstat) => {
                    let nanoseconds = schedstat.split(' ').next().unwrap_or_default().parse()?;
                    threads.insert(task.file_name().to_string_lossy().into_owned(), nanoseconds);
                }
                // A thread may end while the others are read, or while it is read itself.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) if error.raw_os_error() == Some(NO_SUCH_PROCESS) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(CpuTime(threads))
    }

    /// The resident memory, in KiB.
    pub(crate) fn memory(&self) -> Outcome<u64> {
        self.status("VmRSS:")
    }

    /// The most that was ever resident, in KiB.
    pub(crate) fn peak_memory(&self) -> Outcome<u64> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> Outcome<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let value = status.lines().find_map(|line| line.strip_prefix(name));
        let value = value.ok_or_else(|| format!("/proc has no {name}"))?;
        Ok(value.trim().trim_end_matches(" kB").parse()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Either fails only where the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl CpuTime {
    /// The CPU time since `earlier`. What a thread did that has ended since is lost; those of a tokio
    /// runtime that is under load do not end.
    pub(crate) fn since(&self, earlier: &Self) -> Duration {
        let spent = self.0.iter().map(|(thread, now)| {
            now.saturating_sub(earlier.0.get(thread).copied().unwrap_or_default())
        });
        Duration::from_nanos(spent.sum())
    }
}

/// A loopback address whose port nobody uses at the moment.
pub(crate) fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
