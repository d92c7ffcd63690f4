//! `[dialects]`: how Signet is spoken to other than by OAuth.

use serde::Deserialize;

use crate::oauth::ClientId;

/// The section `[dialects]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dialects {
    /// The application that sign-ins without one act for; absent: there are none.
    pub sign_in_application: Option<ClientId>,
}
