//! `[tokens]`: what is issued.

use std::time::Duration;

use serde::Deserialize;

use crate::oauth::Resource;

/// The section `[tokens]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tokens {
    /// How long an access token lives.
    #[serde(deserialize_with = "super::duration::seconds")]
    pub access_token_lifetime: Duration,
    /// The audience of an application that has none of its own; absent: the issuer.
    pub default_audience: Option<Resource>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self { access_token_lifetime: Duration::from_secs(600), default_audience: None }
    }
}
