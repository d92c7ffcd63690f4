//! An application that is deleted or switched off: it is refused, what it was issued ends, and nothing is
//! half done.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    TestServer,
    applications::{
        admin, alice, created, granted, path, request, send, server, service, switched, text,
    },
    eventually,
    returned::{call, introspection},
};

/// An application with a grant that can be renewed, and the answer to its token request.
async fn with_a_grant(server: &TestServer) -> (Value, String, Value) {
    let body = json!({
        "grant_types": ["client_credentials", "refresh_token"], "scope": "read",
        "refresh_token_with_client_credentials": true,
    });
    let made = created(server, &admin(server), &body).await;
    let secret = text(&made, "client_secret");
    let tokens = granted(server, &made, &secret).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    (made, secret, tokens.json())
}

async fn is_active(server: &TestServer, token: &str) -> bool {
    server.send(introspection("api", token)).await.json()["active"].as_bool().unwrap()
}

#[tokio::test]
async fn a_deleted_application_is_gone_with_all_that_it_was_issued() {
    let server = server().await;
    let (made, secret, tokens) = with_a_grant(&server).await;
    let access = text(&tokens, "access_token");
    assert!(is_active(&server, &access).await);
    let gone = call(&server, "DELETE", &path(&made), &admin(&server)).await;
    assert_eq!((gone.status, gone.text()), (204, ""), "{gone:?}");
    assert!(!is_active(&server, &access).await);
    granted(&server, &made, &secret).await.assert_error(401, "invalid_client");
    for method in ["GET", "DELETE"] {
        call(&server, method, &path(&made), &admin(&server)).await.assert_error(404, "not_found");
    }
}

#[tokio::test]
async fn one_that_is_switched_off_is_refused_and_switched_on_it_starts_anew() {
    let server = server().await;
    let (made, secret, tokens) = with_a_grant(&server).await;
    let (access, refresh_token) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    let set = async |disabled: bool| {
        let body = json!({"disabled": disabled});
        let answer = send(&server, "PATCH", &path(&made), &admin(&server), &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    set(true).await;
    granted(&server, &made, &secret).await.assert_error(401, "invalid_client");
    assert!(!is_active(&server, &access).await);
    set(false).await;
    assert!(!is_active(&server, &access).await, "what ended stays ended");
    let client_id = text(&made, "client_id");
    let form = format!("grant_type=refresh_token&refresh_token={refresh_token}");
    server.token(&client_id, &secret, &form).await.assert_error(400, "invalid_grant");
    // What was issued in the second of the end counts as issued before it.
    server.clock.advance(Duration::from_secs(1));
    eventually("what is new is good", async || {
        let anew = granted(&server, &made, &secret).await.json();
        is_active(&server, &text(&anew, "access_token")).await
    })
    .await;
}

#[tokio::test]
async fn while_the_store_is_away_it_stays_switched_off_and_asking_again_completes_it() {
    for (method, body) in [("DELETE", json!({})), ("PATCH", json!({"disabled": true}))] {
        let (server, store) = switched("");
        let (made, secret, tokens) = with_a_grant(&server).await;
        let access = text(&tokens, "access_token");
        let ask = async || send(&server, method, &path(&made), &admin(&server), &body).await;
        store.set_read_only(true);
        for _ in 0..2 {
            let answer = ask().await;
            answer.assert_error(503, "temporarily_unavailable");
            assert!(answer.header("Retry-After").is_some(), "{answer:?}");
        }
        granted(&server, &made, &secret).await.assert_error(401, "invalid_client");
        let read = call(&server, "GET", &path(&made), &admin(&server)).await.json();
        assert_eq!(read["disabled"], true, "{read}");
        store.set_read_only(false);
        let answer = ask().await;
        assert_eq!(answer.status, if method == "DELETE" { 204 } else { 200 }, "{answer:?}");
        assert!(!is_active(&server, &access).await);
        // Also where it is switched on again: its tokens are revoked, not just refused.
        if method == "PATCH" {
            let on = json!({"disabled": false});
            assert_eq!(
                send(&server, "PATCH", &path(&made), &admin(&server), &on).await.status,
                200
            );
            assert!(!is_active(&server, &access).await);
        }
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_stops_nothing() {
    let (server, store) = switched("");
    let (made, _, _) = with_a_grant(&server).await;
    store.hold_revocations(true);
    let asked = request("DELETE", &path(&made), &admin(&server));
    let hung_up = tokio::time::timeout(Duration::from_millis(300), server.send(asked));
    assert!(hung_up.await.is_err(), "it waits for the store");
    store.hold_revocations(false);
    eventually("the application is gone", async || {
        call(&server, "GET", &path(&made), &admin(&server)).await.status == 404
    })
    .await;
}

#[tokio::test]
async fn a_token_request_beside_a_deletion_is_granted_nothing_that_outlives_it() {
    let server = server().await;
    for _ in 0..5 {
        let (made, secret, _) = with_a_grant(&server).await;
        let (target, admin) = (path(&made), admin(&server));
        let requests = (0..4).map(|_| granted(&server, &made, &secret));
        let (gone, tokens) = tokio::join!(
            call(&server, "DELETE", &target, &admin),
            futures_util::future::join_all(requests)
        );
        assert_eq!(gone.status, 204, "{gone:?}");
        for answer in tokens {
            if answer.status == 200 {
                let token = text(&answer.json(), "access_token");
                assert!(!is_active(&server, &token).await);
            } else {
                answer.assert_error(401, "invalid_client");
            }
        }
    }
}

#[tokio::test]
async fn of_several_who_delete_at_once_nobody_meets_an_error() {
    let server = server().await;
    let made = created(&server, &alice(&server), &service()).await;
    let (target, alice) = (path(&made), alice(&server));
    let deletions = (0..4).map(|_| call(&server, "DELETE", &target, &alice));
    for answer in futures_util::future::join_all(deletions).await {
        assert!([204, 404].contains(&answer.status), "{answer:?}");
    }
}
