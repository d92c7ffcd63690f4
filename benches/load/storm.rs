//! A storm of log-ins beside tokens that applications ask for: what it does to the tokens, how many log-ins
//! get through, and what the others are told.
//!
//! The tokens are asked for at a steady pace that leaves the machine room, by `wrk`: once in quiet, once
//! while people sign in, in turns. Each of the people tries again when it is told to, as a good client does.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use signet::{
    clock::Stopwatch,
    directory::{PasswordDigest, PoolSize},
    secret::Secret,
};

use crate::{
    Outcome, client,
    process::Process,
    requests::{by_basic, sign_in},
    rounds::median,
    subject::{Folder, PASSWORD, PEOPLE},
    wrk::{self, Request, Script},
};

/// How long the tokens are watched each time, and how long the storm blows before that.
const WATCHED: Duration = Duration::from_secs(4);
const RISING: Duration = Duration::from_secs(1);

/// How often.
const TURNS: usize = 5;

/// The pause of each of wrk's connections between two requests, in milliseconds: 1,600 tokens a second.
const PACE: &str = "function delay() return 20 end\n";

/// What the storm did.
pub(crate) struct Storm {
    /// The tokens' p99 in quiet and in the storm, in milliseconds.
    pub(crate) quiet: f64,
    pub(crate) stormy: f64,
    /// Tokens per second in the storm.
    pub(crate) tokens: f64,
    /// Log-ins per second, and how many passwords the same number of threads compare alone.
    pub(crate) log_ins: f64,
    pub(crate) raw: f64,
    /// Their ratio within a turn.
    pub(crate) got_through: f64,
    /// How many were told to come back, and how many of those were not told when.
    pub(crate) put_off: u64,
    pub(crate) untold: u64,
}

/// What the people met.
#[derive(Default)]
struct Met {
    over: AtomicBool,
    signed_in: AtomicU64,
    put_off: AtomicU64,
    untold: AtomicU64,
    /// Any other answer.
    other: AtomicU64,
}

/// Lets the storm blow.
pub(crate) fn blow(folder: &Folder) -> Outcome<Storm> {
    let (address, process) = folder.start_with_people(&[("RUST_LOG", "warn")])?;
    process.wait_until_listening(address)?;
    let (mut quiet, mut stormy, mut tokens, mut log_ins) = (vec![], vec![], vec![], vec![]);
    let (mut raw, mut got_through_of_raw) = (vec![], vec![]);
    let (mut put_off, mut untold) = (0, 0);
    for turn in 1..=TURNS {
        eprintln!("storm {turn} of {TURNS}");
        quiet.push(watch(address, folder.path())?.0);
        let raw_before = raw_rate(folder)?;
        let met = Arc::new(Met::default());
        let people: Vec<_> = (0..PEOPLE)
            .map(|number| {
                let met = Arc::clone(&met);
                thread::Builder::new()
                    .stack_size(128 * 1024)
                    .spawn(move || keep_signing_in(number, address, &met))
            })
            .collect::<Result<_, _>>()?;
        thread::sleep(RISING);
        let (before, watched) = (met.signed_in.load(Relaxed), Stopwatch::start());
        let (p99, tokens_per_second) = watch(address, folder.path())?;
        let got_through = met.signed_in.load(Relaxed) - before;
        let log_ins_per_second = per_second(got_through, watched.elapsed());
        met.over.store(true, Relaxed);
        for person in people {
            person.join().map_err(|_| "one of the people panicked")?;
        }
        // Before and after: a machine that grows slower meanwhile grows slower for all.
        let raw_now = f64::midpoint(raw_before, raw_rate(folder)?);
        raw.push(raw_now);
        got_through_of_raw.push(log_ins_per_second / raw_now);
        log_ins.push(log_ins_per_second);
        stormy.push(p99);
        tokens.push(tokens_per_second);
        put_off += met.put_off.load(Relaxed);
        untold += met.untold.load(Relaxed);
        let other = met.other.load(Relaxed);
        if other > 0 {
            return Err(format!("{other} log-ins were answered neither 200, 429 nor 503").into());
        }
    }
    drop::<Process>(process);
    Ok(Storm {
        quiet: median(quiet),
        stormy: median(stormy),
        tokens: median(tokens),
        log_ins: median(log_ins),
        raw: median(raw),
        got_through: median(got_through_of_raw),
        put_off,
        untold,
    })
}

/// The tokens' p99 in milliseconds, and how many there were in a second.
fn watch(address: SocketAddr, folder: &Path) -> Outcome<(f64, f64)> {
    let script = Script { code: PACE, arguments: Vec::new() };
    let request = Request { script: Some(script), ..by_basic("ES256") };
    let figures = wrk::drive(&request, address, WATCHED, folder)?;
    Ok((figures.p99.as_secs_f64() * 1e3, figures.per_second()))
}

fn keep_signing_in(number: usize, address: SocketAddr, met: &Met) {
    let request = sign_in(number);
    while !met.over.load(Relaxed) {
        let wait = match client::status_and_retry_after(address, &request) {
            Ok((200, _)) => {
                met.signed_in.fetch_add(1, Relaxed);
                Duration::ZERO
            }
            Ok((429 | 503, told)) => {
                met.put_off.fetch_add(1, Relaxed);
                if told.is_none() {
                    met.untold.fetch_add(1, Relaxed);
                }
                told.unwrap_or(Duration::from_secs(1))
            }
            Ok(_) | Err(_) => {
                met.other.fetch_add(1, Relaxed);
                return;
            }
        };
        let waited = Stopwatch::start();
        while waited.elapsed() < wait && !met.over.load(Relaxed) {
            // Rarely, or those who wait would disturb the tokens more than those who sign in.
            thread::sleep(Duration::from_millis(250));
        }
    }
}

/// How many passwords as many threads as the pool has compare in a second, with nothing else to do.
fn raw_rate(folder: &Folder) -> Outcome<f64> {
    let digest: PasswordDigest =
        fs::read_to_string(folder.path().join("digest"))?.trim().parse()?;
    let digest = Arc::new(digest);
    let threads = PoolSize::of_this_machine().threads.get();
    let measured = Stopwatch::start();
    let workers: Vec<_> = (0..threads)
        .map(|_| {
            let digest = Arc::clone(&digest);
            thread::spawn(move || {
                let (password, started, mut compared) =
                    (Secret::new(PASSWORD.to_owned()), Stopwatch::start(), 0_u64);
                while started.elapsed() < WATCHED / 2 {
                    assert!(digest.matches(&password), "the digest is the password's");
                    compared += 1;
                }
                compared
            })
        })
        .collect();
    let mut compared = 0;
    for worker in workers {
        compared += worker.join().map_err(|_| "comparing a password panicked")?;
    }
    Ok(per_second(compared, measured.elapsed()))
}

#[expect(clippy::cast_precision_loss, reason = "nobody signs in 2^53 times")]
fn per_second(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
