//! `[store]`: where replicas remember together what must be remembered.

use std::{path::PathBuf, time::Duration};

use serde::Deserialize;

use super::{MalformedStoreUrl, Problem, StoreUrl, read_bounded, read_secret};

/// The section `[store]`.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// Which store.
    pub url: StoreUrl,
    /// A file that holds the URL, where it has a password.
    pub url_file: Option<PathBuf>,
    /// The certificates (PEM) of the authorities that may vouch for Redis, in place of the system's.
    pub ca_file: Option<PathBuf>,
    /// How long Redis may take to be connected to, and to answer a command.
    #[serde(deserialize_with = "super::duration::any")]
    pub timeout: Duration,
    /// What every key in Redis begins with.
    pub key_prefix: String,
    /// How many Redis replicas must acknowledge a new grant or a revocation before it counts.
    pub wait_replicas: u8,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            url: StoreUrl::Memory,
            url_file: None,
            ca_file: None,
            timeout: Duration::from_millis(500),
            key_prefix: "signet:".to_owned(),
            wait_replicas: 0,
        }
    }
}

impl Store {
    /// The key that names the store: what a problem with it is blamed on.
    #[must_use]
    pub fn url_key(&self) -> &'static str {
        if self.url_file.is_some() { "store.url_file" } else { "store.url" }
    }

    /// The URL, from wherever it is.
    ///
    /// # Errors
    /// A [`Problem`] with `store.url_file`.
    pub fn resolved_url(&self) -> Result<StoreUrl, Problem> {
        let Some(path) = &self.url_file else {
            return Ok(self.url.clone());
        };
        let problem = |message| Problem::new("store.url_file", message);
        let text = read_secret(path).map_err(problem)?;
        text.expose().parse().map_err(|error: MalformedStoreUrl| problem(error.to_string()))
    }

    /// The certificates of `store.ca_file`, as they stand there.
    ///
    /// # Errors
    /// A [`Problem`] with `store.ca_file`.
    pub fn authorities(&self) -> Result<Option<String>, Problem> {
        let read = |path: &PathBuf| {
            read_bounded(path).map_err(|message| Problem::new("store.ca_file", message))
        };
        self.ca_file.as_ref().map(read).transpose()
    }
}
