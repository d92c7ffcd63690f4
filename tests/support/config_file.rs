//! Configuration read from a file of a test's own.

use std::{fs, path::PathBuf};

use signet::config::Loaded;
use tempfile::TempDir;

/// A folder with a configuration file.
pub struct ConfigFile {
    folder: TempDir,
}

impl ConfigFile {
    pub fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("signet.toml"), text).unwrap();
        Self { folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("signet.toml")
    }

    /// What the file and these variables come to; a refusal as the message that is printed.
    pub fn read(&self, environment: &[(&str, &str)]) -> Result<Loaded, String> {
        let owned =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Loaded::read(&self.path(), owned).map_err(|error| error.to_string())
    }

    /// The refusal, which must name `key` first, and the file.
    #[track_caller]
    pub fn assert_refused(&self, key: &str) -> String {
        let origin = format!("the file {}", self.path().display());
        assert_names(&self.read(&[]).unwrap_err(), key, &origin)
    }

    /// The refusal, which must name `key` first, and the variable that it came from.
    #[track_caller]
    pub fn assert_refused_from(&self, variable: &str, value: &str, key: &str) -> String {
        let origin = format!("the environment variable {variable})");
        assert_names(&self.read(&[(variable, value)]).unwrap_err(), key, &origin)
    }
}

#[track_caller]
fn assert_names(message: &str, key: &str, origin: &str) -> String {
    let line = message.lines().find(|line| line.starts_with(&format!("{key}: ")));
    let line = line.unwrap_or_else(|| panic!("{key} is not named: {message}"));
    assert!(line.contains(origin), "{origin} is not named: {line}");
    message.to_owned()
}

/// The section `[directory]` with a SQLite file beside the configuration, for
/// [`TestServer::with`](super::TestServer::with): `TestServer::with(&format!("{SQLITE_DIRECTORY}{TABLES}"))`.
/// More keys of the section may follow it at once.
pub const SQLITE_DIRECTORY: &str = "[directory]\nurl = \"sqlite:signet.db\"\n";
