//! RFC 7662: token introspection.

use std::time::Duration;

use serde_json::{Value, json};
use signet_verifier::Algorithm;

use crate::support::{
    Request, TestServer,
    assertion::compact,
    client_key::ClientKey,
    refreshing::{refresh_token, renewed},
    returned::{
        RETURNERS, access_token, claims, granted, introspection, is_active, issued, revoke, server,
        signed, switched, told,
    },
    token,
};

const INTROSPECT: &str = "/oauth2/introspect";

/// All that is ever said of a token that is not active, to the letter.
#[track_caller]
fn assert_inactive(answer: &crate::support::Answer) {
    assert_eq!((answer.status, answer.text()), (200, "{\"active\":false}"), "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{answer:?}");
}

#[tokio::test]
async fn an_access_token_is_told_with_its_claims_and_their_types() {
    let server = server().await;
    let response = granted(&server, "owner").await;
    let token = access_token(&response);
    let mut expected = token::claims(&token);
    expected.as_object_mut().unwrap().remove("status");
    expected["active"] = json!(true);
    expected["token_type"] = json!("Bearer");
    let answer = server.send(introspection("owner", &token)).await;
    assert_eq!(answer.json(), expected);
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    for integer in ["exp", "iat"] {
        assert!(expected[integer].is_u64(), "{expected}");
    }
    assert_eq!(expected["scope"], "read tokens");
}

#[tokio::test]
async fn a_refresh_token_is_told_to_its_owner_and_is_no_access_token() {
    let server = server().await;
    let response = granted(&server, "owner").await;
    let now = token::claims(&access_token(&response))["iat"].as_u64().unwrap();
    let told = told(&server, "owner", &refresh_token(&response)).await;
    assert_eq!(
        told,
        json!({
            "active": true, "iss": server.issuer, "client_id": "owner", "sub": "owner",
            "scope": "read tokens", "iat": now, "exp": now + 14 * 86_400,
            "sid": token::claims(&access_token(&response))["sid"],
        })
    );
    for other in ["stranger", "operator", "api"] {
        assert_inactive(&server.send(introspection(other, &refresh_token(&response))).await);
    }
}

#[tokio::test]
async fn a_refresh_token_that_was_replaced_is_not_active() {
    let server = server().await;
    let first = refresh_token(&granted(&server, "owner").await);
    let second = refresh_token(&renewed(&server, "owner", &first, "").await);
    assert_inactive(&server.send(introspection("owner", &first)).await);
    assert!(is_active(&server, "owner", &second).await);
    server.clock.advance(Duration::from_secs(14 * 86_400));
    assert_inactive(&server.send(introspection("owner", &second)).await);
}

#[tokio::test]
async fn a_token_is_told_to_its_application_and_to_the_resource_server_that_it_is_for() {
    let server = server().await;
    let token = issued(&server, "plain").await;
    assert_eq!(token::claims(&token)["aud"], "https://api.example.com");
    for caller in ["plain", "api"] {
        assert!(is_active(&server, caller, &token).await, "{caller}");
    }
    for caller in ["owner", "operator"] {
        assert_inactive(&server.send(introspection(caller, &token)).await);
    }
    let form = "grant_type=client_credentials&resource=https://files.example.com";
    let elsewhere = server.token("plain", "plain-secret", form).await.json();
    assert_inactive(&server.send(introspection("api", &access_token(&elsewhere))).await);
    let form = format!("{form}&resource=https://api.example.com");
    let both = server.token("plain", "plain-secret", &form).await.json();
    assert!(is_active(&server, "api", &access_token(&both)).await);
}

#[tokio::test]
async fn whoever_asks_must_authenticate_by_more_than_a_name() {
    let server = server().await;
    let token = issued(&server, "owner").await;
    let form = format!("token={token}");
    for request in [
        Request::form(INTROSPECT, &form),
        Request::form(INTROSPECT, &form).basic("owner", "wrong"),
        Request::form(INTROSPECT, &format!("{form}&client_id=public")),
        Request::form(INTROSPECT, &form).header("Authorization", format!("Bearer {token}")),
    ] {
        server.send(request).await.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn a_form_without_a_token_or_with_two_is_an_invalid_request() {
    let server = server().await;
    for form in ["", "token=", "token=a&token=b", "token_type_hint=access_token", "token=%FF"] {
        let request = Request::form(INTROSPECT, form).basic("owner", "owner-secret");
        server.send(request).await.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_wrong_hint_still_finds_it() {
    let server = server().await;
    let response = granted(&server, "owner").await;
    for token in [access_token(&response), refresh_token(&response)] {
        for hint in ["access_token", "refresh_token", "id_token", "x"] {
            let form = format!("token={token}&token_type_hint={hint}");
            let request = Request::form(INTROSPECT, &form).basic("owner", "owner-secret");
            assert_eq!(server.send(request).await.json()["active"], true, "{hint}");
        }
    }
}

#[tokio::test]
async fn an_expired_and_a_revoked_token_are_not_active() {
    let server = server().await;
    let (revoked, expired) = (issued(&server, "owner").await, issued(&server, "owner").await);
    revoke(&server, "owner", &revoked).await;
    assert_inactive(&server.send(introspection("owner", &revoked)).await);
    server.clock.advance(Duration::from_secs(599));
    assert!(is_active(&server, "owner", &expired).await);
    server.clock.advance(Duration::from_secs(1));
    assert_inactive(&server.send(introspection("owner", &expired)).await);
}

#[tokio::test]
async fn whatever_is_no_token_of_ours_is_not_active() {
    let server = server().await;
    let good = issued(&server, "owner").await;
    let parts: Vec<&str> = good.split('.').collect();
    let key = ClientKey::new(Algorithm::Es256, token::header(&good)["kid"].as_str().unwrap());
    let header = token::header(&good).to_string();
    let payload = token::claims(&good).to_string();
    let none = r#"{"alg":"none","typ":"at+jwt"}"#;
    let not_utf_8 = format!("{}._w.{}", parts[0], parts[2]);
    for token in [
        "x".to_owned(),
        "...".to_owned(),
        "a.b.c.d".to_owned(),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{good}="),
        format!("{good}A"),
        not_utf_8,
        "\u{e9}\u{1f600}".to_owned(),
        compact(none, &payload, |_| Vec::new()),
        compact(&header, &payload, |message| key.sign(message)),
        format!("{}.{}.{}", parts[0], "A".repeat(40_000), parts[2]),
    ] {
        assert_inactive(&server.send(introspection("owner", &token)).await);
    }
    let huge = "x".repeat(1_000_000);
    server.send(introspection("owner", &huge)).await.assert_error(413, "content_too_large");
    assert!(is_active(&server, "owner", &good).await);
}

#[tokio::test]
async fn a_token_with_our_signature_that_is_not_an_access_token_of_ours_is_not_active() {
    let server = server().await;
    let good = claims(&server, "owner", "owner");
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    let now = good["iat"].as_u64().unwrap();
    assert!(is_active(&server, "owner", &signed(&server, "at+jwt", &good)).await);
    for typ in ["JWT", "logout+jwt", "statuslist+jwt", "id_token"] {
        let token = signed(&server, typ, &good);
        assert_inactive(&server.send(introspection("owner", &token)).await);
    }
    for claims in [
        with("iss", json!("https://elsewhere.example.com")),
        with("exp", json!(now)),
        with("nbf", json!(now + 1)),
        with("iat", json!(now + 1)),
        with("client_id", json!("nobody")),
        with("client_id", json!(7)),
        with("jti", Value::Null),
    ] {
        let token = signed(&server, "at+jwt", &claims);
        assert_inactive(&server.send(introspection("owner", &token)).await);
    }
}

#[tokio::test]
async fn a_status_that_is_on_no_list_of_ours_is_no_life() {
    let server = server().await;
    let elsewhere = TestServer::with(RETURNERS).await;
    let place = |issued: &str| token::claims(issued)["status"].clone();
    let own = place(&issued(&server, "owner").await);
    let foreign = place(&issued(&elsewhere, "owner").await);
    let uri = own["status_list"]["uri"].as_str().unwrap().to_owned();
    let moved = foreign["status_list"]["uri"].as_str().unwrap();
    let moved = moved.replace(&elsewhere.issuer, "https://elsewhere.example.com");
    for status in [
        json!({"status_list": {"idx": 1 << 20, "uri": uri}}),
        json!({"status_list": {"idx": -1, "uri": uri}}),
        json!({"status_list": {"idx": 0, "uri": format!("{uri}/")}}),
        json!({"status_list": {"idx": 0, "uri": format!("{}A", &uri[..uri.len() - 1])}}),
        json!({"status_list": {"idx": 0, "uri": ""}}),
        json!({"status_list": {"idx": 0, "uri": moved}}),
        json!({"status_list": {}}),
        json!({"other": 1}),
        json!({}),
        foreign,
    ] {
        let mut claims = claims(&server, "owner", "owner");
        claims["status"] = status;
        let token = signed(&server, "at+jwt", &claims);
        assert_inactive(&server.send(introspection("owner", &token)).await);
    }
}

#[tokio::test]
async fn tokens_of_an_application_that_is_gone_or_switched_off_are_not_active() {
    let server = server().await;
    let token = issued(&server, "plain").await;
    assert!(is_active(&server, "api", &token).await);
    let text = std::fs::read_to_string(server.config_file()).unwrap();
    let off = "client_id = \"plain\"\ndisabled = true";
    let changed = text.replace("client_id = \"plain\"", off);
    std::fs::write(server.config_file(), changed).unwrap();
    server.app.reload(signet::app::Trigger::Signal, []).unwrap();
    assert_inactive(&server.send(introspection("api", &token)).await);
}

#[tokio::test]
async fn tokens_of_a_key_that_is_no_longer_published_are_not_active() {
    let server = server().await;
    let token = issued(&server, "owner").await;
    let keys = server.folder.path().join("keys");
    let directory = signet::keys::KeyDirectory::new(&keys, Duration::from_secs(600));
    let kid = token::header(&token)["kid"].as_str().unwrap().to_owned();
    let now = signet::keys::RotateWhen::Now;
    let entropy = signet::entropy::SystemEntropy;
    directory.rotate(Algorithm::Es256, now, &*server.clock, &entropy).unwrap();
    server.app.reload_keys().unwrap();
    assert!(is_active(&server, "owner", &token).await, "retiring");
    directory.retire(&kid, &*server.clock).unwrap();
    server.app.reload_keys().unwrap();
    assert_inactive(&server.send(introspection("owner", &token)).await);
}

#[tokio::test]
async fn while_the_store_is_away_nothing_is_said_of_a_token_that_may_be_good() {
    let (server, store) = switched();
    let response = granted(&server, "owner").await;
    store.set_away(true);
    for token in [access_token(&response), refresh_token(&response)] {
        let answer = server.send(introspection("owner", &token)).await;
        answer.assert_error(503, "temporarily_unavailable");
        assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    }
    let foreign = access_token(&response);
    for (caller, token) in [("owner", "x"), ("owner", "sgr_AAAA"), ("stranger", &foreign)] {
        assert_inactive(&server.send(introspection(caller, token)).await);
    }
}

#[tokio::test]
async fn the_store_is_asked_once() {
    let (server, store) = switched();
    let response = granted(&server, "owner").await;
    crate::support::eventually("the block is noted", async || {
        let before = store.asked();
        tokio::time::sleep(Duration::from_millis(50)).await;
        before == store.asked()
    })
    .await;
    for token in [access_token(&response), refresh_token(&response)] {
        let before = store.asked();
        assert!(is_active(&server, "owner", &token).await);
        assert_eq!(store.asked(), before + 1);
    }
}
