//! Why a database did not answer as it should: told to the log, without a password, and never to a client.

use std::path::PathBuf;

use sqlx::migrate::MigrateError;

use crate::directory::DirectoryAway;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// No answer in time.
    #[error("no answer within {0} seconds")]
    TooSlow(u64),
    /// The driver, or the database through it.
    #[error("{}", cause(.0))]
    Driver(#[from] sqlx::Error),
    /// The tables cannot be made what they must be.
    #[error("its tables cannot be brought up to date: {}", migration_cause(.0))]
    Migration(#[from] MigrateError),
    /// The file of SQLite.
    #[error(
        "the SQLite file {} cannot be used: {cause} (its folder must exist, and Signet must be able to \
         write both; directory.url names the file)", .path.display()
    )]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// The file was there, and is not any more.
    #[error("the SQLite file {} is gone: put it back", .0.display())]
    FileGone(PathBuf),
    /// What opens the database has ended.
    #[error("it could not be opened: {0}")]
    Opening(String),
    /// A row that Signet did not write, or not this version of it.
    #[error("what it keeps of {0} cannot be read")]
    Unreadable(&'static str),
}

impl From<Trouble> for DirectoryAway {
    fn from(trouble: Trouble) -> Self {
        Self(trouble.to_string())
    }
}

/// What the driver says, but for what may repeat a URL.
fn cause(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Configuration(_) => {
            "the driver does not understand the URL, or one of its parameters".to_owned()
        }
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

fn migration_cause(error: &MigrateError) -> String {
    match error {
        MigrateError::VersionMissing(version) => {
            format!(
                "a newer Signet has made migration {version} there: start that one, or a later one"
            )
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => cause(error),
        other => other.to_string(),
    }
}

/// Whether the database refused what is there already.
pub(super) fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
