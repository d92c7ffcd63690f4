//! `directory.url`: which database keeps those whom configuration does not declare.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, de};
use url::Url;

use crate::secret::Secret;

/// Which database is used.
#[derive(Clone, PartialEq)]
pub enum DirectoryUrl {
    /// `sqlite:signet.db`: a file, for processes of one machine.
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`, whole: shared by replicas.
    Postgres(Secret),
}

impl DirectoryUrl {
    /// The same, with a file's path taken from `base`.
    #[must_use]
    pub fn relative_to(self, base: &Path) -> Self {
        match self {
            Self::Sqlite(path) => Self::Sqlite(base.join(path)),
            Self::Postgres(url) => Self::Postgres(url),
        }
    }
}

/// The password is not all that may be secret.
impl fmt::Debug for DirectoryUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres([redacted])"),
        }
    }
}

/// The text names no database. No sentence repeats it: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedDirectoryUrl {
    /// The scheme.
    #[error(
        "expected \"sqlite:signet.db\", or \"postgres://user:password@host/database\" (value not shown, \
         it may hold a password)"
    )]
    Scheme,
    /// The file of SQLite.
    #[error("expected a file behind sqlite:, without parameters (value not shown)")]
    File,
    /// SQLite in memory.
    #[error(
        "SQLite in memory would forget everybody at the next start: name a file, like \"sqlite:signet.db\""
    )]
    Memory,
    /// The address of PostgreSQL.
    #[error(
        "expected postgres://user:password@host:port/database, percent-encoded (value not shown)"
    )]
    Address,
}

impl FromStr for DirectoryUrl {
    type Err = MalformedDirectoryUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text.split_once(':').ok_or(MalformedDirectoryUrl::Scheme)?;
        match scheme {
            "sqlite" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.contains(":memory:") || path.contains("mode=memory") {
                    return Err(MalformedDirectoryUrl::Memory);
                }
                if path.is_empty() || path.ends_with('/') || path.contains(['?', '#', '\0']) {
                    return Err(MalformedDirectoryUrl::File);
                }
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            "postgres" | "postgresql" if rest.starts_with("//") => {
                let url = Url::parse(text).map_err(|_| MalformedDirectoryUrl::Address)?;
                // A socket's folder stands in the query.
                let placed = url.host_str().is_some_and(|host| !host.is_empty())
                    || url.query_pairs().any(|(key, _)| key == "host");
                let named =
                    url.path().len() > 1 || url.query_pairs().any(|(key, _)| key == "dbname");
                if !placed || !named || url.fragment().is_some() {
                    return Err(MalformedDirectoryUrl::Address);
                }
                Ok(Self::Postgres(Secret::new(text.to_owned())))
            }
            _ => Err(MalformedDirectoryUrl::Scheme),
        }
    }
}

impl<'de> Deserialize<'de> for DirectoryUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
