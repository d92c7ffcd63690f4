//! The file layer: TOML, with errors that name line and column and repeat nothing of the text.

use std::path::{Path, PathBuf};

use figment::{
    Error, Metadata, Profile, Provider,
    value::{Dict, Map, Value},
};

/// A configuration file as a figment provider.
pub(super) struct TomlFile {
    path: PathBuf,
    table: toml::Table,
}

impl TomlFile {
    /// Parses `text`, which came from `path`.
    ///
    /// # Errors
    /// A sentence with line and column. The parser's own message would show the line, secrets included.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, String> {
        let table = text.parse().map_err(|error: toml::de::Error| {
            let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or(text));
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
            format!("line {line}, column {column}: not valid TOML ({})", error.message())
        })?;
        Ok(Self { path: path.to_owned(), table })
    }
}

impl Provider for TomlFile {
    fn metadata(&self) -> Metadata {
        Metadata::named("file").source(figment::Source::File(self.path.clone()))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let value = Value::serialize(&self.table)?;
        let dict = value.into_dict().unwrap_or_default();
        Ok(Profile::Default.collect(dict))
    }
}
