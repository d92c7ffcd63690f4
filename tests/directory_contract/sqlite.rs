//! The suite over SQLite.

use std::{path::PathBuf, sync::Arc};

use signet::directory::{Registry, Sql};
use tempfile::TempDir;

use crate::{fixture::Fixture, world::PATIENCE};

/// A file of the test's own.
pub(crate) struct Sqlite(pub(crate) TempDir);

impl Sqlite {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The file, in a folder whose name a URL would have to encode.
    pub(crate) fn file(&self) -> PathBuf {
        let folder = self.0.path().join("a folder% ?#");
        std::fs::create_dir_all(&folder).unwrap();
        folder.join("signet.db")
    }

    pub(crate) fn open(&self) -> Sql {
        Sql::new(signet::config::DirectoryUrl::Sqlite(self.file()), PATIENCE)
    }
}

impl Fixture for Sqlite {
    fn replica(&self) -> Arc<dyn Registry> {
        Arc::new(self.open())
    }
}

async fn fixture() -> Sqlite {
    Sqlite::new()
}

every_promise!();
