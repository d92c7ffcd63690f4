//! `signet keys …`: the key ring, by hand.

use std::time::Duration;

use clap::{Args, Subcommand};
use signet_verifier::Algorithm;

use super::{Cli, Failed};
use crate::{
    app::key_directory,
    clock::{Clock, SystemClock},
    config::Config,
    entropy::SystemEntropy,
    keys::{KeyDirectory, RotateWhen, Rotated},
};

pub(super) const EXAMPLES: &str = "\
Examples:
  signet keys generate                          the keys that the configuration uses, where missing
  signet keys list
  signet keys rotate                            a next key for each algorithm; it signs once every cache has it
  signet keys rotate --alg ES256 --now          in an emergency
  signet keys retire KID                        at once, with every token that it signed";

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Make the keys that are missing: one for each algorithm, and the sealing key.
    Generate(ByAlgorithm),
    /// Show the ring: state and times of every key.
    List,
    /// Make the next key; the switch comes at its time, which is printed.
    Rotate {
        #[command(flatten)]
        by_algorithm: ByAlgorithm,
        /// Let the next key sign at once: verifiers with a cached key set meet a key that they do not know.
        #[arg(long)]
        now: bool,
    },
    /// Remove a key at once: every token that it signed is refused from then on.
    Retire {
        /// The key's name, as `signet keys list` shows it.
        #[arg(allow_hyphen_values = true)]
        kid: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct ByAlgorithm {
    /// ES256, ES384, RS256, PS256 or EdDSA; left out: each that the configuration uses.
    #[arg(long, value_name = "ALG")]
    alg: Option<Algorithm>,
}

impl ByAlgorithm {
    fn algorithms(&self, config: &Config) -> Vec<Algorithm> {
        self.alg.map_or_else(|| config.algorithms(), |algorithm| vec![algorithm])
    }
}

pub(super) fn run(cli: &Cli, command: &KeysCommand) -> Result<(), Failed> {
    let config = cli.configuration()?.config;
    let directory = key_directory(&config);
    match command {
        KeysCommand::Generate(by_algorithm) => {
            generate(&directory, &by_algorithm.algorithms(&config))
        }
        KeysCommand::List => list(&directory),
        KeysCommand::Rotate { by_algorithm, now } => {
            let when = if *now { RotateWhen::Now } else { RotateWhen::AfterPublication };
            rotate(&directory, &by_algorithm.algorithms(&config), when)
        }
        KeysCommand::Retire { kid } => {
            match directory.retire(kid, &SystemClock)?.successor {
                Some(successor) => println!("retired {kid}; {successor} signs from now on"),
                None => println!("retired {kid}"),
            }
            Ok(())
        }
    }
}

fn generate(directory: &KeyDirectory, algorithms: &[Algorithm]) -> Result<(), Failed> {
    let made = directory.ensure(algorithms, &SystemClock, &SystemEntropy)?;
    if made.is_empty() {
        println!("nothing is missing in {}", directory.path().display());
    }
    for kid in made {
        println!("made {kid}");
    }
    Ok(())
}

fn rotate(
    directory: &KeyDirectory,
    algorithms: &[Algorithm],
    when: RotateWhen,
) -> Result<(), Failed> {
    let now = SystemClock.now();
    for &algorithm in algorithms {
        let (what, kid, signs_from) =
            match directory.rotate(algorithm, when, &SystemClock, &SystemEntropy)? {
                Rotated::Made { kid, signs_from } => ("made", kid, signs_from),
                Rotated::BroughtForward { kid, signs_from } => ("brought forward", kid, signs_from),
                Rotated::AlreadyScheduled { kid, signs_from } => {
                    ("already scheduled", kid, signs_from)
                }
            };
        println!("{algorithm:<5}  {what}  {kid}  signs {}", when_relative(signs_from, now));
    }
    Ok(())
}

fn list(directory: &KeyDirectory) -> Result<(), Failed> {
    let now = SystemClock.now();
    let keys = directory.load()?.list(now);
    println!("{:<43}  {:<5}  {:<8}  times", "kid", "alg", "state");
    for key in keys {
        let begins = format!("signs from {}", when_relative(key.signs_from, now));
        let ends = key.signs_until.map(|at| format!(", until {}", when_relative(at, now)));
        let gone =
            key.published_until.map(|at| format!(", published until {}", when_relative(at, now)));
        println!(
            "{:<43}  {:<5}  {:<8}  {begins}{}{}",
            key.kid,
            key.algorithm,
            key.state.to_string(),
            ends.unwrap_or_default(),
            gone.unwrap_or_default()
        );
    }
    Ok(())
}

/// A time as RFC 3339 and as seen from now: `2026-01-01T00:00:00Z (in 6m)`.
fn when_relative(at: u64, now: u64) -> String {
    // Beyond the year 9999 there is no way to write it.
    let instant = std::time::UNIX_EPOCH + Duration::from_secs(at.min(253_402_300_799));
    let absolute = humantime::format_rfc3339_seconds(instant);
    let distance = humantime::format_duration(Duration::from_secs(at.abs_diff(now)));
    match at.cmp(&now) {
        std::cmp::Ordering::Less => format!("{absolute} ({distance} ago)"),
        std::cmp::Ordering::Equal => format!("{absolute} (now)"),
        std::cmp::Ordering::Greater => format!("{absolute} (in {distance})"),
    }
}
