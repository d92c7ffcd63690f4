//! The suite over one Redis server.

use signet::store::Store;

use crate::{
    fixture::Fixture,
    support::redis_server::{RedisServer, open},
};

struct Standalone(RedisServer);

impl Fixture for Standalone {
    async fn replica(&self) -> Store {
        open(&self.0.url())
    }
}

async fn fixture() -> Standalone {
    Standalone(RedisServer::start().await)
}

every_promise!();
