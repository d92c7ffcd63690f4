//! The suite over a master that sentinels name.

use std::sync::Arc;

use signet::store::Store;

use crate::{
    fixture::Fixture,
    shared_servers::SharedServers,
    support::redis_server::{answering, open_patiently, sentinels::Sentinels},
};

static SERVERS: SharedServers<Sentinels> = SharedServers::new();

struct Shared(Arc<Sentinels>);

impl Fixture for Shared {
    async fn replica(&self) -> Store {
        answering(open_patiently(&self.0.url(), |_| {})).await
    }

    fn histories(&self) -> u32 {
        10
    }
}

async fn fixture() -> Shared {
    Shared(SERVERS.get(Sentinels::start()).await)
}

every_promise!();
