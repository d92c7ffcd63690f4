//! The suite over a Redis Cluster.

use std::sync::Arc;

use signet::store::Store;

use crate::{
    fixture::Fixture,
    shared_servers::SharedServers,
    support::redis_server::{cluster::RedisCluster, open},
};

static SERVERS: SharedServers<RedisCluster> = SharedServers::new();

struct Shared(Arc<RedisCluster>);

impl Fixture for Shared {
    async fn replica(&self) -> Store {
        open(&self.0.url())
    }

    fn histories(&self) -> u32 {
        10
    }
}

async fn fixture() -> Shared {
    Shared(SERVERS.get(RedisCluster::start()).await)
}

every_promise!();
