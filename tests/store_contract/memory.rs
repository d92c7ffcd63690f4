//! The suite over the memory of one process.

use std::sync::Arc;

use signet::{clock::SystemClock, store::Store};

use crate::fixture::Fixture;

struct InMemory(Store);

impl Fixture for InMemory {
    async fn replica(&self) -> Store {
        self.0.clone()
    }

    fn histories(&self) -> u32 {
        1000
    }
}

async fn fixture() -> InMemory {
    InMemory(Store::memory(Arc::new(SystemClock)))
}

every_promise!();
