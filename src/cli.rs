//! The command line: one file per command. A command reads configuration, calls a room, prints.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this room speaks to the person at the terminal"
)]

mod applications;
mod check;
mod hash;
mod health;
mod keys;
mod openapi;
mod serve;
mod users;
mod verify;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    config::{DEFAULT_FILE, Loaded},
    oauth::{FieldProblem, Refusal},
};

/// Signet: a stateless JWT token issuer.
#[derive(Debug, Parser)]
#[command(name = "signet", version, about, max_term_width = 100)]
pub struct Cli {
    /// The configuration file.
    #[arg(long, global = true, value_name = "FILE", default_value = DEFAULT_FILE)]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests until SIGTERM or Ctrl-C.
    #[command(after_help = serve::EXAMPLES)]
    Serve,
    /// Manage the signing keys.
    #[command(subcommand, after_help = keys::EXAMPLES)]
    Keys(keys::KeysCommand),
    /// Print the OpenAPI document.
    #[command(after_help = openapi::EXAMPLES)]
    Openapi(openapi::Arguments),
    /// Check configuration, keys, store and directory; say what is wrong and how to mend it.
    #[command(after_help = check::EXAMPLES)]
    Check,
    /// Read a secret or a password from standard input and print the digest for the configuration.
    #[command(after_help = hash::EXAMPLES)]
    Hash(hash::Arguments),
    /// Verify a token with the issuer's public keys; print its claims or the reason against it.
    #[command(after_help = verify::EXAMPLES)]
    Verify(verify::Arguments),
    /// Manage the people whom the directory keeps.
    #[command(subcommand, after_help = users::EXAMPLES)]
    Users(users::UsersCommand),
    /// Manage the applications that the directory keeps.
    #[command(subcommand, after_help = applications::EXAMPLES)]
    Applications(applications::ApplicationsCommand),
    /// Ask the Signet of this machine whether it is alive (for container health checks).
    #[command(after_help = health::EXAMPLES)]
    Health,
}

/// Runs the command that the arguments name.
#[must_use]
pub fn run(cli: &Cli) -> ExitCode {
    let outcome = match &cli.command {
        Command::Serve => serve::run(cli),
        Command::Keys(command) => keys::run(cli, command),
        Command::Openapi(arguments) => openapi::run(cli, arguments),
        Command::Check => check::run(cli),
        Command::Hash(arguments) => hash::run(arguments),
        Command::Verify(arguments) => verify::run(cli, arguments),
        Command::Users(command) => users::run(cli, command),
        Command::Applications(command) => applications::run(cli, command),
        Command::Health => health::run(cli),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(message)) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}

/// Why a command failed, for the person at the terminal.
#[derive(Debug)]
struct Failed(String);

impl<E: std::error::Error> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Whoever runs a command may know the cause too.
impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        let mut message = refusal.reason.sentence().to_owned();
        for FieldProblem { field, rule } in &refusal.fields {
            message += &format!("\n{field}: {rule}");
        }
        if let Some(cause) = &refusal.cause {
            message += &format!("\n({cause})");
        }
        Self(message)
    }
}

impl Cli {
    fn configuration(&self) -> Result<Loaded, Failed> {
        Ok(Loaded::read(&self.config, crate::config::environment())?)
    }
}

/// For what goes on beside requests, which have threads of their own: two, so that a file system that
/// hangs blocks the look at its files and nothing else.
fn runtime() -> Result<tokio::runtime::Runtime, Failed> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}
