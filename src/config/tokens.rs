//! `[tokens]`: what is issued.

use std::time::Duration;

use serde::Deserialize;

use crate::oauth::Resource;

/// The longest that any configuration lets an access token live.
pub const LONGEST_ACCESS_TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The section `[tokens]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tokens {
    /// How long an access token lives.
    #[serde(deserialize_with = "super::duration::seconds")]
    pub access_token_lifetime: Duration,
    /// How long a grant can be renewed, however often it is.
    #[serde(deserialize_with = "super::duration::seconds")]
    pub refresh_token_lifetime: Duration,
    /// How long a grant can be renewed after it last was.
    #[serde(deserialize_with = "super::duration::seconds")]
    pub refresh_token_idle_lifetime: Duration,
    /// How long the token before the current one is still answered, for clients that lost the answer.
    #[serde(deserialize_with = "super::duration::any")]
    pub refresh_token_grace: Duration,
    /// How long an authorization code is good.
    #[serde(deserialize_with = "super::duration::seconds")]
    pub authorization_code_lifetime: Duration,
    /// Whether access tokens name a place on a status list, by which they can be revoked.
    pub status_list: bool,
    /// The audience of an application that has none of its own; absent: the issuer.
    pub default_audience: Option<Resource>,
}

impl Default for Tokens {
    fn default() -> Self {
        const DAY: u64 = 24 * 60 * 60;
        Self {
            access_token_lifetime: Duration::from_secs(600),
            refresh_token_lifetime: Duration::from_secs(90 * DAY),
            refresh_token_idle_lifetime: Duration::from_secs(14 * DAY),
            refresh_token_grace: Duration::from_secs(10),
            authorization_code_lifetime: Duration::from_secs(60),
            status_list: true,
            default_audience: None,
        }
    }
}
