//! Why a configuration is refused: every problem with its key and where the value came from.

use std::{fmt, path::Path};

use figment::{
    Figment,
    error::{Actual, Kind},
};

/// Something that is wrong with a value, before it is known where the value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The path of the key, like `applications.0.client_id`.
    pub key: String,
    /// What is wrong and how to mend it; never a secret.
    pub message: String,
}

impl Problem {
    /// A problem with `key`.
    #[must_use]
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { key: key.into(), message: message.into() }
    }
}

/// The configuration is refused. `Display` prints one line for each problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(Vec<String>);

impl ConfigError {
    /// A refusal that concerns no key.
    pub(super) fn of(line: impl Into<String>) -> Self {
        Self(vec![line.into()])
    }

    /// Adds to each problem where its value came from.
    pub(super) fn locate(problems: Vec<Problem>, figment: &Figment) -> Self {
        let line = |problem: Problem| {
            let origin = origin(figment, &problem.key);
            format!("{}: {} (from {origin})", problem.key, problem.message)
        };
        Self(problems.into_iter().map(line).collect())
    }

    /// Translates figment's errors, leaving out the values that theirs would show.
    /// A key that is missing could stand in `file`.
    pub(super) fn from_figment(error: figment::Error, file: &Path) -> Self {
        Self(error.into_iter().map(|error| describe(&error, file)).collect())
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

/// Where the value of `key`, or of the nearest table around it, came from.
fn origin(figment: &Figment, key: &str) -> String {
    let mut path = key;
    loop {
        if let Some(metadata) = figment.find_metadata(path) {
            return metadata_name(metadata, &path.split('.').collect::<Vec<_>>());
        }
        match path.rsplit_once('.') {
            Some((parent, _)) => path = parent,
            None => return "the defaults".to_owned(),
        }
    }
}

fn metadata_name(metadata: &figment::Metadata, keys: &[&str]) -> String {
    match metadata.source.as_ref().and_then(figment::Source::file_path) {
        Some(path) => format!("the file {}", path.display()),
        None if metadata.name == "environment" => format!(
            "the environment variable {}",
            metadata.interpolate(&figment::Profile::Default, keys)
        ),
        None => "the defaults".to_owned(),
    }
}

fn describe(error: &figment::Error, file: &Path) -> String {
    let mut keys: Vec<&str> = error.path.iter().map(String::as_str).collect();
    let message = match &error.kind {
        Kind::Message(message) => message.clone(),
        Kind::InvalidType(actual, expected) | Kind::InvalidValue(actual, expected) => {
            let expected = if expected.starts_with("struct ") { "a table" } else { expected };
            format!("expected {expected}, found {}", type_name(actual))
        }
        Kind::InvalidLength(length, expected) => {
            format!("expected {expected}, found {length} entries")
        }
        Kind::UnknownVariant(found, expected) => {
            format!("`{}` is not known here; expected {}", found.escape_debug(), one_of(expected))
        }
        Kind::UnknownField(field, expected) => {
            if keys.last() != Some(&field.as_str()) {
                keys.push(field);
            }
            let from_environment =
                error.metadata.as_ref().is_some_and(|from| from.name == "environment");
            let hint = if from_environment && keys.len() == 1 {
                "; in variables two underscores separate section and key"
            } else {
                ""
            };
            format!("this key is not known; expected {}{hint}", one_of(expected))
        }
        Kind::MissingField(field) => {
            keys.push(field);
            "this key is missing".to_owned()
        }
        Kind::DuplicateField(_) => "this key is given twice".to_owned(),
        Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => {
            "the number is out of range".to_owned()
        }
        Kind::Unsupported(actual) | Kind::UnsupportedKey(actual, _) => {
            format!("{} cannot stand here", type_name(actual))
        }
    };
    let key = if keys.is_empty() { "configuration".to_owned() } else { keys.join(".") };
    match &error.metadata {
        Some(metadata) => format!("{key}: {message} (from {})", metadata_name(metadata, &keys)),
        None => format!("{key}: {message} (from the file {})", file.display()),
    }
}

/// The type of a value without the value: it may be a secret.
const fn type_name(actual: &Actual) -> &'static str {
    match actual {
        Actual::Bool(_) => "true or false",
        Actual::Unsigned(_) | Actual::Signed(_) => "a number",
        Actual::Float(_) => "a number with a fraction",
        Actual::Char(_) | Actual::Str(_) => "a string",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        _ => "something else",
    }
}

fn one_of(expected: &[&str]) -> String {
    match expected {
        [] => "no key at all".to_owned(),
        [only] => format!("`{only}`"),
        several => format!("one of `{}`", several.join("`, `")),
    }
}
