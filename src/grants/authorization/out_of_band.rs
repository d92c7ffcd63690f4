//! Codes that people copy, for applications that nobody can be sent back to. The page that shows one is
//! reached by a redirect, whose address nobody else can open.

use serde::{Deserialize, Serialize};

use super::{Authorization, PendingRequest};
use crate::{
    grants::{SignedIn, no_entropy::no_entropy},
    oauth::{Reason, Refusal},
    secret::Secret,
};

/// The purpose, for the derivation of the key.
pub(super) const LABEL: &str = "signet out-of-band page v1";

/// What the page shows.
#[derive(Debug, Clone)]
pub struct ShownCode {
    /// The name of the application that it is for.
    pub application: String,
    /// The code.
    pub code: Secret,
}

/// The same, as it travels.
#[derive(Serialize, Deserialize)]
pub(super) struct Shown {
    session: [u8; 16],
    application: String,
    code: String,
}

impl Authorization {
    /// Seals a code for the page that shows it to `signed_in`.
    pub(super) fn to_copy(
        &self,
        pending: &PendingRequest,
        signed_in: &SignedIn,
        code: &Secret,
        expires_at: u64,
    ) -> Result<String, Refusal> {
        let shown = Shown {
            session: *signed_in.session().as_bytes(),
            application: pending.application().to_owned(),
            code: code.expose().to_owned(),
        };
        self.shown.seal(&shown, expires_at).map_err(no_entropy)
    }

    /// Opens what [`super::Next::Copy`] handed out, for the same session alone.
    ///
    /// # Errors
    /// It is none of ours, too old, or another session's: one answer.
    pub fn shown(&self, text: &str, signed_in: Option<&SignedIn>) -> Result<ShownCode, Refusal> {
        let shown = self.shown.open(text, self.clock.now()).ok();
        let session = signed_in.map(|signed_in| *signed_in.session().as_bytes());
        let shown = shown.filter(|shown| Some(shown.session) == session);
        let Shown { application, code, .. } = shown.ok_or(Reason::PendingRequestRefused)?;
        Ok(ShownCode { application, code: Secret::new(code) })
    }
}
