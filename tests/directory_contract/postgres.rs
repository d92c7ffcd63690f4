//! The suite over PostgreSQL.

use std::sync::Arc;

use signet::directory::{Registry, Sql};

use crate::{
    fixture::Fixture, shared_servers::SharedServers, support::postgres_server::PostgresServer,
    world::PATIENCE,
};

/// A database of the test's own on a server that several share.
pub(crate) struct Postgres {
    url: String,
    _server: Arc<PostgresServer>,
}

impl Postgres {
    pub(crate) async fn new() -> Self {
        static SERVER: SharedServers<PostgresServer> = SharedServers::new();
        let server = SERVER.get(PostgresServer::start()).await;
        Self { url: server.database(), _server: server }
    }

    pub(crate) fn open(&self) -> Sql {
        Sql::new(self.url.parse().unwrap(), PATIENCE)
    }
}

impl Fixture for Postgres {
    fn replica(&self) -> Arc<dyn Registry> {
        Arc::new(self.open())
    }
}

async fn fixture() -> Postgres {
    Postgres::new().await
}

every_promise!();
