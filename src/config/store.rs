//! `[store]`: where replicas remember together what must be remembered.

use std::{path::PathBuf, str::FromStr};

use serde::{Deserialize, Deserializer, de};

use super::{Problem, read_secret};
use crate::secret::Secret;

/// The section `[store]`.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// Which store.
    pub url: StoreUrl,
    /// A file that holds the URL, where it has a password.
    pub url_file: Option<PathBuf>,
    /// What every key in Redis begins with.
    pub key_prefix: String,
}

impl Default for Store {
    fn default() -> Self {
        Self { url: StoreUrl::Memory, url_file: None, key_prefix: "signet:".to_owned() }
    }
}

impl Store {
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
        text.expose().parse().map_err(|error: UnknownStore| problem(error.to_string()))
    }
}

/// Which store is used.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum StoreUrl {
    /// `memory:`, this process alone.
    #[default]
    Memory,
    /// `redis://…`, shared by replicas.
    Redis(Secret),
}

/// The text names no store that this version has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected \"memory:\" or \"redis://…\" (value not shown, it may hold a password)")]
pub struct UnknownStore;

impl FromStr for StoreUrl {
    type Err = UnknownStore;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "memory:" => Ok(Self::Memory),
            _ if text.starts_with("redis://") => Ok(Self::Redis(Secret::new(text.to_owned()))),
            _ => Err(UnknownStore),
        }
    }
}

impl<'de> Deserialize<'de> for StoreUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
