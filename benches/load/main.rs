//! What a token costs, whole process: starts the release binary, drives it with `wrk` over keep-alive,
//! reads its CPU time, measures the floors in the same run, prints one table.
//! `cargo bench --bench load`; see `benches/README.md`.
//!
//! 1. A folder of its own with configuration and keys ([`subject`]), and the servers ([`servers`]): Signet
//!    several times, as it comes, without its request log, on a Redis ([`redis`]), with applications in
//!    SQLite ([`kept`]); the floor ([`floor_server`]).
//! 2. Grants in Redis ([`grants`]): what they take of its memory.
//! 3. Rounds ([`rounds`]): each drives every row ([`rows`]) for a few seconds and signs with ring alone
//!    ([`bare`]), so that a machine that grows slower grows slower for all.
//! 4. A storm of log-ins ([`storm`]), starts ([`start`]), sign-ins that are refused ([`sign_in`]), memory
//!    ([`process`]).
//! 5. The table ([`report`], [`table`]).

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its results")]

#[path = "../support/bare_keys.rs"]
mod bare_keys;

mod bare;
mod browser;
mod client;
mod floor_server;
mod grants;
mod kept;
mod machine;
mod process;
mod redis;
mod report;
mod requests;
mod rounds;
mod rows;
mod servers;
mod sign_in;
mod start;
mod storm;
mod subject;
mod table;
mod wrk;

use std::{error::Error, net::SocketAddr, process::ExitCode, time::Duration};

use clap::Parser;

use crate::{
    report::Whole,
    rounds::Drive,
    rows::Row,
    servers::{Server, Servers},
    subject::Folder,
};

/// What every step here answers: a benchmark that cannot go on says why and ends.
type Outcome<T> = Result<T, Failure>;
type Failure = Box<dyn Error>;

/// The load benchmark: CPU per request against the floors, start, memory, size.
#[derive(Parser)]
#[command(bin_name = "cargo bench --bench load --")]
struct Arguments {
    /// How often each row is driven; the table has the medians.
    #[arg(long, default_value_t = 12)]
    rounds: usize,
    /// How long each time.
    #[arg(long, default_value_t = 1)]
    seconds: u64,
    /// Only the rows whose name contains this; the floors are always measured.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// How many grants there are in Redis.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    grants: u64,
    /// Be the server of the form floor (the benchmark starts itself so).
    #[arg(long, hide = true, value_name = "ADDRESS")]
    floor_server: Option<SocketAddr>,
    /// What cargo passes to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.floor_server {
        Some(address) => floor_server::run(address),
        None if cfg!(debug_assertions) => {
            println!("The load benchmark measures a release build: cargo bench --bench load");
            Ok(())
        }
        None => measure(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &Arguments) -> Outcome<()> {
    wrk::require()?;
    redis::require()?;
    let load_before = machine::load()?;
    let folder = Folder::prepare()?;
    let mut servers = Servers::start(&folder)?;
    let idle = servers.idle_memory()?;

    let (address, _) = servers.get(Server::OnRedis);
    // For the rounds and the warm-up.
    let shares = arguments.rounds + 1;
    let (mut grants, families) =
        grants::begin(arguments.grants, shares, address, &servers.redis, folder.path())?;
    let mut drive = Drive { servers: &mut servers, grants: &mut grants, folder: &folder };
    let duration = Duration::from_secs(arguments.seconds);
    let measured = drive.run(arguments.rows(), arguments.rounds, duration)?;
    let peak = |server| servers.get(server).1.peak_memory();
    let (peak, peak_on_redis) = (peak(Server::Signet)?, peak(Server::OnRedis)?);
    let peak_with_people = servers.get(Server::WithPeople).1.peak_memory()?;
    drop(servers);
    let storm = arguments.wants("storm of log-ins").then(|| storm::blow(&folder)).transpose()?;
    let start = start::to_first_token(&folder)?;
    let sign_ins = sign_in::refused(&folder)?;

    let binary = subject::binary_size()?;
    let whole = Whole {
        start,
        storm,
        sign_ins,
        idle,
        peak,
        peak_on_redis,
        peak_with_people,
        binary,
        families,
    };
    println!("{}", report::table(&measured, &whole));
    println!(
        "{}; load average {load_before} before, {} after; {} rounds of {} s",
        machine::describe()?,
        machine::load()?,
        arguments.rounds,
        arguments.seconds
    );
    Ok(())
}

impl Arguments {
    fn wants(&self, name: &str) -> bool {
        let only = self.only.as_ref().map(|only| only.to_lowercase());
        only.is_none_or(|only| name.to_lowercase().contains(&only))
    }

    /// The rows that are wanted, and those that they are compared with.
    fn rows(&self) -> Vec<Row> {
        let rows = rows::all();
        let is_wanted = |row: &Row| self.wants(row.name);
        let needed: Vec<_> =
            rows.iter().filter(|row| is_wanted(row)).filter_map(Row::needs).collect();
        let belongs =
            |row: &Row| row.server == Server::Floor || is_wanted(row) || needed.contains(&row.name);
        rows.into_iter().filter(belongs).collect()
    }
}
