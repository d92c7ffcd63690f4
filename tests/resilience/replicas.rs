//! What one replica does, the others and the resource servers know before the `ttl` of a list has passed.

use std::time::Duration;

use signet::clock::Stopwatch;
use signet_verifier::{Rejection, Verifier};

use crate::{
    SHORT_GRACE, durable_redis, signet_on,
    support::{
        Request, TestServer, eventually,
        refreshing::{begin, refresh, refresh_token, renewed, secret},
    },
};

/// Less than the `ttl` of a list: what is seen sooner came by an event. (That it is within a second on a
/// machine that is not busy is printed.)
const SOON: Duration = Duration::from_millis(4500);

fn access_token(response: &serde_json::Value) -> String {
    response["access_token"].as_str().unwrap().to_owned()
}

async fn is_active(server: &TestServer, token: &str) -> bool {
    let form = format!("token={token}");
    let request = Request::form("/oauth2/introspect", &form).basic("renewer", &secret("renewer"));
    let answer = server.send(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["active"].as_bool().unwrap()
}

/// A resource server that follows revocations, and has seen `token` to be good.
async fn resource_server(issuer: &TestServer, token: &str) -> Verifier {
    let verifier = Verifier::builder(&issuer.issuer, "https://api.example.com").build().unwrap();
    tokio::spawn(verifier.follow_events());
    verifier.verify(token).await.unwrap();
    eventually("its event stream stands", async || {
        let metrics = issuer.send(Request::get("/metrics")).await;
        metrics.text().lines().any(|line| line == "signet_status_list_event_listeners 1")
    })
    .await;
    verifier
}

/// How long it takes until `verifier` refuses `token`.
async fn time_to_refusal(verifier: &Verifier, token: &str) -> Duration {
    let start = Stopwatch::start();
    loop {
        match verifier.verify(token).await {
            Err(Rejection::Revoked) => return start.elapsed(),
            Ok(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(other) => panic!("{other}"),
        }
        assert!(start.elapsed() < Duration::from_secs(20), "never refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_revoked_at_one_replica_is_dead_at_the_other_and_offline_before_the_ttl() {
    let redis = durable_redis().await;
    let one = signet_on(&redis.url(), "").await;
    let other = one.replica().await;
    other.clock.go();
    let token = access_token(&begin(&one, "renewer", "").await);
    let verifier = resource_server(&one, &token).await;
    assert!(is_active(&other, &token).await);

    let form = format!("token={token}");
    let request = Request::form("/oauth2/revoke", &form).basic("renewer", &secret("renewer"));
    assert_eq!(other.send(request).await.status, 200);
    assert!(!is_active(&one, &token).await && !is_active(&other, &token).await);
    let took = time_to_refusal(&verifier, &token).await;
    eprintln!("a revocation at one replica is seen offline after {took:?}");
    assert!(took < SOON, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_ends_the_grant_and_its_access_tokens_everywhere_before_the_ttl() {
    let redis = durable_redis().await;
    let one = signet_on(&redis.url(), SHORT_GRACE).await;
    let other = one.replica().await;
    other.clock.go();
    let first = begin(&one, "renewer", "").await;
    let stolen = refresh_token(&first);
    let second = renewed(&other, "renewer", &stolen, "").await;
    let alive = [access_token(&first), access_token(&second)];
    let verifier = resource_server(&one, &alive[0]).await;
    verifier.verify(&alive[1]).await.unwrap();

    // After the grace.
    for server in [&one, &other] {
        server.clock.advance(Duration::from_secs(3));
    }
    refresh(&other, "renewer", &stolen, "").await.assert_error(400, "invalid_grant");
    for token in &alive {
        assert!(!is_active(&one, token).await && !is_active(&other, token).await);
        let took = time_to_refusal(&verifier, token).await;
        eprintln!("a replayed grant's access token is refused offline after {took:?}");
        assert!(took < SOON, "{took:?}");
    }
    let successor = refresh_token(&second);
    refresh(&one, "renewer", &successor, "").await.assert_error(400, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_events_a_revocation_is_seen_when_the_ttl_has_passed() {
    let redis = durable_redis().await;
    let server = signet_on(&redis.url(), "").await;
    let token = access_token(&begin(&server, "renewer", "").await);
    let verifier = Verifier::builder(&server.issuer, "https://api.example.com").build().unwrap();
    verifier.verify(&token).await.unwrap();
    let form = format!("token={token}");
    let request = Request::form("/oauth2/revoke", &form).basic("renewer", &secret("renewer"));
    assert_eq!(server.send(request).await.status, 200);
    let took = time_to_refusal(&verifier, &token).await;
    eprintln!("without events a revocation is seen offline after {took:?}");
    assert!(took < Duration::from_secs(15), "{took:?}");
}
