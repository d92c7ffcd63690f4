//! `[dialects]`: how Signet is spoken to other than by OAuth.

use serde::Deserialize;

use crate::oauth::ClientId;

/// The section `[dialects]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dialects {
    /// Those whose doors are open; none where nothing is said.
    pub enabled: Vec<Dialect>,
    /// The application that sign-ins without one act for; absent: there are none.
    pub sign_in_application: Option<ClientId>,
}

/// A documented API that Signet can serve as documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// The EtMDB API.
    Etmdb,
    /// The Teen Quotes API.
    TeenQuotes,
    /// The Metamaps API.
    Metamaps,
    /// The Cameramanager API.
    Cameramanager,
    /// The Fusio API.
    Fusio,
}

impl Dialect {
    /// Its name in configuration and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Etmdb => "etmdb",
            Self::TeenQuotes => "teen-quotes",
            Self::Metamaps => "metamaps",
            Self::Cameramanager => "cameramanager",
            Self::Fusio => "fusio",
        }
    }
}
