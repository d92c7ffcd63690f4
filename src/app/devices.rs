//! The device flow, put together.

use super::{App, endpoint::Wiring};

impl App {
    /// What devices without a browser need.
    pub(super) fn devices(&self, wiring: Wiring) -> Wiring {
        wiring
    }
}
