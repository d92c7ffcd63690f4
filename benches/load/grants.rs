//! Grants that can be renewed, a hundred thousand of them: what each takes of Redis's memory, and their
//! refresh tokens, which the rounds renew.

use std::{fs, net::SocketAddr, path::Path, thread, time::Duration};

use signet::clock::Stopwatch;

use crate::{
    Outcome,
    process::Process,
    redis::Redis,
    requests::{RENEWER, by_basic, renewal},
    wrk::{self, Request, Script, THREADS},
};

/// The longest that it may take to begin them.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long Redis may take to move its keys to a larger table: both count while it does.
const SETTLED: Duration = Duration::from_secs(2);

/// What they take.
pub(crate) struct Memory {
    /// How many there are.
    pub(crate) count: u64,
    /// By how much the memory in use has grown, without what `blocks` says, in bytes.
    pub(crate) families: u64,
    /// That of the application's index; part of `families`.
    pub(crate) index: u64,
    /// That of the revocation list: whose block of status list entries is whose.
    pub(crate) blocks: u64,
}

/// The refresh tokens, a share of them for each time that renewals are driven.
pub(crate) struct Grants {
    tokens: Vec<String>,
    share: usize,
}

/// Begins `count` grants at `address`, whose store is `redis`.
pub(crate) fn begin(
    count: u64,
    shares: usize,
    address: SocketAddr,
    redis: &Redis,
    folder: &Path,
) -> Outcome<(Grants, Memory)> {
    let index = format!("signet:rt:app:{RENEWER}");
    let blocks = format!("signet:rev:app:{RENEWER}");
    let there = || -> Outcome<[u64; 4]> {
        Ok([
            redis.cardinality(&index)?,
            redis.used_memory()?,
            redis.memory_of(&index)?,
            redis.memory_of(&blocks)?,
        ])
    };
    let before = there()?;
    let file = folder.join("tokens-").to_string_lossy().into_owned();
    let script = Script {
        code: include_str!("begin.lua"),
        arguments: vec![(count / THREADS).to_string(), file.clone()],
    };
    let request = Request { script: Some(script), ..by_basic(RENEWER) };
    let files: Vec<_> = (0..THREADS).map(|thread| format!("{file}{thread}")).collect();
    let wrk = Process::spawn(&mut wrk::command(&request, address, PATIENCE, folder)?)?;
    let waited = Stopwatch::start();
    while !files.iter().all(|file| Path::new(file).exists()) {
        if waited.elapsed() > PATIENCE {
            return Err(format!("{count} grants take too long to begin").into());
        }
        thread::sleep(Duration::from_millis(10));
    }
    drop(wrk);
    thread::sleep(SETTLED);
    let after = there()?;
    let [count, used, index, blocks] =
        std::array::from_fn(|which| after[which].saturating_sub(before[which]));

    let mut tokens = Vec::new();
    for file in files {
        tokens.extend(fs::read_to_string(file)?.lines().map(str::to_owned));
    }
    let share = tokens.len() / shares;
    let memory = Memory { count, families: used.saturating_sub(blocks), index, blocks };
    Ok((Grants { tokens, share }, memory))
}

impl Grants {
    /// Renewals of grants that nobody has renewed so far.
    pub(crate) fn renewals(&mut self, folder: &Path) -> Outcome<Request> {
        let rest = self.tokens.len().saturating_sub(self.share);
        let tokens = self.tokens.split_off(rest).join("\n");
        let file = folder.join("tokens");
        fs::write(&file, tokens)?;
        let script = Script {
            code: include_str!("renew.lua"),
            arguments: vec![file.to_string_lossy().into_owned(), THREADS.to_string()],
        };
        Ok(Request { script: Some(script), ..renewal() })
    }
}
