//! The directory: put together from configuration, opened at start, and asked now and then whether it still
//! answers.

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;

use super::App;
use crate::{
    clock::Clock,
    config::{Config, DirectoryUrl, Problem},
    directory::{Declared, Directory, DirectoryAway, Registry, Sql},
};

/// How often a directory is asked that answers, and how often one that is away.
const ASK_EVERY: Duration = Duration::from_secs(10);
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The directory that `config` means. Nothing is connected to.
pub(super) fn directory(
    config: &Config,
    declared: Declared,
    clock: &Arc<dyn Clock>,
) -> Result<Directory, Problem> {
    Ok(match config.directory.resolved_url()? {
        Some(url) => {
            let sql = Sql::new(url, config.directory.timeout);
            Directory::with_registry(declared, Arc::new(sql), Arc::clone(clock))
        }
        None => Directory::new(declared),
    })
}

impl App {
    /// The directory in use.
    #[must_use]
    pub const fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }

    /// Opens the directory, bringing its tables up to date. PostgreSQL may be away: what does not need it goes
    /// on, and it is asked again. A file that cannot be used will not mend itself.
    ///
    /// # Errors
    /// [`DirectoryAway`]: SQLite cannot be used, with the reason and the mend.
    pub async fn open_directory(&self) -> Result<(), DirectoryAway> {
        let opened = self.directory.check().await;
        match self.config.load().config.directory.resolved_url() {
            Ok(Some(DirectoryUrl::Sqlite(_))) => opened,
            // The log has it.
            _ => Ok(()),
        }
    }

    /// Notices that the directory is away, and that it is back, also while nobody needs it; never ends.
    pub(super) async fn keep_asking_the_directory(self: Arc<Self>) {
        if !self.directory.has_registry() {
            return std::future::pending().await;
        }
        loop {
            // Whether it answers is remembered and logged by the directory itself.
            let _ = self.directory.check().await;
            sleep(match self.directory.is_available() {
                true => ASK_EVERY,
                false => ASK_AGAIN_AFTER,
            })
            .await;
        }
    }
}
