//! What a token costs, whole process: starts the release binary, drives it with `wrk` over keep-alive,
//! reads its CPU time, measures the floors in the same run, prints one table.
//! `cargo bench --bench load`; see `benches/README.md`.
//!
//! 1. A folder of its own with configuration and keys ([`subject`]), and three servers: Signet, Signet
//!    without its request log, and the floor ([`floor_server`]).
//! 2. Rounds ([`rounds`]): each drives every row for a few seconds and signs with ring alone, so that a
//!    machine that grows slower grows slower for all.
//! 3. Starts ([`start`]), memory ([`process`]).
//! 4. The table ([`report`], [`table`]).

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its results")]

#[path = "../support/bare_keys.rs"]
mod bare_keys;
mod client;
mod floor_server;
mod machine;
mod process;
mod report;
mod rounds;
mod rows;
mod signatures;
mod start;
mod subject;
mod table;
mod wrk;

use std::{error::Error, net::SocketAddr, process::ExitCode};

use clap::Parser;

use crate::{
    report::Whole,
    rows::{Row, Server, Servers},
    subject::Folder,
};

/// What every step here answers: a benchmark that cannot go on says why and ends.
type Outcome<T> = Result<T, Box<dyn Error>>;

/// The load benchmark: CPU per token against the floors, start, memory, size.
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
    let load_before = machine::load()?;
    let folder = Folder::prepare()?;
    let servers = Servers::start(&folder)?;
    let idle = servers.idle_memory()?;

    let rows = rows::all().into_iter().filter(|row| arguments.wants(row)).collect();
    let measured = rounds::run(rows, &servers, &folder, arguments)?;
    let (_, signet) = servers.get(Server::Signet);
    let peak = signet.peak_memory()?;
    drop(servers);
    let start = start::to_first_token(&folder)?;

    let whole = Whole { start, idle, peak, binary: subject::binary_size()? };
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
    fn wants(&self, row: &Row) -> bool {
        let named = |only: &String| row.name.to_lowercase().contains(&only.to_lowercase());
        row.server == Server::Floor || self.only.as_ref().is_none_or(named)
    }
}
