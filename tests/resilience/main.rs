//! What becomes of grants and revocations when answers are lost, replicas race, and Redis dies, hangs or
//! hands its place on. Real servers, which the tests start themselves; nothing is played.

#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests share is public to them, and in a test a panic is the report"
)]

#[path = "../support/mod.rs"]
mod support;

mod clients;
mod codes;
mod devices;
mod directory_outages;
mod failover;
mod lost_answers;
mod outages;
mod remains;
mod replicas;
mod residue;
mod without_redis;

use support::{TestServer, eventually, redis_server::RedisServer, refreshing::RENEWERS};

/// A grace that an outage outlasts.
const SHORT_GRACE: &str = "[tokens]\nrefresh_token_grace = \"2s\"\n";

/// A Redis that keeps what it has acknowledged.
async fn durable_redis() -> RedisServer {
    RedisServer::with(&["--appendonly", "yes", "--appendfsync", "always"]).await
}

/// A Signet on the Redis at `url`, whose clock goes, once its store answers; `more` are further tables. It
/// waits long for its Redis: what a busy machine takes for an answer is none of the outages that are played.
async fn signet_on(url: &str, more: &str) -> TestServer {
    signet_with(&format!("[store]\nurl = \"{url}\"\ntimeout = \"20s\"\n"), more).await
}

/// A Signet with that `[store]`, whose clock goes, once its store answers.
async fn signet_with(store: &str, more: &str) -> TestServer {
    let server = bereft_signet(store, more).await;
    eventually("the store answers", async || server.app.store().revocations.lists(0).await.is_ok())
        .await;
    server
}

/// A Signet with that `[store]`, which may be away, whose clock goes.
async fn bereft_signet(store: &str, more: &str) -> TestServer {
    let server = TestServer::with(&format!("{store}{more}{RENEWERS}")).await;
    server.clock.go();
    server
}
