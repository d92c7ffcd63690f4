//! The `signet` command.

use std::process::ExitCode;

use clap::Parser;
use signet::cli;

fn main() -> ExitCode {
    cli::run(&cli::Cli::parse())
}
