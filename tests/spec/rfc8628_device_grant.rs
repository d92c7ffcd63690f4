//! RFC 8628 sections 3.4 and 3.5: a device asks until a person has decided.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use crate::{
    openapi_schema::{assert_documented, document},
    support::{
        Answer, Request, TestServer,
        devices::{
            GRANT_TYPE, answered, authorized, begun, given, poll, polling, renew, server,
            signed_in, tables,
        },
        people::{claims, hash, reload},
        switched_store::SwitchedStore,
        test_clock,
    },
};

fn refused(answer: &Answer, code: &str) {
    answer.assert_error(400, code);
}

async fn is_active(server: &TestServer, response: &Value) -> bool {
    let form = format!("token={}", response["access_token"].as_str().unwrap());
    let request = Request::form("/oauth2/introspect", &form).basic("api", "api-secret");
    server.send(request).await.json()["active"].as_bool().unwrap()
}

// L03
#[tokio::test]
async fn a_device_is_given_tokens_once_a_person_authorizes_it() {
    let server = server().await;
    let begun = begun(&server, "tv", "&scope=read+write").await;
    refused(&poll(&server, "tv", &begun).await, "authorization_pending");
    let mut browser = signed_in(&server, "zoe").await;
    authorized(&mut browser, &server, &begun).await;
    let response = given(&server, "tv", &begun).await;
    assert_eq!(
        (&response["token_type"], &response["scope"]),
        (&"Bearer".into(), &"read write".into())
    );
    let claims = claims(&response);
    assert_eq!(claims["sub"], "0b5d7a3e-6f0c-4e6b-9a55-6f1f0c1d2e3f");
    assert_eq!(
        (&claims["client_id"], &claims["aud"]),
        (&"tv".into(), &"https://api.example.com".into())
    );
    assert_eq!(claims["roles"], serde_json::json!(["reader", "editor"]));
    assert!(claims["auth_time"].is_u64() && claims["sid"].is_string(), "{claims}");
    assert!(response.get("id_token").is_none(), "{response}");
    let renewed = renew(&server, "tv", &response).await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
}

#[tokio::test]
async fn an_application_that_authenticates_does_so_at_each_request() {
    let server = server().await;
    let request = Request::form("/oauth2/device_authorization", "").basic("box", "box-secret");
    let begun = server.send(request).await.json();
    let mut browser = signed_in(&server, "ben").await;
    authorized(&mut browser, &server, &begun).await;
    assert_eq!(poll(&server, "box", &begun).await.status, 401);
    let form =
        format!("grant_type={GRANT_TYPE}&device_code={}", begun["device_code"].as_str().unwrap());
    let answer = server.token("box", "box-secret", &form).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// RFC 8628 section 3.5: "the interval MUST be increased by 5 seconds for this and all subsequent requests".
#[tokio::test]
async fn whoever_asks_too_early_is_slowed_down_for_good() {
    let server = server().await;
    let begun = begun(&server, "tv", "").await;
    for (seconds, code) in [
        (0, "authorization_pending"),
        (5, "authorization_pending"),
        (1, "slow_down"),
        (10, "authorization_pending"),
        (5, "slow_down"),
        (15, "authorization_pending"),
        (15, "authorization_pending"),
    ] {
        server.clock.advance(Duration::from_secs(seconds));
        refused(&poll(&server, "tv", &begun).await, code);
    }
}

#[tokio::test]
async fn a_device_hears_that_it_was_denied() {
    let server = server().await;
    let begun = begun(&server, "tv", "").await;
    let mut browser = signed_in(&server, "zoe").await;
    let page = answered(&mut browser, &server, &begun, "deny").await;
    assert!(page.status == 200 && page.text().contains("given nothing"), "{page:?}");
    for _ in 0..2 {
        refused(&poll(&server, "tv", &begun).await, "access_denied");
    }
}

#[tokio::test]
async fn a_device_code_expires_whatever_was_decided() {
    let server = server().await;
    let mut browser = signed_in(&server, "zoe").await;
    let (pending, approved) = (begun(&server, "tv", "").await, begun(&server, "tv", "").await);
    authorized(&mut browser, &server, &approved).await;
    server.clock.advance(Duration::from_secs(600));
    for begun in [&pending, &approved] {
        refused(&poll(&server, "tv", begun).await, "expired_token");
    }
}

#[tokio::test]
async fn a_code_that_is_none_or_anothers_is_refused_and_nothing_is_spent() {
    let server = server().await;
    let begun = begun(&server, "tv", "&scope=read").await;
    let mut browser = signed_in(&server, "zoe").await;
    authorized(&mut browser, &server, &begun).await;
    refused(&poll(&server, "radio", &begun).await, "invalid_grant");
    let code = begun["device_code"].as_str().unwrap();
    let last = if code.ends_with('A') { "B" } else { "A" };
    for forged in ["x", "sgd_", &format!("{}{last}", &code[..code.len() - 1]), &code[4..]] {
        let forged = serde_json::json!({ "device_code": forged });
        refused(&poll(&server, "tv", &forged).await, "invalid_grant");
    }
    let missing = format!("grant_type={GRANT_TYPE}&client_id=tv");
    let answer = server.send(Request::form("/oauth2/token", &missing)).await;
    refused(&answer, "invalid_request");
    let not_allowed = polling("undeviced", &begun);
    refused(&server.send(not_allowed).await, "unauthorized_client");
    given(&server, "tv", &begun).await;
}

#[tokio::test]
async fn of_many_polls_at_once_one_is_given_tokens_that_are_good() {
    let server = server().await;
    let begun = begun(&server, "tv", "&scope=read").await;
    let mut browser = signed_in(&server, "zoe").await;
    authorized(&mut browser, &server, &begun).await;
    let beside = server.beside();
    let polls =
        (0..40).map(|number| poll(if number % 2 == 0 { &server } else { &beside }, "tv", &begun));
    let answers = futures_util::future::join_all(polls).await;
    let (won, others): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1);
    for other in others {
        refused(&other, "slow_down");
    }
    let response = won[0].json();
    assert!(is_active(&server, &response).await);
    assert_eq!(renew(&server, "tv", &response).await.status, 200);
}

#[tokio::test]
async fn a_lost_answer_is_given_again_and_is_the_same_grant() {
    let server = server().await;
    let begun = begun(&server, "tv", "&scope=read").await;
    let mut browser = signed_in(&server, "zoe").await;
    authorized(&mut browser, &server, &begun).await;
    let lost = given(&server, "tv", &begun).await;
    refused(&poll(&server, "tv", &begun).await, "slow_down");
    server.clock.advance(Duration::from_secs(30));
    let again = given(&server, "tv", &begun).await;
    assert_eq!(again["refresh_token"], lost["refresh_token"]);
    assert_eq!(claims(&again)["sid"], claims(&lost)["sid"]);
    assert_ne!(again["access_token"], lost["access_token"]);
    // The grant remembers both.
    let token = again["refresh_token"].as_str().unwrap();
    let form = format!("client_id=tv&token={token}");
    assert_eq!(server.send(Request::form("/oauth2/revoke", &form)).await.status, 200);
    assert!(!is_active(&server, &lost).await && !is_active(&server, &again).await);
}

#[tokio::test]
async fn whoever_asks_once_more_after_that_ends_the_grant() {
    for (renews, seconds) in [(false, 61), (true, 30)] {
        let server = server().await;
        let begun = begun(&server, "tv", "&scope=read").await;
        let mut browser = signed_in(&server, "zoe").await;
        authorized(&mut browser, &server, &begun).await;
        let mut response = given(&server, "tv", &begun).await;
        if renews {
            response = renew(&server, "tv", &response).await.json();
        }
        server.clock.advance(Duration::from_secs(seconds));
        refused(&poll(&server, "tv", &begun).await, "invalid_grant");
        assert!(!is_active(&server, &response).await);
        refused(&renew(&server, "tv", &response).await, "invalid_grant");
        refused(&poll(&server, "tv", &begun).await, "invalid_grant");
    }
}

#[tokio::test]
async fn the_scopes_are_those_that_the_roles_of_the_person_allow() {
    let server = server().await;
    let begun = begun(&server, "tv", "&scope=read+write+openid").await;
    let mut browser = signed_in(&server, "ben").await;
    authorized(&mut browser, &server, &begun).await;
    let response = given(&server, "tv", &begun).await;
    assert_eq!(response["scope"], "openid read");
    assert!(response["id_token"].is_string(), "{response}");
}

#[tokio::test]
async fn a_token_request_may_ask_for_less_and_not_for_more() {
    let server = server().await;
    let begun = begun(&server, "tv", "&scope=read+write").await;
    let mut browser = signed_in(&server, "zoe").await;
    authorized(&mut browser, &server, &begun).await;
    let device_code = begun["device_code"].as_str().unwrap();
    let form = format!("grant_type={GRANT_TYPE}&client_id=tv&device_code={device_code}");
    let with = async |more: &str| {
        server.clock.advance(Duration::from_secs(5));
        server.send(Request::form("/oauth2/token", &format!("{form}{more}"))).await
    };
    refused(&with("&scope=openid").await, "invalid_scope");
    refused(&with("&resource=https%3A%2F%2Ffiles.example.com").await, "invalid_target");
    let answer = with("&scope=read").await;
    assert_eq!((answer.status, &answer.json()["scope"]), (200, &"read".into()), "{answer:?}");
    let renewed = renew(&server, "tv", &answer.json()).await;
    assert_eq!(renewed.json()["scope"], "read write", "{renewed:?}");
}

#[tokio::test]
async fn an_application_without_refresh_tokens_gets_none_and_its_grant_can_be_ended() {
    let server = server().await;
    let begun = begun(&server, "once", "&resource=").await;
    let mut browser = signed_in(&server, "zoe").await;
    authorized(&mut browser, &server, &begun).await;
    let response = given(&server, "once", &begun).await;
    assert!(response.get("refresh_token").is_none(), "{response}");
    assert!(claims(&response)["sid"].is_string(), "{response}");
    let page = browser.get(&server, "/account/authorizations").await;
    assert!(page.text().contains("once"), "{page:?}");
}

#[tokio::test]
async fn who_is_switched_off_or_has_a_new_password_by_then_grants_nothing() {
    let other = signet::directory::hash_password(
        &signet::secret::Secret::new("another horse battery".to_owned()),
        &signet::entropy::SystemEntropy,
    );
    let other = other.unwrap();
    for replaced in [
        format!("password_hash = \"{}\"\ndisabled = true", hash()),
        format!("password_hash = \"{other}\""),
    ] {
        let server = server().await;
        let begun = begun(&server, "tv", "").await;
        let mut browser = signed_in(&server, "zoe").await;
        authorized(&mut browser, &server, &begun).await;
        reload(&server, &format!("password_hash = \"{}\"", hash()), &replaced);
        refused(&poll(&server, "tv", &begun).await, "access_denied");
    }
}

#[tokio::test]
async fn signing_out_before_the_device_asks_ends_what_signing_out_ends_later() {
    let server = server().await;
    for (scope, ends) in
        [("read+openid", true), ("read+openid+offline_access", false), ("read", false)]
    {
        let begun = begun(&server, "tv", &format!("&scope={scope}")).await;
        let mut browser = signed_in(&server, "zoe").await;
        authorized(&mut browser, &server, &begun).await;
        let answer = browser.submit(&server, "/account", "/logout", &[]).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        let answer = poll(&server, "tv", &begun).await;
        if ends {
            refused(&answer, "access_denied");
        } else {
            assert_eq!(answer.status, 200, "{scope}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn wherever_the_store_goes_away_asking_again_goes_on() {
    for questions in 0.. {
        let clock = Arc::new(test_clock());
        let (switched, store) = SwitchedStore::new(&clock);
        let server = TestServer::with_store_and(&clock, store, &tables());
        let begun = begun(&server, "tv", "&scope=read").await;
        switched.set_away(true);
        let answer = poll(&server, "tv", &begun).await;
        answer.assert_error(503, "temporarily_unavailable");
        assert!(answer.header("Retry-After").is_some(), "{answer:?}");
        switched.set_away(false);
        refused(&poll(&server, "tv", &begun).await, "authorization_pending");
        let mut browser = signed_in(&server, "zoe").await;
        authorized(&mut browser, &server, &begun).await;

        switched.away_after(questions);
        let answer = poll(&server, "tv", &begun).await;
        if answer.status == 200 {
            assert!(questions >= 3, "so many questions are asked at least");
            return;
        }
        answer.assert_error(503, "temporarily_unavailable");
        switched.set_away(false);
        // What was begun when it went away may still be on its way.
        server.clock.advance(Duration::from_secs(5));
        let response = given(&server, "tv", &begun).await;
        assert_eq!(renew(&server, "tv", &response).await.status, 200, "after {questions}");
    }
}

#[tokio::test]
async fn every_answer_to_a_device_is_documented() {
    let server = server().await;
    let document = document(&server).await;
    let mut browser = signed_in(&server, "zoe").await;
    let (denied, approved) =
        (begun(&server, "tv", "").await, begun(&server, "tv", "&scope=read").await);
    let mut answers = vec![poll(&server, "tv", &denied).await, poll(&server, "tv", &denied).await];
    answered(&mut browser, &server, &denied, "deny").await;
    authorized(&mut browser, &server, &approved).await;
    answers.push(poll(&server, "tv", &denied).await);
    answers.push(poll(&server, "radio", &denied).await);
    answers.push(poll(&server, "tv", &approved).await);
    server.clock.advance(Duration::from_secs(600));
    answers.push(poll(&server, "tv", &denied).await);
    for answer in &answers {
        assert_documented(&document, "post", "/oauth2/token", answer);
    }
}
