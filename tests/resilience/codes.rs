//! Authorization codes and Redis: what happens to them while it is away, between two replicas, and what they
//! leave behind.

use crate::{
    durable_redis,
    remains::{Dump, assert_two_families_with_an_expiry},
    support::{
        TestServer,
        authorizing::{
            CALLBACK, VERIFIER, code, exchange, exchanged, is_active, signed_in, tables,
            with_challenge,
        },
        eventually,
        redis_server::RedisServer,
        token,
    },
};

const PROOF: &[(&str, &str)] = &[("code_verifier", VERIFIER)];

/// A Signet on the Redis at `url`, whose codes outlast an outage, once its store answers.
async fn signet_on(url: &str) -> TestServer {
    let store = format!("[store]\nurl = \"{url}\"\ntimeout = \"20s\"\n");
    let tokens = "[tokens]\nauthorization_code_lifetime = \"10m\"\n";
    let server = TestServer::with(&format!("{store}{tokens}{}", tables())).await;
    server.clock.go();
    eventually("the store answers", async || server.app.store().revocations.lists(0).await.is_ok())
        .await;
    server
}

async fn web_code(server: &TestServer) -> String {
    let mut zoe = signed_in(server, "zoe").await;
    code(server, &mut zoe, "web", CALLBACK, &with_challenge(&[])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_comes_while_redis_is_away_is_put_off_and_good_afterwards() {
    let mut redis = durable_redis().await;
    let server = signet_on(&redis.url()).await;
    let code = web_code(&server).await;
    redis.kill();
    let answer = exchange(&server, "web", &code, PROOF).await;
    answer.assert_error(503, "temporarily_unavailable");
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    redis.start_again().await;
    eventually("the same code is exchanged", async || {
        let answer = exchange(&server, "web", &code, PROOF).await;
        assert!([200, 503].contains(&answer.status), "{answer:?}");
        answer.status == 200
    })
    .await;
    exchange(&server, "web", &code, PROOF).await.assert_error(400, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_redeemed_at_one_replica_and_its_second_time_seen_at_the_other() {
    let redis = durable_redis().await;
    let server = signet_on(&redis.url()).await;
    let beside = server.replica().await;
    beside.clock.go();
    let code = web_code(&server).await;
    let granted = exchanged(&beside, "web", &code, PROOF).await;
    let access_token = granted["access_token"].as_str().unwrap();
    assert!(is_active(&server, "web", access_token).await);
    exchange(&server, "web", &code, PROOF).await.assert_error(400, "invalid_grant");
    assert!(!is_active(&beside, "web", access_token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_code_flow_redis_holds_two_families_with_an_expiry_and_no_secret() {
    let redis = RedisServer::with(&["--rdbcompression", "no"]).await;
    let server = signet_on(&redis.url()).await;
    let (mut zoe, mut ben) = (signed_in(&server, "zoe").await, signed_in(&server, "ben").await);
    let more =
        with_challenge(&[("scope", "read openid"), ("nonce", "a-nonce"), ("state", "st-4711")]);
    let living = code(&server, &mut zoe, "web", CALLBACK, &more).await;
    let replayed = code(&server, &mut ben, "web", CALLBACK, &more).await;
    let once = code(&server, &mut ben, "once", CALLBACK, &[]).await;
    let unused = code(&server, &mut ben, "web", CALLBACK, &more).await;
    let mut secrets = vec![living.clone(), replayed.clone(), once.clone(), unused];
    for (client_id, code, proof) in
        [("web", &living, PROOF), ("web", &replayed, PROOF), ("once", &once, &[])]
    {
        let granted = exchanged(&server, client_id, code, proof).await;
        for member in ["access_token", "refresh_token", "id_token"] {
            secrets.extend(granted[member].as_str().map(str::to_owned));
        }
        let access_token = granted["access_token"].as_str().unwrap();
        secrets.push(token::claims(access_token)["jti"].as_str().unwrap().to_owned());
    }
    exchange(&server, "web", &replayed, PROOF).await.assert_error(400, "invalid_grant");
    secrets.extend([&zoe, &ben].map(|browser| browser.cookies["signet"].clone()));
    let out = zoe.get(&server, "/logout").await;
    assert_eq!(zoe.submit_on(&server, &out, "/logout", &[]).await.status, 303);
    secrets.extend(["a-nonce", "st-4711", VERIFIER].map(str::to_owned));

    assert_two_families_with_an_expiry(&redis, 4).await;
    let dump = Dump::of(&redis).await;
    assert!(dump.holds("web"), "the dump is looked at rightly");
    for secret in &secrets {
        assert!(!dump.holds(secret), "{secret} is in the dump");
    }
}
