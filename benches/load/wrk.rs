//! The load generator: `wrk`, with a Lua script per row for the request and for figures that a program
//! can read.
//!
//! It runs under the `SCHED_BATCH` policy (`chrt`, of util-linux), which never interrupts a running
//! thread. Otherwise each answer wakes it in the middle of the server's work, the more often the longer a
//! request takes, and the server's CPU time holds the switches: half of one per token on two cores.

use std::{fmt::Write, fs, net::SocketAddr, path::Path, process::Command, time::Duration};

use crate::Outcome;

/// How many connections are kept alive, and how many of wrk's threads drive them.
const CONNECTIONS: &str = "--connections=32";
pub(crate) const THREADS: u64 = 2;

/// What wrk prints when it is done, before its own text: one line that begins with this.
const MARK: &str = "figures:";

/// A request to repeat.
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    /// What makes each request another one.
    pub(crate) script: Option<Script>,
}

/// Lua that wrk calls for every request or answer.
pub(crate) struct Script {
    pub(crate) code: &'static str,
    pub(crate) arguments: Vec<String>,
}

/// What wrk saw.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) requests: u64,
    pub(crate) duration: Duration,
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
}

/// Checks that wrk and chrt are there.
pub(crate) fn require() -> Outcome<()> {
    for (program, package) in [("wrk", "wrk"), ("chrt", "util-linux")] {
        Command::new(program).arg("--version").output().map_err(|error| {
            format!("{program} cannot be started ({error}). Install it: apt-get install {package}")
        })?;
    }
    Ok(())
}

/// Repeats `request` at `address` for `duration`; its script is written into `folder`.
///
/// # Errors
/// Also when a single request failed: figures of refusals are not the figures asked for.
pub(crate) fn drive(
    request: &Request,
    address: SocketAddr,
    duration: Duration,
    folder: &Path,
) -> Outcome<Figures> {
    let output = command(request, address, duration, folder)?.output()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let line = printed.lines().find_map(|line| line.strip_prefix(MARK));
    let line = line.ok_or_else(|| {
        format!("wrk did not finish: {printed}{}", String::from_utf8_lossy(&output.stderr))
    })?;
    let numbers: Vec<u64> = line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [requests, duration, median, p99, failures] = numbers[..] else {
        return Err(format!("wrk printed other figures than its script asks for: {line}").into());
    };
    if failures > 0 || requests == 0 {
        let path = &request.path;
        return Err(format!("{failures} of {requests} requests to {path} failed: {printed}").into());
    }
    Ok(Figures {
        requests,
        duration: Duration::from_micros(duration),
        median: Duration::from_micros(median),
        p99: Duration::from_micros(p99),
    })
}

/// The command that repeats `request`.
pub(crate) fn command(
    request: &Request,
    address: SocketAddr,
    duration: Duration,
    folder: &Path,
) -> Outcome<Command> {
    let script = folder.join("request.lua");
    fs::write(&script, request.script()?)?;
    let mut command = Command::new("chrt");
    command
        .args(["--batch", "0", "wrk"])
        .args([CONNECTIONS, &format!("--threads={THREADS}"), "--latency", "--script"])
        .arg(&script)
        .arg(format!("--duration={}s", duration.as_secs()))
        .arg(format!("http://{address}{}", request.path))
        .args(request.script.iter().flat_map(|script| &script.arguments));
    Ok(command)
}

impl Figures {
    /// Requests answered per second.
    #[expect(clippy::cast_precision_loss, reason = "requests are counted in millions")]
    pub(crate) fn per_second(&self) -> f64 {
        self.requests as f64 / self.duration.as_secs_f64()
    }
}

impl Request {
    /// The script: wrk sends what `wrk.method`, `wrk.headers` and `wrk.body` say, and calls `done`.
    fn script(&self) -> Outcome<String> {
        let mut script = format!("wrk.method = {:?}\n", self.method);
        for (name, value) in &self.headers {
            writeln!(script, "wrk.headers[{name:?}] = {value:?}")?;
        }
        if !self.body.is_empty() {
            writeln!(script, "wrk.body = {:?}", self.body)?;
        }
        if let Some(more) = &self.script {
            script += more.code;
        }
        write!(
            script,
            r#"
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("{MARK} %d %d %d %d %d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
"#
        )?;
        Ok(script)
    }
}
