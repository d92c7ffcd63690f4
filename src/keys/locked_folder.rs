//! The key folder while this process alone changes it. Files are replaced whole: a reader sees the old
//! one or the new one, and a crash at any moment leaves one of the two.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::KeyError;

const LOCK_FILE: &str = ".lock";
const TEMPORARY_PREFIX: &str = ".signet-";

/// The proof that the folder's lock is held; it is given back when this is dropped.
pub(super) struct LockedFolder<'a> {
    path: &'a Path,
    _lock: File,
}

impl<'a> LockedFolder<'a> {
    /// Waits for the lock, and sweeps up what a crashed writer left behind.
    pub(super) fn lock(path: &'a Path) -> Result<Self, KeyError> {
        let lock_file = path.join(LOCK_FILE);
        let lock = owner_only(OpenOptions::new().write(true).create(true).truncate(false))
            .open(&lock_file)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(|cause| KeyError::Unwritable { path: lock_file, cause })?;
        let folder = Self { path, _lock: lock };
        folder.sweep().map_err(|cause| KeyError::Unwritable { path: path.to_owned(), cause })?;
        Ok(folder)
    }

    /// The same, after making the folder where it is missing: for its owner only.
    pub(super) fn create_and_lock(path: &'a Path) -> Result<Self, KeyError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(path)
            .map_err(|cause| KeyError::Unwritable { path: path.to_owned(), cause })?;
        Self::lock(path)
    }

    /// Puts a file in place, or replaces it, in one step; on return it has reached the disk.
    pub(super) fn write(&self, name: &str, contents: &[u8]) -> Result<(), KeyError> {
        let temporary = self.path.join(format!("{TEMPORARY_PREFIX}{name}"));
        self.write_through(&temporary, name, contents).map_err(|cause| {
            // If this fails too, the next writer sweeps.
            let _ = fs::remove_file(&temporary);
            KeyError::Unwritable { path: self.path.join(name), cause }
        })
    }

    /// Deletes a file. One that is not there is no error: a crashed writer may have come this far.
    pub(super) fn remove(&self, name: &str) -> Result<(), KeyError> {
        let path = self.path.join(name);
        match fs::remove_file(&path).and_then(|()| self.sync()) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                Err(KeyError::Unwritable { path, cause })
            }
            _ => Ok(()),
        }
    }

    fn write_through(&self, temporary: &PathBuf, name: &str, contents: &[u8]) -> io::Result<()> {
        let mut file =
            owner_only(OpenOptions::new().write(true).create_new(true)).open(temporary)?;
        file.write_all(contents)?;
        file.sync_all()?;
        fs::rename(temporary, self.path.join(name))?;
        self.sync()
    }

    /// What the folder lists must reach the disk as well as what the files hold.
    fn sync(&self) -> io::Result<()> {
        if cfg!(unix) { File::open(self.path)?.sync_all() } else { Ok(()) }
    }

    /// Whoever made these files held the lock, and is no more.
    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.path)? {
            let entry = entry?;
            if entry.file_name().as_encoded_bytes().starts_with(TEMPORARY_PREFIX.as_bytes()) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// New files are readable and writable by their owner alone from their first moment.
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
