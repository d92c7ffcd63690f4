//! Tells whether the key folder has changed, from what the file system knows without reading a file.

use std::{
    ffi::OsString,
    fs::{self, Metadata},
    path::Path,
    time::SystemTime,
};

use super::{ring_file::RING_FILE, sealing_key::SEALING_KEY_FILE};

/// The state of the folder's files at one moment, to be compared with that of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(Vec<(OsString, Stat)>);

/// What changes when a file is written to, replaced, or opened up or closed to others.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stat {
    length: u64,
    modified: Option<SystemTime>,
    /// Inode, mode, and the time of the inode's last change.
    inode: (u64, u32, i64, i64),
}

impl Fingerprint {
    /// A folder that cannot be listed has the fingerprint of an empty one; loading says what is wrong.
    pub(super) fn of(folder: &Path) -> Self {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries
            .filter(|entry| counts(&entry.file_name()))
            .filter_map(|entry| Some((entry.file_name(), stat(&fs::metadata(entry.path()).ok()?))))
            .collect();
        files.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self(files)
    }
}

/// Whether the file may be part of the ring. One that only looks so costs a needless load.
fn counts(name: &OsString) -> bool {
    name == RING_FILE
        || name == SEALING_KEY_FILE
        || Path::new(name).extension().is_some_and(|extension| extension == "pem")
}

fn stat(metadata: &Metadata) -> Stat {
    Stat { length: metadata.len(), modified: metadata.modified().ok(), inode: inode(metadata) }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> (u64, u32, i64, i64) {
    use std::os::unix::fs::MetadataExt;

    (metadata.ino(), metadata.mode(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> (u64, u32, i64, i64) {
    (0, 0, 0, 0)
}
