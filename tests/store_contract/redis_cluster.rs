//! The suite over a Redis Cluster.

use std::sync::Arc;

use signet::store::Store;

use crate::{
    fixture::Fixture,
    shared_servers::SharedServers,
    support::redis_server::{answering, cluster::RedisCluster, open_patiently},
};

static SERVERS: SharedServers<RedisCluster> = SharedServers::new();

struct Shared(Arc<RedisCluster>);

impl Fixture for Shared {
    async fn replica(&self) -> Store {
        answering(open_patiently(&self.0.url(), |_| {})).await
    }

    fn histories(&self) -> u32 {
        10
    }
}

async fn fixture() -> Shared {
    Shared(SERVERS.get(RedisCluster::start()).await)
}

every_promise!();
