//! `signet hash`.

use std::io::{Read, stdin};

use clap::{Args, ValueEnum};

use super::Failed;
use crate::secret::Secret;

pub(super) const EXAMPLES: &str = "\
Examples:
  openssl rand -hex 32 | tee client.secret | signet hash secret
  signet hash secret < client.secret            one trailing newline is not part of the secret";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What standard input holds.
    #[arg(value_enum)]
    kind: Kind,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// A client secret: prints its SHA-256, for client_secret_sha256.
    Secret,
}

/// The longest secret that is read, in bytes.
const LONGEST: u64 = 1024;

pub(super) fn run(arguments: &Arguments) -> Result<(), Failed> {
    let Kind::Secret = arguments.kind;
    let mut text = String::new();
    stdin().take(LONGEST + 3).read_to_string(&mut text)?;
    let secret = Secret::from_line(text);
    if secret.expose().is_empty() {
        return Err(Failed("nothing came on standard input: pipe the secret in".to_owned()));
    }
    if secret.expose().len() as u64 > LONGEST {
        return Err(Failed(format!("a secret has at most {} bytes", LONGEST)));
    }
    println!("{}", secret.digest().to_hex());
    Ok(())
}
