//! Reads a file of the key folder whole, within bounds, into memory that is zeroized; refuses what is no
//! file, and private files that are open to everybody. Knows no format.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read},
    path::Path,
};

use zeroize::Zeroizing;

use super::KeyError;

/// Whether a file's contents are secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Contents {
    Public,
    Private,
}

/// The contents of the file; `None` where there is none.
pub(super) fn read_file(
    path: &Path,
    contents: Contents,
    limit: u64,
) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
    let unreadable = |cause| KeyError::Unreadable { path: path.to_owned(), cause };
    // Asked before opening: to open a named pipe would wait for its writer.
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            return Err(KeyError::NotAFile { path: path.to_owned() });
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(unreadable)?,
    };
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(unreadable)?,
    };
    // Asked of the open file: the path may name another by now.
    let metadata = file.metadata().map_err(unreadable)?;
    if contents == Contents::Private {
        refuse_world_access(path, &metadata)?;
    }

    let length = metadata.len();
    if length > limit {
        return Err(KeyError::TooLarge { path: path.to_owned(), limit });
    }
    // Room for all of it, and no more is read: a buffer that grows would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0)));
    file.take(length).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(Some(bytes))
}

#[cfg(unix)]
fn refuse_world_access(path: &Path, metadata: &Metadata) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;

    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o007 == 0 {
        Ok(())
    } else {
        Err(KeyError::WorldAccessible { path: path.to_owned(), mode })
    }
}

#[cfg(not(unix))]
fn refuse_world_access(_: &Path, _: &Metadata) -> Result<(), KeyError> {
    Ok(())
}
