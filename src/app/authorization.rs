//! The authorization endpoint, pushed requests and the pages of the flow, put together.

use super::{App, endpoint::Wiring};

impl App {
    /// What a browser meets on its way to a code.
    pub(super) fn authorization(&self, wiring: Wiring) -> Wiring {
        wiring
    }
}
