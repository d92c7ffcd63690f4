//! A new secret on its way to the page that shows it. The form that makes one is answered with 303, so that to
//! reload the page makes no second application, and so the secret must come along: sealed, for a minute, for
//! the session that made it. In an address it would be a secret that is written down; sealed it is nothing to
//! whoever finds it there.

use std::sync::Arc;

use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};

use crate::{
    clock::Clock,
    entropy::Entropy,
    grants::{BrowserSession, no_entropy},
    keys::SealingKeys,
    oauth::Refusal,
    secret::Secret,
    tokens::Sealer,
};

/// The purpose, for the derivation of the key.
const LABEL: &str = "signet shown secret v1";

/// How long it can be shown, in seconds.
const LIFETIME: u64 = 60;

/// Seals and opens new secrets.
#[derive(Debug)]
pub struct ShownSecrets {
    sealer: Sealer<Sealed>,
    clock: Arc<dyn Clock>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    session: [u8; 16],
    client_id: String,
    secret: String,
}

impl ShownSecrets {
    /// Seals with the keys that are there at each call.
    #[must_use]
    pub fn new(
        keys: Arc<ArcSwap<SealingKeys>>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { sealer: Sealer::new(LABEL, keys, entropy), clock }
    }

    /// Seals the `secret` of an application for `session`.
    ///
    /// # Errors
    /// `server_error` without entropy.
    pub(super) fn seal(
        &self,
        session: &BrowserSession,
        client_id: &str,
        secret: &Secret,
    ) -> Result<String, Refusal> {
        let sealed = Sealed {
            session: *session.id().as_bytes(),
            client_id: client_id.to_owned(),
            secret: secret.expose().to_owned(),
        };
        self.sealer.seal(&sealed, self.clock.now() + LIFETIME).map_err(no_entropy)
    }

    /// The secret, where `sealed` is for `session` and that application, and its minute is not over.
    pub(super) fn open(
        &self,
        session: &BrowserSession,
        client_id: &str,
        sealed: &str,
    ) -> Option<Secret> {
        let sealed = self.sealer.open(sealed, self.clock.now()).ok()?;
        let theirs = sealed.session == *session.id().as_bytes() && sealed.client_id == client_id;
        theirs.then(|| Secret::new(sealed.secret))
    }
}
