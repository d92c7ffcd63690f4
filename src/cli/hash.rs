//! `signet hash`.

use std::io::{Read, stdin};

use clap::{Args, ValueEnum};

use super::Failed;
use crate::{
    directory::{LONGEST_PASSWORD, hash_password},
    entropy::SystemEntropy,
    secret::Secret,
};

pub(super) const EXAMPLES: &str = "\
Examples:
  openssl rand -hex 32 | tee client.secret | signet hash secret
  signet hash secret < client.secret            one trailing newline is not part of the secret
  printf %s 'correct horse' | signet hash password
  read -rs PASSWORD && printf %s \"$PASSWORD\" | signet hash password    without an echo";

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
    /// A person's password: prints its argon2id digest, for password_hash.
    Password,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Password => "password",
        }
    }
}

/// The longest that is read, in bytes.
const LONGEST: usize = LONGEST_PASSWORD;

pub(super) fn run(arguments: &Arguments) -> Result<(), Failed> {
    let kind = arguments.kind;
    let mut text = String::new();
    stdin().take(LONGEST as u64 + 3).read_to_string(&mut text)?;
    let secret = Secret::from_line(text);
    if secret.expose().is_empty() {
        let name = kind.name();
        return Err(Failed(format!("nothing came on standard input: pipe the {name} in")));
    }
    if secret.expose().len() > LONGEST {
        return Err(Failed(format!("a {} has at most {LONGEST} bytes", kind.name())));
    }
    match kind {
        Kind::Secret => println!("{}", secret.digest().to_hex()),
        Kind::Password => println!("{}", hash_password(&secret, &SystemEntropy)?),
    }
    Ok(())
}
