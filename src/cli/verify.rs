//! `signet verify`.

use std::io::{Read, stdin};

use clap::Args;
use signet_verifier::Verifier;

use super::{Cli, Failed, runtime};

pub(super) const EXAMPLES: &str = "\
Examples:
  signet verify eyJhbGciOi…                     against the issuer of signet.toml
  signet verify --issuer https://id.example.com --audience https://api.example.com eyJhbGciOi…
  echo \"$TOKEN\" | signet verify -               keeps the token out of the process list";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The access token; `-` reads it from standard input.
    token: String,
    /// The issuer to ask for its keys; left out: the configuration's.
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// The resource server that the token must be for; left out: any.
    #[arg(long, value_name = "URI")]
    audience: Option<String>,
}

pub(super) fn run(cli: &Cli, arguments: &Arguments) -> Result<(), Failed> {
    let issuer = match &arguments.issuer {
        Some(issuer) => issuer.clone(),
        None => cli.configuration()?.config.issuer.as_str().to_owned(),
    };
    let token = match arguments.token.as_str() {
        "-" => {
            let mut text = String::new();
            stdin().take(64 * 1024).read_to_string(&mut text)?;
            text
        }
        token => token.to_owned(),
    };
    let verifier = match &arguments.audience {
        Some(audience) => Verifier::builder(&issuer, audience.as_str()),
        None => Verifier::builder(&issuer, "").any_audience(),
    };
    let verifier = verifier.build()?;
    let verified = runtime()?.block_on(verifier.verify(token.trim()));
    match verified {
        Ok(verified) => {
            println!("{}", serde_json::to_string_pretty(verified.claims())?);
            Ok(())
        }
        Err(rejection) => Err(Failed(format!("not valid: {rejection}"))),
    }
}
