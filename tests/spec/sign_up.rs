//! `POST /api/v1/users` without an access token: people register themselves where that is open.

use serde_json::{Value, json};

use crate::support::{
    Answer, Request, TestServer,
    kept::{
        USERS, call, operator, read, refused_fields, request, server, signed_in, tables, with_json,
    },
    people::{PASSWORD, claims, reload},
};

const OPEN: &str = "registration = \"open\"\ndefault_role = \"member\"\n";

async fn open() -> TestServer {
    TestServer::with(&tables(OPEN)).await
}

async fn sign_up(server: &TestServer, body: &Value) -> Answer {
    server.send(with_json(Request::new("POST", USERS), &body.to_string())).await
}

fn zoe() -> Value {
    json!({"username": "zoe", "password": PASSWORD, "email": "zoe@example.com"})
}

#[tokio::test]
async fn where_registration_is_open_anybody_gets_the_default_role() {
    let server = open().await;
    let answer = sign_up(&server, &zoe()).await;
    assert_eq!((answer.status, answer.header("ETag")), (201, Some("\"1\"")), "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let person = answer.json();
    let place = format!("{}{USERS}/{}", server.issuer, person["id"].as_str().unwrap());
    assert_eq!(answer.header("Location"), Some(place.as_str()));
    assert_eq!((&person["roles"], &person["disabled"]), (&json!(["member"]), &json!(false)));
    let response = signed_in(&server, "zoe").await;
    assert_eq!(claims(&response)["roles"], json!(["member"]));
    assert_eq!(response["scope"], "read tokens users");
}

#[tokio::test]
async fn nothing_else_can_be_chosen() {
    let server = open().await;
    for (member, value) in [
        ("roles", json!(["administrator"])),
        ("roles", json!([])),
        ("disabled", json!(false)),
        ("id", json!("4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f")),
        ("scope", json!("admin")),
    ] {
        let mut body = zoe();
        body[member] = value;
        assert_eq!(refused_fields(&sign_up(&server, &body).await), [member]);
    }
    let list = read(&server, USERS, &operator(&server).await).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
}

#[tokio::test]
async fn where_registration_is_closed_an_access_token_is_missing() {
    let server = server().await;
    let answer = sign_up(&server, &zoe()).await;
    answer.assert_error(401, "unauthorized");
    let listed = server.send(Request::get(USERS)).await;
    assert_eq!(answer.json(), listed.json(), "as everywhere");
}

#[tokio::test]
async fn a_reload_opens_and_closes() {
    let server = open().await;
    reload(&server, "registration = \"open\"", "registration = \"closed\"");
    sign_up(&server, &zoe()).await.assert_error(401, "unauthorized");
    reload(&server, "registration = \"closed\"", "registration = \"open\"");
    assert_eq!(sign_up(&server, &zoe()).await.status, 201);
}

#[tokio::test]
async fn a_token_that_is_no_good_signs_nobody_up() {
    let server = open().await;
    for token in ["x", "eyJhbGciOiJub25lIn0.e30."] {
        let answer = server.send(request("POST", USERS, token, &zoe())).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_token"));
    }
    sign_up(&server, &zoe()).await;
    let token = signed_in(&server, "zoe").await["access_token"].as_str().unwrap().to_owned();
    let answer = call(&server, "POST", USERS, &token, json!({"username": "x"})).await;
    assert_eq!((answer.status, answer.error().as_str()), (403, "insufficient_scope"));
}

#[tokio::test]
async fn a_name_that_is_taken_is_told_but_not_often_to_one_address() {
    let server = TestServer::with(&(tables(OPEN) + "\n[limits]\nsign_ups = \"3/h\"\n")).await;
    assert_eq!(sign_up(&server, &zoe()).await.status, 201);
    for name in ["ZOE", "root"] {
        let body = json!({"username": name, "password": PASSWORD});
        sign_up(&server, &body).await.assert_error(409, "conflict");
    }
    let made = server.app.passwords().made();
    let answer = sign_up(&server, &json!({"username": "ben", "password": PASSWORD})).await;
    answer.assert_error(429, "too_many_requests");
    assert_eq!(answer.header("Retry-After"), Some("1200"));
    assert_eq!(server.app.passwords().made(), made, "no digest was computed for it");
    server.clock.advance(std::time::Duration::from_secs(1200));
    let answer = sign_up(&server, &json!({"username": "ben", "password": PASSWORD})).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let body = json!({"username": "eve", "password": PASSWORD});
    let answer = call(&server, "POST", USERS, &operator(&server).await, body).await;
    assert_eq!(answer.status, 201, "administrators are not slowed down: {answer:?}");
}

#[tokio::test]
async fn what_cannot_be_is_not_counted() {
    let server = TestServer::with(&(tables(OPEN) + "\n[limits]\nsign_ups = \"1/h\"\n")).await;
    for body in [
        json!({"username": "zoe"}),
        json!({"username": "zoe", "password": "short"}),
        json!({"username": "\u{0}", "password": PASSWORD}),
        json!({"username": "zoe", "password": "zoe@example.com", "email": "zoe@example.com"}),
    ] {
        assert_eq!(sign_up(&server, &body).await.status, 400);
    }
    assert_eq!(sign_up(&server, &zoe()).await.status, 201);
}

#[tokio::test]
async fn a_default_role_that_is_gone_gives_nothing() {
    let server =
        TestServer::with(&tables("registration = \"open\"\ndefault_role = \"gone\"\n")).await;
    let answer = sign_up(&server, &zoe()).await;
    assert_eq!((answer.status, &answer.json()["roles"]), (201, &json!([])), "{answer:?}");
}
