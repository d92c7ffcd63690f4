//! Secrets and documents that configuration names by file.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use crate::secret::Secret;

/// The largest file that configuration may name, in bytes.
const LARGEST: u64 = 256 * 1024;

/// Reads a UTF-8 file of at most 256 KiB.
///
/// # Errors
/// A sentence that names the file and never its content.
pub fn read_bounded(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    // A pipe would never end.
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(format!("{} is not a regular file", path.display()));
    }
    let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text));
    match read {
        Ok(length) if length as u64 > LARGEST => {
            Err(format!("the file {} is larger than 256 KiB", path.display()))
        }
        Ok(_) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(format!("the file {} is not UTF-8 text", path.display()))
        }
        Err(error) => Err(format!("the file {} cannot be read: {error}", path.display())),
    }
}

/// Reads a secret; one trailing newline is not part of it.
///
/// # Errors
/// A sentence that names the file and never its content.
pub fn read_secret(path: &Path) -> Result<Secret, String> {
    let secret = Secret::from_line(read_bounded(path)?);
    if secret.expose().is_empty() {
        return Err(format!("the file {} is empty", path.display()));
    }
    Ok(secret)
}
