//! What the suite asks of a registry under test.

use std::sync::Arc;

use signet::directory::Registry;

/// Data, and ways to it.
pub(crate) trait Fixture {
    /// A registry over the same data as every other of this fixture, as another replica of Signet would open
    /// it. Nobody is kept there at first.
    fn replica(&self) -> Arc<dyn Registry>;
}
