//! People who are switched off or removed: refused from that moment on, with what they were issued; and what
//! becomes of it while the store is away.

use serde_json::{Value, json};

use super::status_list_tokens::{Reference, is_revoked};
use crate::support::{
    TestServer, http_client,
    kept::{added, call, can_sign_in, operator, place, read, request, server, signed_in, switched},
    people::PASSWORD,
    refreshing::{refresh, refresh_token, renewed},
    returned::access_token,
    token,
};

/// Whether the list that a token names says that it was revoked.
async fn is_revoked_offline(server: &TestServer, token: &str) -> bool {
    let status = token::claims(token)["status"]["status_list"].clone();
    let uri = status["uri"].as_str().unwrap().to_owned();
    let path = uri.strip_prefix(&server.issuer).unwrap().to_owned();
    let index = u32::try_from(status["idx"].as_u64().unwrap()).unwrap();
    is_revoked(server, &Reference { path, uri, index }).await
}

async fn is_refused(server: &TestServer, person: &Value, response: &Value) {
    let answer = call(server, "GET", &place(person), &access_token(response), Value::Null).await;
    assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_token"), "{answer:?}");
    let answer = refresh(server, "app", &refresh_token(response), "").await;
    answer.assert_error(400, "invalid_grant");
    assert!(!can_sign_in(server, person["username"].as_str().unwrap(), PASSWORD).await);
}

#[tokio::test]
async fn who_is_switched_off_is_refused_everywhere_and_offline() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let response = signed_in(&server, "zoe").await;
    assert!(!is_revoked_offline(&server, &access_token(&response)).await);
    let operator = operator(&server).await;
    let answer = call(&server, "PATCH", &place(&zoe), &operator, json!({"disabled": true})).await;
    assert_eq!((answer.status, &answer.json()["disabled"]), (200, &json!(true)), "{answer:?}");
    is_refused(&server, &zoe, &response).await;
    assert!(is_revoked_offline(&server, &access_token(&response)).await);

    let answer = call(&server, "PATCH", &place(&zoe), &operator, json!({"disabled": false})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(can_sign_in(&server, "zoe", PASSWORD).await, "on again");
    let answer = refresh(&server, "app", &refresh_token(&response), "").await;
    answer.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn who_is_removed_is_gone_with_what_they_were_issued() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let response = signed_in(&server, "zoe").await;
    let operator = operator(&server).await;
    let answer = call(&server, "DELETE", &place(&zoe), &operator, Value::Null).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0), "{answer:?}");
    is_refused(&server, &zoe, &response).await;
    assert!(is_revoked_offline(&server, &access_token(&response)).await);
    for method in ["GET", "DELETE"] {
        let answer = call(&server, method, &place(&zoe), &operator, Value::Null).await;
        answer.assert_error(404, "not_found");
    }
}

#[tokio::test]
async fn people_do_not_remove_themselves() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let token = access_token(&signed_in(&server, "zoe").await);
    let answer = call(&server, "DELETE", &place(&zoe), &token, Value::Null).await;
    assert_eq!((answer.status, answer.error().as_str()), (403, "insufficient_scope"));
    assert_eq!(read(&server, &place(&zoe), &token).await, zoe);
}

#[tokio::test]
async fn while_the_store_is_away_who_is_removed_is_refused_and_asking_again_completes_it() {
    let (server, store) = switched();
    let zoe = added(&server, "zoe", &["member"]).await;
    let response = signed_in(&server, "zoe").await;
    let operator = operator(&server).await;
    store.set_read_only(true);
    let answer = call(&server, "DELETE", &place(&zoe), &operator, Value::Null).await;
    answer.assert_error(503, "temporarily_unavailable");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    assert_eq!(read(&server, &place(&zoe), &operator).await["disabled"], true);
    assert!(!can_sign_in(&server, "zoe", PASSWORD).await);

    store.set_read_only(false);
    let answer = call(&server, "DELETE", &place(&zoe), &operator, Value::Null).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    is_refused(&server, &zoe, &response).await;
    assert!(is_revoked_offline(&server, &access_token(&response)).await);
}

#[tokio::test]
async fn switching_off_again_ends_what_the_first_time_could_not() {
    let (server, store) = switched();
    let zoe = added(&server, "zoe", &["member"]).await;
    let response = signed_in(&server, "zoe").await;
    let operator = operator(&server).await;
    let place = place(&zoe);
    let disable = || call(&server, "PATCH", &place, &operator, json!({"disabled": true}));
    store.set_read_only(true);
    disable().await.assert_error(503, "temporarily_unavailable");
    assert!(!can_sign_in(&server, "zoe", PASSWORD).await, "refused from the first moment on");
    store.set_read_only(false);
    assert_eq!(disable().await.status, 200);
    assert!(is_revoked_offline(&server, &access_token(&response)).await);
}

#[tokio::test]
async fn who_hangs_up_in_the_meantime_stops_nothing() {
    let (server, store) = switched();
    let zoe = added(&server, "zoe", &["member"]).await;
    let response = signed_in(&server, "zoe").await;
    let operator = operator(&server).await;
    store.hold_revocations(true);
    let remove = request("DELETE", &place(&zoe), &operator, &Value::Null);
    let address = server.address;
    let hasty = tokio::spawn(async move { http_client::send(address, &remove).await });
    crate::support::eventually("the person is switched off", async || {
        read(&server, &place(&zoe), &operator).await["disabled"] == true
    })
    .await;
    hasty.abort();
    store.hold_revocations(false);
    crate::support::eventually("the person is gone", async || {
        call(&server, "GET", &place(&zoe), &operator, Value::Null).await.status == 404
    })
    .await;
    assert!(is_revoked_offline(&server, &access_token(&response)).await);
}

#[tokio::test]
async fn others_keep_what_they_have() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["member"]).await;
    added(&server, "ben", &["member"]).await;
    let bens = signed_in(&server, "ben").await;
    let operator = operator(&server).await;
    call(&server, "DELETE", &place(&zoe), &operator, Value::Null).await;
    renewed(&server, "app", &refresh_token(&bens), "").await;
}
