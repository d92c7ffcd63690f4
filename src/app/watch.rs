//! Notices changed files. Looking at them once a second works on every file system, through the
//! symbolic links by which orchestrators replace mounted files, and costs next to nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::config::Config;

/// What tells one version of a file from another; `None` where it is not there.
type Version = Option<(SystemTime, u64)>;

/// A set of files, and how they looked.
#[derive(Debug)]
pub(super) struct Watch {
    accepted: Vec<Version>,
    pending: Option<Vec<Version>>,
}

impl Watch {
    /// Takes `files` as they are for known.
    pub(super) fn new(files: &[PathBuf]) -> Self {
        Self { accepted: look(files), pending: None }
    }

    /// Whether `files` have changed since they were last accepted, and have then looked the same twice
    /// in a row: a file counts once it has been stable from one look to the next.
    pub(super) fn settled_change(&mut self, files: &[PathBuf]) -> bool {
        let seen = look(files);
        if seen == self.accepted {
            self.pending = None;
            return false;
        }
        if self.pending.as_ref() == Some(&seen) {
            self.accepted = seen;
            self.pending = None;
            return true;
        }
        self.pending = Some(seen);
        false
    }
}

fn look(files: &[PathBuf]) -> Vec<Version> {
    let version = |file: &PathBuf| {
        let metadata = fs::metadata(file).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    files.iter().map(version).collect()
}

/// The configuration file and every file that it names.
pub(super) fn configuration_files(path: &Path, config: &Config) -> Vec<PathBuf> {
    let mut files = vec![path.to_owned()];
    for application in &config.applications {
        files.extend(application.client_secret_file.clone());
        files.extend(application.jwks_file.clone());
    }
    files
}
