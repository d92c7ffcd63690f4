//! What the suite asks of a store under test.

use signet::store::Store;

/// Data, and ways to it.
pub(crate) trait Fixture {
    /// A store over the same data as every other of this fixture, as another replica of Signet would
    /// open it.
    async fn replica(&self) -> Store;

    /// How many random histories it is put through.
    fn histories(&self) -> u32 {
        40
    }
}
