//! `[directory]`: where people and applications are kept that configuration does not declare, and who may
//! register.

use std::{path::PathBuf, time::Duration};

use serde::Deserialize;

use super::{DirectoryUrl, MalformedDirectoryUrl, OneOrTwoDigests, Problem, read_secret};
use crate::oauth::{RoleName, ScopeSet};

/// The section `[directory]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Directory {
    /// Which database; absent, and no `url_file` either: those who are declared are all there are.
    #[serde(deserialize_with = "some_url")]
    pub url: Option<DirectoryUrl>,
    /// A file that holds the URL, where it has a password.
    pub url_file: Option<PathBuf>,
    /// How long an answer may take, connecting included.
    #[serde(deserialize_with = "super::duration::any")]
    pub timeout: Duration,
    /// Whether people may register themselves.
    pub registration: PeopleRegistration,
    /// The role of those who do; absent: none.
    #[serde(deserialize_with = "some_role")]
    pub default_role: Option<RoleName>,
    /// Who may register applications (RFC 7591).
    pub application_registration: ApplicationRegistration,
    /// The digest of the initial access token (RFC 7591 section 1.2), or of two while one is replaced.
    pub initial_access_token_sha256: Option<OneOrTwoDigests>,
    /// The scopes that an application may at most have that was registered that way.
    pub registered_application_scopes: ScopeSet,
}

/// Whether people may register themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PeopleRegistration {
    /// An administrator adds them.
    #[default]
    Closed,
    /// Anybody may.
    Open,
}

/// Who may register applications (RFC 7591 section 3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApplicationRegistration {
    /// Nobody that way.
    #[default]
    Closed,
    /// Whoever has the initial access token.
    Token,
    /// Anybody.
    Open,
}

impl Default for Directory {
    fn default() -> Self {
        Self {
            url: None,
            url_file: None,
            timeout: Duration::from_secs(3),
            registration: PeopleRegistration::default(),
            default_role: None,
            application_registration: ApplicationRegistration::default(),
            initial_access_token_sha256: None,
            registered_application_scopes: ScopeSet::default(),
        }
    }
}

impl Directory {
    /// Whether there is a database.
    #[must_use]
    pub const fn has_registry(&self) -> bool {
        self.url.is_some() || self.url_file.is_some()
    }

    /// The key that names the database: what a problem with it is blamed on.
    #[must_use]
    pub const fn url_key(&self) -> &'static str {
        if self.url_file.is_some() { "directory.url_file" } else { "directory.url" }
    }

    /// The URL, from wherever it is.
    ///
    /// # Errors
    /// A [`Problem`] with `directory.url_file`.
    pub fn resolved_url(&self) -> Result<Option<DirectoryUrl>, Problem> {
        let Some(path) = &self.url_file else {
            return Ok(self.url.clone());
        };
        let problem = |message| Problem::new("directory.url_file", message);
        let text = read_secret(path).map_err(problem)?;
        let url: DirectoryUrl = text
            .expose()
            .parse()
            .map_err(|error: MalformedDirectoryUrl| problem(error.to_string()))?;
        Ok(Some(match path.parent() {
            Some(folder) => url.relative_to(folder),
            None => url,
        }))
    }
}

/// Reads a URL so that a malformed one is named by its key.
fn some_url<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<DirectoryUrl>, D::Error> {
    DirectoryUrl::deserialize(deserializer).map(Some)
}

fn some_role<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<RoleName>, D::Error> {
    RoleName::deserialize(deserializer).map(Some)
}
