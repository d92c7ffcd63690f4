//! The suite over one Redis server.

use signet::store::Store;

use crate::{
    fixture::Fixture,
    support::redis_server::{RedisServer, answering, open_patiently},
};

struct Standalone(RedisServer);

impl Fixture for Standalone {
    async fn replica(&self) -> Store {
        answering(open_patiently(&self.0.url(), |_| {})).await
    }
}

async fn fixture() -> Standalone {
    Standalone(RedisServer::start().await)
}

every_promise!();
