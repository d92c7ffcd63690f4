//! Redis dies and comes back, hangs and goes on, under clients that renew in a loop. No client is told
//! `invalid_grant`, and every one of them goes on, although the outage is longer than the grace.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    SHORT_GRACE, bereft_signet,
    clients::Clients,
    durable_redis, signet_on, signet_with,
    support::{
        Request, eventually, free_port,
        redis_server::RedisServer,
        refreshing::{begin, refresh, refresh_token, renewed},
        token,
    },
};

/// Longer than [`SHORT_GRACE`].
const OUTAGE: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_logged_out_when_redis_is_killed_and_comes_back() {
    let mut redis = durable_redis().await;
    let one = signet_on(&redis.url(), SHORT_GRACE).await;
    let other = one.replica().await;
    other.clock.go();
    let clients = Clients::at_work(20, &[&one, &other]).await;
    clients.go_on("before the crash").await;
    for round in 0..3 {
        redis.kill();
        sleep(if round == 0 { OUTAGE } else { Duration::from_millis(300) }).await;
        redis.start_again().await;
        clients.go_on("after the crash").await;
    }
    let ledger = clients.end().await;
    assert!(ledger.put_off() > 0, "the outages were felt: {ledger:?}");
    eprintln!("kill -9, three times: {ledger:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_logged_out_when_redis_hangs_and_goes_on() {
    let redis = durable_redis().await;
    // Longer than a busy machine takes, shorter than the outage.
    let store = format!("[store]\nurl = \"{}\"\ntimeout = \"2s\"\n", redis.url());
    let one = signet_with(&store, SHORT_GRACE).await;
    let other = one.replica().await;
    other.clock.go();
    let clients = Clients::at_work(20, &[&one, &other]).await;
    clients.go_on("before").await;
    for _ in 0..2 {
        redis.freeze().await;
        sleep(OUTAGE).await;
        redis.thaw().await;
        clients.go_on("after it went on").await;
    }
    let ledger = clients.end().await;
    assert!(ledger.put_off() > 0, "the outages were felt: {ledger:?}");
    eprintln!("stopped and continued, twice: {ledger:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_signet_starts_and_serves_what_needs_none_and_it_heals() {
    let mut redis = RedisServer::prepared(free_port(), &[]);
    let store = format!("[store]\nurl = \"{}\"\n", redis.url());
    let server = bereft_signet(&store, "").await;
    let response = begin(&server, "renewer", "").await;
    assert!(response.get("refresh_token").is_none(), "the access token comes alone: {response}");
    let claims = token::claims(response["access_token"].as_str().unwrap());
    assert!(claims.get("sid").is_none(), "{claims}");
    refresh(&server, "renewer", "sgr_garbage", "").await.assert_error(400, "invalid_grant");
    for path in ["/.well-known/jwks.json", "/.well-known/oauth-authorization-server", "/healthz"] {
        assert_eq!(server.send(Request::get(path)).await.status, 200, "{path}");
    }
    let ready = server.send(Request::get("/readyz")).await;
    assert_eq!((ready.status, &ready.json()["store"]), (200, &"away".into()), "{ready:?}");

    redis.start_again().await;
    eventually("grants can be renewed", async || {
        begin(&server, "renewer", "").await.get("refresh_token").is_some()
    })
    .await;
    let ready = server.send(Request::get("/readyz")).await;
    assert_eq!((ready.status, &ready.json()["store"]), (200, &"available".into()), "{ready:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_a_refresh_is_put_off_and_the_token_stays_good() {
    let mut redis = durable_redis().await;
    let server = signet_on(&redis.url(), "").await;
    let token = refresh_token(&begin(&server, "renewer", "").await);
    redis.kill();
    for _ in 0..3 {
        let answer = refresh(&server, "renewer", &token, "").await;
        answer.assert_error(503, "temporarily_unavailable");
        assert!(answer.header("retry-after").is_some(), "{answer:?}");
    }
    redis.start_again().await;
    eventually("it is answered again", async || {
        refresh(&server, "renewer", &token, "").await.status == 200
    })
    .await;
    renewed(&server, "renewer", &token, "").await;
}
