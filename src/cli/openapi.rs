//! `signet openapi`.

use clap::{Args, ValueEnum};

use super::{Cli, Failed};
use crate::app::openapi_document_of;

pub(super) const EXAMPLES: &str = "\
Examples:
  signet openapi > openapi.json
  signet openapi --format yaml";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to write the document.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Yaml,
}

pub(super) fn run(cli: &Cli, arguments: &Arguments) -> Result<(), Failed> {
    let document = openapi_document_of(&cli.configuration()?.config);
    match arguments.format {
        Format::Json => println!("{}", document.json()),
        Format::Yaml => print!("{}", document.yaml()),
    }
    Ok(())
}
