//! SQLite: how its file is made, recognised and connected to.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use sqlx::{
    AnyConnection, ConnectOptions, Executor,
    any::{AnyConnectOptions, install_default_drivers},
};

use super::trouble::Trouble;

/// What each connection says first. A change that was answered outlives a power cut (`FULL`): it may have
/// been a password, or somebody switched off. Foreign keys are on already.
const SETTINGS: &str = "PRAGMA busy_timeout = 2500; PRAGMA synchronous = FULL";

/// How often a file that another process holds is tried.
const TRY_EVERY: Duration = Duration::from_millis(20);

/// Which file it is, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

/// The file at `path`.
pub(super) async fn identity(path: &Path) -> Result<Identity, Trouble> {
    let metadata = tokio::fs::metadata(path).await;
    match metadata {
        Ok(metadata) => Ok(Identity(metadata.dev(), metadata.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Trouble::FileGone(path.to_owned()))
        }
        Err(error) => Err(unusable(path, &error)),
    }
}

/// A connection to the file, which is there.
pub(super) async fn connect(path: &Path) -> Result<AnyConnection, Trouble> {
    install_default_drivers();
    let url = format!("sqlite://{}?mode=rw", encoded(path));
    let options = AnyConnectOptions::from_str(&url)?.disable_statement_logging();
    let mut connection =
        options.connect().await.map_err(|error| unusable(path, &Trouble::from(error)))?;
    let set = connection.execute(SETTINGS).await;
    set.map_err(|error| unusable(path, &Trouble::from(error)))?;
    Ok(connection)
}

/// Makes the file where there is none, readable by nobody else, and connects to it for migrations: readers
/// do not wait for writers then, and those who come at the same time wait for the [`File`].
pub(super) async fn connect_alone(path: &Path) -> Result<(AnyConnection, File), Trouble> {
    let lock = lock(path).await.map_err(|error| unusable(path, &error))?;
    match owners_file().create_new(true).open(path) {
        Ok(_) => tracing::info!(file = %path.display(), "the directory's SQLite file made"),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(unusable(path, &error)),
    }
    let mut connection = connect(path).await?;
    connection
        .execute("PRAGMA journal_mode = WAL")
        .await
        .map_err(|error| unusable(path, &Trouble::from(error)))?;
    Ok((connection, lock))
}

/// The file beside the database by which processes that start at once take turns: opening and closing the
/// database itself would drop SQLite's own locks on it.
async fn lock(path: &Path) -> io::Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push("-lock");
    let file = owners_file().create(true).truncate(false).open(PathBuf::from(name))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(TRY_EVERY).await,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

fn owners_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}

fn unusable(path: &Path, cause: &impl ToString) -> Trouble {
    Trouble::File { path: path.to_owned(), cause: cause.to_string() }
}

/// The path as part of a URL.
fn encoded(path: &Path) -> String {
    let byte = |&byte: &u8| match byte {
        b'/' | b'-' | b'_' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    path.as_os_str().as_encoded_bytes().iter().map(byte).collect()
}
