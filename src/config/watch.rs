//! Notices changed files. Looking at them once a second works on every file system, through the
//! symbolic links by which orchestrators replace mounted files, and costs next to nothing.

use std::{fs, os::unix::fs::MetadataExt, path::PathBuf, time::SystemTime};

/// What tells one version of a file from another; `None` where it is not there.
type Version = Option<(SystemTime, u64, u64, i64, i64)>;

/// A set of files, and how they looked.
#[derive(Debug, Clone)]
pub struct Watch {
    files: Vec<PathBuf>,
    accepted: Vec<Version>,
    pending: Option<Vec<Version>>,
}

impl Watch {
    /// Adds files, taken as they are now for known.
    pub(super) fn add(&mut self, files: Vec<PathBuf>) {
        self.accepted.extend(look(&files));
        self.files.extend(files);
    }

    /// Takes `files` as they are now for known: to be made before they are read, so that no change
    /// falls between.
    #[must_use]
    pub fn new(files: Vec<PathBuf>) -> Self {
        Self { accepted: look(&files), files, pending: None }
    }

    /// Whether the files have changed since they were last accepted, and have then looked the same twice
    /// in a row: a file counts once it has been stable from one look to the next.
    pub fn settled_change(&mut self) -> bool {
        let seen = look(&self.files);
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
        // The inode's own change cannot be set back, as the time of the last write can.
        let inode = (metadata.ino(), metadata.ctime(), metadata.ctime_nsec());
        Some((metadata.modified().ok()?, metadata.len(), inode.0, inode.1, inode.2))
    };
    files.iter().map(version).collect()
}
