//! RFC 7523 sections 2.2 and 3: `private_key_jwt`. Which assertions prove a client.

use std::time::Duration;

use serde_json::Value;
use signet_verifier::Algorithm;

use crate::support::{
    APPLICATIONS, Request, TestServer,
    assertion::{Assertion, JWT_BEARER, asserted, asserted_form, compact},
    client_key::{ClientKey, toml_jwks},
};

const TOKEN: &str = "/oauth2/token";

/// Two clients with a key each, beside those that every test has.
pub async fn server() -> (TestServer, ClientKey, ClientKey) {
    let (ours, theirs) =
        (ClientKey::new(Algorithm::Es256, "ours"), ClientKey::new(Algorithm::Es256, "theirs"));
    let tables = format!(
        "{APPLICATIONS}{}{}",
        application("signer", &ours.jwk()),
        application("other-signer", &theirs.jwk())
    );
    (TestServer::with(&tables).await, ours, theirs)
}

fn application(client_id: &str, jwk: &Value) -> String {
    format!(
        "[[applications]]\nclient_id = \"{client_id}\"\n\
         token_endpoint_auth_method = \"private_key_jwt\"\njwks = {}\n\
         grant_types = [\"client_credentials\"]\nscopes = [\"read\"]\n",
        toml_jwks(std::slice::from_ref(jwk))
    )
}

pub async fn assert_accepted(server: &TestServer, what: &str, assertion: &str) {
    let answer = server.send(asserted(assertion)).await;
    assert_eq!(answer.status, 200, "{what}: {answer:?}");
}

pub async fn assert_refused(server: &TestServer, what: &str, assertion: &str) {
    let answer = server.send(asserted(assertion)).await;
    assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_client"), "{what}");
    answer.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn an_assertion_proves_the_client_that_signed_it() {
    let (server, key, _) = server().await;
    let answer = server.send(asserted(&Assertion::of("signer", &server).sign(&key))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(crate::support::token::claims(&token)["sub"], "signer");
}

#[tokio::test]
async fn the_client_id_parameter_may_come_along_where_it_says_the_same() {
    let (server, key, _) = server().await;
    let form = asserted_form(&Assertion::of("signer", &server).sign(&key));
    let answer = server.send(Request::form(TOKEN, &format!("{form}&client_id=signer"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_client_id_parameter_that_says_otherwise_is_refused() {
    let (server, key, _) = server().await;
    for client_id in ["other-signer", "service", "nobody", "SIGNER"] {
        let form = asserted_form(&Assertion::of("signer", &server).sign(&key));
        let form = format!("{form}&client_id={client_id}");
        server.send(Request::form(TOKEN, &form)).await.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn an_assertion_is_good_once() {
    let (server, key, _) = server().await;
    let assertion = Assertion::of("signer", &server).sign(&key);
    assert_accepted(&server, "the first time", &assertion).await;
    assert_refused(&server, "the second time", &assertion).await;
    server.clock.advance(Duration::from_secs(89));
    assert_refused(&server, "in the last second of its leeway", &assertion).await;
    server.clock.advance(Duration::from_secs(1));
    assert_refused(&server, "when it has expired", &assertion).await;
}

#[tokio::test]
async fn a_jti_is_good_once_whatever_else_the_assertion_says() {
    let (server, key, _) = server().await;
    let first = Assertion::of("signer", &server).claim("jti", "the-same").sign(&key);
    let second = Assertion::of("signer", &server).claim("jti", "the-same").claim("x", 1).sign(&key);
    assert_accepted(&server, "the first", &first).await;
    assert_refused(&server, "the second", &second).await;
}

#[tokio::test]
async fn two_clients_may_use_the_same_jti() {
    let (server, key, other_key) = server().await;
    for (client_id, key) in [("signer", &key), ("other-signer", &other_key)] {
        let assertion = Assertion::of(client_id, &server).claim("jti", "the-same").sign(key);
        assert_accepted(&server, client_id, &assertion).await;
    }
}

#[tokio::test]
async fn a_refused_assertion_does_not_spend_a_jti() {
    let (server, key, other_key) = server().await;
    let forged = Assertion::of("signer", &server).claim("jti", "mine").sign(&other_key);
    assert_refused(&server, "forged", &forged).await;
    let genuine = Assertion::of("signer", &server).claim("jti", "mine").sign(&key);
    assert_accepted(&server, "genuine", &genuine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_parallel_requests_with_one_assertion_exactly_one_is_granted() {
    let (server, key, _) = server().await;
    for _ in 0..3 {
        let request = asserted(&Assertion::of("signer", &server).sign(&key));
        let address = server.address;
        let mut requests = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let request = request.clone();
            requests.spawn(async move {
                crate::support::http_client::send(address, &request).await.status
            });
        }
        let mut statuses = requests.join_all().await;
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (200, &[401; 19][..]));
        // Nineteen failures are not yet too many; the next nineteen would be.
        server.clock.advance(Duration::from_secs(60));
    }
}

#[tokio::test]
async fn an_assertion_beside_another_way_of_authentication_is_refused() {
    let (server, key, _) = server().await;
    let form = || asserted_form(&Assertion::of("signer", &server).sign(&key));
    let with_basic = Request::form(TOKEN, &form()).basic("service", "service-secret");
    server.send(with_basic).await.assert_error(400, "invalid_request");
    let own_basic = Request::form(TOKEN, &form()).basic("signer", "x");
    server.send(own_basic).await.assert_error(400, "invalid_request");
    let with_secret = format!("{}&client_id=signer&client_secret=x", form());
    server.send(Request::form(TOKEN, &with_secret)).await.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn the_assertion_and_its_type_go_together() {
    let (server, key, _) = server().await;
    let assertion = Assertion::of("signer", &server).sign(&key);
    let grant = "grant_type=client_credentials";
    for form in [
        format!("{grant}&client_assertion={assertion}"),
        format!("{grant}&client_assertion={assertion}&client_assertion_type="),
        format!("{grant}&client_assertion_type={JWT_BEARER}"),
        format!("{grant}&client_assertion_type={JWT_BEARER}&client_assertion=&client_id=signer"),
    ] {
        server.send(Request::form(TOKEN, &form)).await.assert_error(400, "invalid_request");
    }
    for assertion_type in [
        "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "jwt-bearer",
    ] {
        let form =
            format!("{grant}&client_assertion={assertion}&client_assertion_type={assertion_type}");
        server.send(Request::form(TOKEN, &form)).await.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn what_is_no_compact_jws_is_refused() {
    let (server, key, _) = server().await;
    let good = Assertion::of("signer", &server).sign(&key);
    let (head, signature) = good.rsplit_once('.').unwrap();
    let payload = head.split_once('.').unwrap().1;
    let signed = |header: &str, payload: &str| compact(header, payload, |input| key.sign(input));
    let claims = Assertion::of("signer", &server).sign(&key);
    let claims = crate::support::token::claims(&claims).to_string();
    let header = r#"{"alg":"ES256","kid":"ours"}"#;
    let repeated = claims.replacen('{', "{\"sub\":\"signer\",", 1);
    for (what, assertion) in [
        ("a word", "assertion".to_owned()),
        ("two parts", head.to_owned()),
        ("no signature", format!("{head}.")),
        ("four parts", format!("{good}.")),
        ("five parts", format!("{good}.a.b")),
        ("no header", format!(".{payload}.{signature}")),
        ("padding", format!("{good}=")),
        ("white space", format!("{good} ")),
        ("another signature", format!("{head}.{}", "A".repeat(signature.len()))),
        ("a header that is no object", signed("[]", &claims)),
        ("a header without alg", signed(r#"{"kid":"ours"}"#, &claims)),
        ("a header with alg twice", signed(r#"{"alg":"none","alg":"ES256"}"#, &claims)),
        ("a critical extension", signed(r#"{"alg":"ES256","crit":["b64"],"b64":false}"#, &claims)),
        ("a payload that is no object", signed(header, "[]")),
        ("a claim twice", signed(header, &repeated)),
        ("megabytes", format!("{head}.{}", "A".repeat(40_000))),
    ] {
        assert_refused(&server, what, &assertion).await;
    }
    assert_accepted(&server, "the good one", &good).await;
}

#[tokio::test]
async fn a_secret_sent_for_a_client_with_a_key_is_refused() {
    let (server, key, _) = server().await;
    let grant = "grant_type=client_credentials";
    let x = key.jwk()["x"].as_str().unwrap().to_owned();
    for secret in ["secret", "ours", x.as_str()] {
        server.token("signer", secret, grant).await.assert_error(401, "invalid_client");
        let form = format!("{grant}&client_id=signer&client_secret={secret}");
        server.send(Request::form(TOKEN, &form)).await.assert_error(401, "invalid_client");
    }
    let form = format!("{grant}&client_id=signer");
    server.send(Request::form(TOKEN, &form)).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn an_assertion_for_a_client_with_a_secret_is_refused() {
    let (server, key, _) = server().await;
    assert_refused(&server, "service", &Assertion::of("service", &server).sign(&key)).await;
    assert_refused(&server, "public", &Assertion::of("public", &server).sign(&key)).await;
}

#[tokio::test]
async fn whatever_is_wrong_with_an_assertion_the_answer_is_the_same_in_every_byte() {
    let key = ClientKey::new(Algorithm::Es256, "ours");
    let disabled = format!("{}disabled = true\n", application("disabled-signer", &key.jwk()));
    let tables = format!("{APPLICATIONS}{}{disabled}", application("signer", &key.jwk()));
    let server = TestServer::with(&tables).await;
    let good = |client_id: &str| Assertion::of(client_id, &server);
    let expected = server.send(asserted("garbage")).await;
    expected.assert_error(401, "invalid_client");
    for (what, assertion) in [
        ("unknown", good("nobody").sign(&key)),
        ("disabled", good("disabled-signer").sign(&key)),
        ("with a secret", good("service").sign(&key)),
        ("another key", good("signer").sign(&ClientKey::new(Algorithm::Es256, "ours"))),
        ("unknown kid", good("signer").header("kid", "unknown").sign(&key)),
        ("another audience", good("signer").claim("aud", "https://a.example").sign(&key)),
        ("expired", good("signer").claim("exp", 1).sign(&key)),
        ("without jti", good("signer").without("jti").sign(&key)),
    ] {
        let answer = server.send(asserted(&assertion)).await;
        assert_eq!(answer.visible(), expected.visible(), "{what}");
    }
}

#[tokio::test]
async fn forged_assertions_are_throttled_like_wrong_secrets() {
    let key = ClientKey::new(Algorithm::Es256, "ours");
    let server = TestServer::with(&format!(
        "[limits]\nfailed_client_authentications = \"2/min\"\n{APPLICATIONS}{}",
        application("signer", &key.jwk())
    ))
    .await;
    let forger = ClientKey::new(Algorithm::Es256, "ours");
    for _ in 0..2 {
        assert_refused(&server, "forged", &Assertion::of("signer", &server).sign(&forger)).await;
    }
    let answer = server.send(asserted(&Assertion::of("signer", &server).sign(&forger))).await;
    answer.assert_error(429, "too_many_requests");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
}
