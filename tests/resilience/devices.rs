//! Devices without a browser, while Redis dies between any two steps, and on several replicas.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use serde_json::Value;

use crate::{
    durable_redis,
    support::{
        TestServer,
        browser::Browser,
        devices::{
            ask, authorized, begun, given, poll, polling, renew, signed_in, tables, typed,
            user_code,
        },
        eventually, http_client,
        people::claims,
        redis_server::RedisServer,
    },
};

/// Longer than any interval that a device of these tests is slowed down to.
const A_WHILE: Duration = Duration::from_secs(20);

async fn signet_on(redis: &RedisServer) -> TestServer {
    let store = format!("[store]\nurl = \"{}\"\ntimeout = \"20s\"\n", redis.url());
    let server = TestServer::with(&format!("{store}{}", tables())).await;
    server.clock.go();
    eventually("the store answers", async || server.app.store().revocations.lists(0).await.is_ok())
        .await;
    server
}

async fn heard(server: &TestServer, begun: &Value, code: &str) {
    eventually(code, async || {
        let answer = poll(server, "tv", begun).await;
        assert!(answer.status == 503 || answer.error() == code, "{code}: {answer:?}");
        answer.status != 503
    })
    .await;
}

/// The tokens of a device that asks on, whatever becomes of the store.
async fn given_in_the_end(server: &TestServer, begun: &Value) -> Value {
    let mut response = Value::Null;
    eventually("the device is given its tokens", async || {
        let answer = poll(server, "tv", begun).await;
        match answer.status {
            200 => response = answer.json(),
            503 => {}
            // What was on its way when the store died may still be.
            _ => answer.assert_error(400, "slow_down"),
        }
        answer.status == 200
    })
    .await;
    response
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_authorized_at_one_replica_is_fetched_at_another() {
    let redis = RedisServer::start().await;
    let one = signet_on(&redis).await;
    let other = one.replica().await;
    other.clock.go();
    let begun = begun(&one, "tv", "&scope=read").await;
    heard(&other, &begun, "authorization_pending").await;
    // The other knows that the device asked a moment ago.
    heard(&one, &begun, "slow_down").await;
    let mut browser = signed_in(&other, "zoe").await;
    let question = typed(&mut browser, &one, &user_code(&begun)).await;
    let page = browser.submit_on(&other, &question, "/device", &[("answer", "authorize")]).await;
    assert_eq!(page.status, 200, "{page:?}");
    let response = given(&one, "tv", &begun).await;
    assert_eq!(renew(&other, "tv", &response).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_polls_at_once_on_two_replicas_one_is_given_tokens() {
    let redis = RedisServer::start().await;
    let one = signet_on(&redis).await;
    let other = one.replica().await;
    other.clock.go();
    let mut browser = signed_in(&one, "zoe").await;
    for _ in 0..3 {
        let begun = begun(&one, "tv", "&scope=read").await;
        authorized(&mut browser, &one, &begun).await;
        let polls: Vec<_> = (0..200)
            .map(|number| {
                let address = [one.address, other.address][number % 2];
                let request = polling("tv", &begun);
                tokio::spawn(async move { http_client::send(address, &request).await })
            })
            .collect();
        let mut won = Vec::new();
        for answer in polls {
            let answer = answer.await.unwrap();
            match answer.status {
                200 => won.push(answer.json()),
                _ => answer.assert_error(400, "slow_down"),
            }
        }
        assert_eq!(won.len(), 1);
        assert_eq!(renew(&other, "tv", &won[0]).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_may_be_killed_between_any_two_steps() {
    let mut redis = durable_redis().await;
    let server = signet_on(&redis).await;
    let mut browser = signed_in(&server, "zoe").await;
    redis.kill();
    ask(&server, "tv", "").await.assert_error(503, "temporarily_unavailable");
    redis.start_again().await;
    eventually("devices may begin", async || ask(&server, "tv", "").await.status == 200).await;
    let begun = begun(&server, "tv", "&scope=read").await;

    let crash = async |redis: &mut RedisServer, browser: &mut Browser| {
        redis.kill();
        let answer = poll(&server, "tv", &begun).await;
        answer.assert_error(503, "temporarily_unavailable");
        assert!(answer.header("Retry-After").is_some(), "{answer:?}");
        let page = browser.get(&server, "/device").await;
        assert_eq!(page.status, 503, "whether somebody is signed in is not known: {page:?}");
        redis.start_again().await;
        eventually("the page is there", async || {
            browser.get(&server, "/device").await.status == 200
        })
        .await;
    };
    crash(&mut redis, &mut browser).await;
    heard(&server, &begun, "authorization_pending").await;
    crash(&mut redis, &mut browser).await;
    authorized(&mut browser, &server, &begun).await;
    crash(&mut redis, &mut browser).await;
    let response = given_in_the_end(&server, &begun).await;
    crash(&mut redis, &mut browser).await;
    // The answer was lost; the time of the outage does not count.
    server.clock.advance(A_WHILE);
    let again = given_in_the_end(&server, &begun).await;
    assert_eq!(again["refresh_token"], response["refresh_token"]);
    assert_eq!(renew(&server, "tv", &again).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_device_loses_what_was_authorized_when_redis_is_killed_while_it_asks() {
    let mut redis = durable_redis().await;
    let server = signet_on(&redis).await;
    let asked = AtomicUsize::new(0);
    let mut browser = signed_in(&server, "zoe").await;
    let mut devices = Vec::new();
    for _ in 0..20 {
        let begun = begun(&server, "tv", "&scope=read").await;
        authorized(&mut browser, &server, &begun).await;
        devices.push(begun);
    }
    // One after the other, so that it dies in the middle.
    let asking = async {
        let mut responses = Vec::new();
        for (number, begun) in devices.iter().enumerate() {
            asked.store(number, Ordering::SeqCst);
            responses.push(given_in_the_end(&server, begun).await);
        }
        responses
    };
    let dying = async {
        for round in 0..3 {
            eventually("some have their tokens", async || {
                asked.load(Ordering::SeqCst) >= 4 * (round + 1)
            })
            .await;
            redis.kill();
            redis.start_again().await;
        }
    };
    let (responses, ()) = tokio::join!(asking, dying);
    let mut grants = HashSet::new();
    for response in responses {
        assert!(grants.insert(claims(&response)["sid"].to_string()), "each has its own grant");
        eventually("it is renewed", async || renew(&server, "tv", &response).await.status == 200)
            .await;
    }
}
