//! OpenID Connect, put together: userinfo, discovery, signing out.

use super::{App, endpoint::Wiring};

impl App {
    /// What OpenID Connect adds.
    pub(super) fn openid(&self, wiring: Wiring) -> Wiring {
        wiring
    }
}
