//! `[sessions]`: people who are signed in with a browser.

use std::time::Duration;

use serde::Deserialize;

/// The section `[sessions]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sessions {
    /// How long somebody stays signed in, however often they come back.
    #[serde(deserialize_with = "super::duration::seconds")]
    pub lifetime: Duration,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { lifetime: Duration::from_secs(12 * 60 * 60) }
    }
}
