//! RFC 7591 section 2, `jwks_uri`: the keys of a client that publishes them, fetched within bounds.

use std::time::Duration;

use signet_verifier::Algorithm;

use crate::support::{
    Answer, TestServer,
    assertion::{Assertion, asserted},
    client_key::ClientKey,
    eventually, free_port, http_client,
    jwks_server::JwksServer,
};

async fn server_with(limits: &str, uri: &str) -> TestServer {
    TestServer::with(&format!(
        "{limits}[[scopes]]\nname = \"read\"\n[[applications]]\nclient_id = \"signer\"\n\
         token_endpoint_auth_method = \"private_key_jwt\"\njwks_uri = \"{uri}\"\n\
         grant_types = [\"client_credentials\"]\nscopes = [\"read\"]\n"
    ))
    .await
}

async fn start() -> (TestServer, JwksServer, ClientKey) {
    let key = ClientKey::new(Algorithm::Es256, "first");
    let published = JwksServer::start(&[key.jwk()]).await;
    (server_with("", &published.uri).await, published, key)
}

async fn outcome(server: &TestServer, key: &ClientKey) -> Answer {
    server.send(asserted(&Assertion::of("signer", server).sign(key))).await
}

fn assert_unavailable(answer: &Answer) {
    answer.assert_error(503, "temporarily_unavailable");
    let wait: u64 = answer.header("Retry-After").unwrap().parse().unwrap();
    assert!(wait >= 1, "{answer:?}");
}

#[tokio::test]
async fn published_keys_prove_a_client() {
    let (server, _published, key) = start().await;
    let answer = outcome(&server, &key).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn keys_are_fetched_once_and_remembered() {
    let (server, published, key) = start().await;
    for _ in 0..3 {
        assert_eq!(outcome(&server, &key).await.status, 200);
    }
    server.clock.advance(Duration::from_secs(299));
    assert_eq!(outcome(&server, &key).await.status, 200);
    assert_eq!(published.fetches(), 1);
}

#[tokio::test]
async fn keys_are_fetched_again_when_they_are_old() {
    let (server, published, key) = start().await;
    assert_eq!(outcome(&server, &key).await.status, 200);
    server.clock.advance(Duration::from_secs(300));
    assert_eq!(outcome(&server, &key).await.status, 200);
    assert_eq!(published.fetches(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_requests_share_one_fetch() {
    let (server, published, key) = start().await;
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let request = asserted(&Assertion::of("signer", &server).sign(&key));
        let address = server.address;
        requests.spawn(async move { http_client::send(address, &request).await.status });
    }
    assert_eq!(requests.join_all().await, [200; 20]);
    assert_eq!(published.fetches(), 1);
}

#[tokio::test]
async fn an_unknown_kid_causes_a_fetch_after_the_cool_down() {
    let (server, published, key) = start().await;
    assert_eq!(outcome(&server, &key).await.status, 200);

    let second = ClientKey::new(Algorithm::Es256, "second");
    published.publish(&[key.jwk(), second.jwk()]);
    server.clock.advance(Duration::from_secs(9));
    outcome(&server, &second).await.assert_error(401, "invalid_client");
    assert_eq!(published.fetches(), 1, "a name that nobody knows yet may be made up");

    server.clock.advance(Duration::from_secs(1));
    let answer = outcome(&server, &second).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(published.fetches(), 2);
}

#[tokio::test]
async fn invented_kids_cause_no_more_than_one_fetch_in_a_cool_down() {
    let (server, published, key) = start().await;
    assert_eq!(outcome(&server, &key).await.status, 200);
    server.clock.advance(Duration::from_secs(10));
    for position in 0..5 {
        let kid = format!("invented-{position}");
        let assertion = Assertion::of("signer", &server).header("kid", kid).sign(&key);
        server.send(asserted(&assertion)).await.assert_error(401, "invalid_client");
    }
    assert_eq!(published.fetches(), 2);
}

#[tokio::test]
async fn a_key_that_is_no_longer_published_is_no_longer_believed() {
    let (server, published, key) = start().await;
    assert_eq!(outcome(&server, &key).await.status, 200);
    published.publish(&[ClientKey::new(Algorithm::Es256, "second").jwk()]);
    server.clock.advance(Duration::from_secs(300));
    outcome(&server, &key).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_say_nothing_about_the_assertion() {
    let key = ClientKey::new(Algorithm::Es256, "first");
    let server = server_with("", &format!("http://127.0.0.1:{}/jwks.json", free_port())).await;
    assert_unavailable(&outcome(&server, &key).await);
}

#[tokio::test]
async fn what_the_endpoint_answers_must_be_a_key_set_within_bounds() {
    let huge = format!("{{\"keys\":[],\"filler\":\"{}\"}}", "x".repeat(64 * 1024));
    for (status, body) in [
        (500, "{\"keys\":[]}"),
        (404, "{\"keys\":[]}"),
        (302, "{\"keys\":[]}"),
        (304, ""),
        (200, "no JSON"),
        (200, "[]"),
        (200, "{\"keys\":{}}"),
        (200, huge.as_str()),
    ] {
        let (server, published, key) = start().await;
        published.answer_with(status, body);
        let answer = outcome(&server, &key).await;
        assert_eq!(answer.status, 503, "{status} {body:.40}: {answer:?}");
        assert_unavailable(&answer);
    }
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_not_asked_for_every_request() {
    let (server, published, key) = start().await;
    published.answer_with(500, "");
    for _ in 0..3 {
        assert_unavailable(&outcome(&server, &key).await);
    }
    assert_eq!(published.fetches(), 1);
    published.publish(&[key.jwk()]);
    server.clock.advance(Duration::from_secs(10));
    assert_eq!(outcome(&server, &key).await.status, 200);
}

#[tokio::test]
async fn retry_after_is_long_enough_for_another_fetch() {
    let (server, published, key) = start().await;
    published.answer_with(500, "");
    let answer = outcome(&server, &key).await;
    assert_unavailable(&answer);
    published.publish(&[key.jwk()]);
    let wait = answer.header("Retry-After").unwrap().parse().unwrap();
    server.clock.advance(Duration::from_secs(wait));
    let answer = outcome(&server, &key).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn known_keys_serve_for_an_hour_while_the_endpoint_is_down() {
    let (server, published, key) = start().await;
    assert_eq!(outcome(&server, &key).await.status, 200);
    published.answer_with(500, "");
    server.clock.advance(Duration::from_secs(3599));
    assert_eq!(outcome(&server, &key).await.status, 200);
    server.clock.advance(Duration::from_secs(10));
    assert_unavailable(&outcome(&server, &key).await);
}

/// A new key that cannot be looked up may be good: to call it invalid would be a guess.
#[tokio::test]
async fn a_new_kid_while_the_endpoint_is_down_is_not_called_invalid() {
    let (server, published, key) = start().await;
    assert_eq!(outcome(&server, &key).await.status, 200);
    published.answer_with(500, "");
    server.clock.advance(Duration::from_secs(10));
    let second = ClientKey::new(Algorithm::Es256, "second");
    assert_unavailable(&outcome(&server, &second).await);
}

/// The limit counts failed authentications; an assertion that could not be judged has not failed.
#[tokio::test]
async fn requests_that_could_not_be_judged_do_not_count_as_failures() {
    let key = ClientKey::new(Algorithm::Es256, "first");
    let published = JwksServer::start(&[key.jwk()]).await;
    let limits = "[limits]\nfailed_client_authentications = \"2/min\"\n";
    let server = server_with(limits, &published.uri).await;
    published.answer_with(500, "");
    for _ in 0..4 {
        assert_unavailable(&outcome(&server, &key).await);
    }
    published.publish(&[key.jwk()]);
    server.clock.advance(Duration::from_secs(10));
    let answer = outcome(&server, &key).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn nothing_is_fetched_for_an_assertion_of_nobody() {
    let (server, published, key) = start().await;
    let assertion = Assertion::of("nobody", &server).sign(&key);
    server.send(asserted(&assertion)).await.assert_error(401, "invalid_client");
    assert_eq!(published.fetches(), 0);
}

/// A stranger who hangs up in the middle of the fetch must not leave a cool-down without keys behind.
#[tokio::test]
async fn a_client_that_hangs_up_does_not_end_the_fetch_for_the_others() {
    let (server, published, key) = start().await;
    published.hold(true);
    let forged = Assertion::of("signer", &server).sign(&ClientKey::new(Algorithm::Es256, "first"));
    let forged = asserted(&forged);
    let stranger = http_client::send(server.address, &forged);
    let asked = eventually("the keys are asked for", async || published.fetches() == 1);
    // The stranger's connection is dropped with its future.
    tokio::select! {
        answer = stranger => unreachable!("answered without keys: {answer:?}"),
        () = asked => {}
    }
    published.hold(false);
    let answer = outcome(&server, &key).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(published.fetches(), 1);
}

#[tokio::test]
async fn an_invented_kid_holds_nobody_up_whose_key_is_at_hand() {
    let (server, published, key) = start().await;
    assert_eq!(outcome(&server, &key).await.status, 200);
    server.clock.advance(Duration::from_secs(10));
    published.hold(true);
    let invented = Assertion::of("signer", &server).header("kid", "invented").sign(&key);
    let invented = asserted(&invented);
    let stranger = http_client::send(server.address, &invented);
    let genuine = async {
        eventually("the keys are asked for again", async || published.fetches() == 2).await;
        outcome(&server, &key).await
    };
    tokio::select! {
        answer = stranger => unreachable!("answered without keys: {answer:?}"),
        answer = genuine => assert_eq!(answer.status, 200, "{answer:?}"),
    }
    published.hold(false);
}

#[tokio::test]
async fn more_keys_than_anybody_needs_are_refused() {
    let (server, published, key) = start().await;
    let many: Vec<_> = (0..33).map(|_| key.jwk()).collect();
    published.publish(&many);
    assert_unavailable(&outcome(&server, &key).await);
}
