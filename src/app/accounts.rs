//! Signing in, signing up and the account, put together.

use super::{App, endpoint::Wiring};

impl App {
    /// Pages for people who have, or want, an account.
    pub(super) fn accounts(&self, wiring: Wiring) -> Wiring {
        wiring
    }
}
