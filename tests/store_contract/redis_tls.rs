//! The suite over a Redis that speaks TLS by a private authority, as a user who may do nothing more.

use std::sync::Arc;

use signet::store::Store;

use crate::{
    fixture::Fixture,
    shared_servers::SharedServers,
    support::redis_server::{answering, open, open_patiently, tls::SecuredRedis},
};

static SERVERS: SharedServers<SecuredRedis> = SharedServers::new();

struct Secured(Arc<SecuredRedis>);

impl Fixture for Secured {
    async fn replica(&self) -> Store {
        answering(open_patiently(&self.0.url(), |config| config.ca_file = Some(self.0.ca_file())))
            .await
    }

    fn histories(&self) -> u32 {
        10
    }
}

async fn fixture() -> Secured {
    Secured(SERVERS.get(SecuredRedis::start()).await)
}

every_promise!();

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_nobody_knows_is_not_trusted() {
    let fixture = fixture().await;
    let store = open(&fixture.0.url());
    let error = store.revocations.lists(0).await.unwrap_err().to_string();
    assert!(!error.contains("p@ss") && !error.contains("p%40ss"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_and_not_shown() {
    let fixture = fixture().await;
    let url = fixture.0.url().replace("p%40ss", "hunter2");
    let store = open_patiently(&url, |config| config.ca_file = Some(fixture.0.ca_file()));
    let error = store.revocations.lists(0).await.unwrap_err().to_string();
    assert!(error.contains("WRONGPASS"), "{error}");
    for text in [error, format!("{store:?}")] {
        assert!(!text.contains("hunter2") && !text.contains("127.0.0.1"), "{text}");
    }
}
