//! Signing in, signing up and the account, put together.

use std::sync::Arc;

use super::{App, endpoint::Wiring};
use crate::http::pages::{csrf::Csrf, visits::Visits};

impl App {
    /// Pages for people who have, or want, an account.
    pub(super) fn accounts(&self, wiring: Wiring) -> Wiring {
        wiring
    }

    /// What every page begins with.
    pub(super) fn visits(&self, wiring: &Wiring) -> Visits {
        Visits {
            base: wiring.prefix.clone(),
            https: self.issuer.is_https(),
            sessions: Arc::clone(&self.sessions),
            csrf: Csrf::new(Arc::clone(&self.sealing_keys)),
            trusted_proxies: wiring.trusted_proxies.clone(),
            body_limit: wiring.body_limit,
        }
    }
}
