//! Dynamic client registration management (RFC 7592): an application and its own registration.

use serde_json::{Value, json};

use super::rfc7591_registration::OPEN;
use crate::support::{
    Answer, Request, TestServer,
    applications::{
        admin, complaints, granted, path, send, server_with, switched, text, with_json,
    },
    returned::{call, introspection},
};

async fn registered(server: &TestServer, body: &Value) -> Value {
    let answer = server.send(with_json(Request::new("POST", "/oauth2/register"), body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

fn target(client: &Value) -> String {
    format!("/oauth2/register/{}", text(client, "client_id"))
}

fn token(client: &Value) -> String {
    text(client, "registration_access_token")
}

async fn put(server: &TestServer, client: &Value, body: &Value) -> Answer {
    send(server, "PUT", &target(client), &token(client), body).await
}

/// What a client may send in an update of what it read.
fn update(client: &Value) -> Value {
    let mut body = client.clone();
    let made = [
        "registration_access_token",
        "registration_client_uri",
        "client_secret_expires_at",
        "client_id_issued_at",
    ];
    body.as_object_mut().unwrap().retain(|name, _| !made.contains(&name.as_str()));
    body
}

#[tokio::test]
async fn item_120_a_client_reads_its_registration() {
    let server = server_with(OPEN).await;
    let made = registered(&server, &json!({"client_name": "Station"})).await;
    let read = call(&server, "GET", &target(&made), &token(&made)).await;
    assert_eq!((read.status, read.header("Cache-Control")), (200, Some("no-store")), "{read:?}");
    let mut expected = made.clone();
    for shown_once in ["client_secret", "client_secret_expires_at"] {
        expected.as_object_mut().unwrap().remove(shown_once);
    }
    assert_eq!(read.json(), expected);
    let uri = text(&made, "registration_client_uri");
    assert_eq!(uri, format!("{}{}", server.issuer, target(&made)), "fully qualified");
}

#[tokio::test]
async fn item_120_another_token_an_unknown_client_and_another_client_are_one_401() {
    let server = server_with(OPEN).await;
    let (made, other) =
        (registered(&server, &json!({})).await, registered(&server, &json!({})).await);
    let unknown = "/oauth2/register/sga_unknown".to_owned();
    let mut cases = vec![
        (target(&made), "sgt_wrong".to_owned()),
        (target(&made), token(&other)),
        (target(&made), text(&made, "client_secret")),
        (target(&made), admin(&server)),
        (unknown.clone(), token(&made)),
        ("/oauth2/register/portal".to_owned(), token(&made)),
        ("/oauth2/register/%00".to_owned(), token(&made)),
    ];
    assert_eq!(call(&server, "DELETE", &target(&other), &token(&other)).await.status, 204);
    cases.push((target(&other), token(&other)));
    let expected = call(&server, "GET", &unknown, "sgt_x").await;
    expected.assert_error(401, "invalid_token");
    assert!(expected.header("WWW-Authenticate").unwrap().starts_with("Bearer"));
    for (target, token) in cases {
        for method in ["GET", "PUT", "DELETE"] {
            let answer = send(&server, method, &target, &token, &json!({})).await;
            assert_eq!(answer.visible(), expected.visible(), "{method} {target}");
            server.clock.advance(std::time::Duration::from_secs(60));
        }
    }
    server.send(Request::get(&target(&made))).await.assert_error(401, "unauthorized");
    assert_eq!(call(&server, "GET", &target(&made), &token(&made)).await.status, 200);
}

#[tokio::test]
async fn item_121_put_replaces_and_what_is_left_out_goes() {
    let server = server_with(OPEN).await;
    let body = json!({"client_name": "Station", "client_uri": "https://station.example.com/",
        "redirect_uris": ["https://station.example.com/cb"], "scope": "read write"});
    let made = registered(&server, &body).await;
    let body = json!({"client_id": made["client_id"], "client_name": "Other", "scope": "read"});
    let answer = put(&server, &made, &body).await;
    assert_eq!(
        (answer.status, answer.header("Cache-Control")),
        (200, Some("no-store")),
        "{answer:?}"
    );
    let replaced = answer.json();
    assert_eq!((&replaced["client_name"], &replaced["scope"]), (&json!("Other"), &json!("read")));
    for gone in ["client_uri", "redirect_uris", "client_secret"] {
        assert!(replaced.get(gone).is_none(), "{replaced}");
    }
    for same in ["client_id", "registration_access_token", "client_id_issued_at"] {
        assert_eq!(replaced[same], made[same]);
    }
    assert_eq!(granted(&server, &made, &text(&made, "client_secret")).await.status, 200);
    let bare = put(&server, &made, &json!({"client_id": made["client_id"]})).await.json();
    assert!(bare.get("scope").is_none() && bare.get("client_name").is_none(), "{bare}");
}

#[tokio::test]
async fn item_121_an_update_has_its_own_client_id_and_no_secret_of_its_own_choice() {
    let server = server_with(OPEN).await;
    let made = registered(&server, &json!({})).await;
    let mut same = update(&made);
    assert_eq!(put(&server, &made, &same).await.status, 200, "its own secret may be sent along");
    same["client_secret"] = json!("chosen");
    assert_eq!(
        complaints(&put(&server, &made, &same).await, "invalid_client_metadata"),
        ["client_secret"]
    );
    for client_id in [json!(null), json!("sga_other"), json!(5)] {
        let answer = put(&server, &made, &json!({"client_id": client_id})).await;
        let complaints = complaints(&answer, "invalid_client_metadata");
        assert_eq!(complaints, ["client_id"], "{client_id}");
    }
    let made_by_the_server = [
        "registration_access_token",
        "registration_client_uri",
        "client_secret_expires_at",
        "client_id_issued_at",
    ];
    for member in made_by_the_server {
        let body = json!({"client_id": made["client_id"], member: made[member]});
        let complaints = complaints(&put(&server, &made, &body).await, "invalid_client_metadata");
        assert_eq!(complaints, [member]);
    }
    let seen = call(&server, "GET", &path(&made), &admin(&server)).await;
    assert_eq!(seen.header("ETag"), Some("\"2\""), "one update was made");
}

#[tokio::test]
async fn an_update_widens_nothing_and_leaves_policy_alone() {
    let server = server_with(OPEN).await;
    let made = registered(&server, &json!({"scope": "read"})).await;
    let policy = json!({"access_token_lifetime": 60, "scope": "read other"});
    assert_eq!(send(&server, "PATCH", &path(&made), &admin(&server), &policy).await.status, 200);
    let id = &made["client_id"];
    let body = json!({"client_id": id, "scope": "read other", "access_token_lifetime": 3600});
    let answer = put(&server, &made, &body).await.json();
    assert_eq!(
        (&answer["access_token_lifetime"], &answer["scope"]),
        (&json!(60), &json!("other read"))
    );
    let body = json!({"client_id": id, "scope": "read admin"});
    assert_eq!(complaints(&put(&server, &made, &body).await, "invalid_client_metadata"), ["scope"]);
    let body = json!({"client_id": id, "redirect_uris": ["javascript:x"]});
    let answer = put(&server, &made, &body).await;
    assert_eq!(complaints(&answer, "invalid_redirect_uri"), ["redirect_uris.0"]);
}

#[tokio::test]
async fn item_122_a_client_that_ends_its_registration_is_gone_with_its_tokens() {
    let server = server_with(OPEN).await;
    let made = registered(&server, &json!({})).await;
    let secret = text(&made, "client_secret");
    let access = text(&granted(&server, &made, &secret).await.json(), "access_token");
    let gone = call(&server, "DELETE", &target(&made), &token(&made)).await;
    assert_eq!((gone.status, gone.text()), (204, ""), "{gone:?}");
    let told = server.send(introspection("api", &access)).await.json();
    assert_eq!(told, json!({"active": false}));
    granted(&server, &made, &secret).await.assert_error(401, "invalid_client");
    for method in ["GET", "DELETE"] {
        let answer = call(&server, method, &target(&made), &token(&made)).await;
        answer.assert_error(401, "invalid_token");
    }
    call(&server, "GET", &path(&made), &admin(&server)).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn item_122_asking_again_completes_what_the_store_could_not() {
    let (server, store) = switched(OPEN);
    let made = registered(&server, &json!({})).await;
    store.set_read_only(true);
    let answer = call(&server, "DELETE", &target(&made), &token(&made)).await;
    answer.assert_error(503, "temporarily_unavailable");
    // It is as good as gone, but for the one who completes it.
    call(&server, "GET", &target(&made), &token(&made)).await.assert_error(401, "invalid_token");
    store.set_read_only(false);
    assert_eq!(call(&server, "DELETE", &target(&made), &token(&made)).await.status, 204);
    call(&server, "GET", &path(&made), &admin(&server)).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn a_client_that_an_administrator_switched_off_cannot_switch_itself_on() {
    let server = server_with(OPEN).await;
    let made = registered(&server, &json!({})).await;
    let off = json!({"disabled": true});
    assert_eq!(send(&server, "PATCH", &path(&made), &admin(&server), &off).await.status, 200);
    let body = json!({"client_id": made["client_id"], "disabled": false});
    put(&server, &made, &body).await.assert_error(401, "invalid_token");
    let seen = call(&server, "GET", &path(&made), &admin(&server)).await.json();
    assert_eq!(seen["disabled"], true);
}
