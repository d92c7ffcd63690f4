//! `POST /api/v1/sign-in`: JSON in, a token response out, for the application that configuration names.

use crate::support::{
    Request, TestServer,
    people::{PASSWORD, claims, reload, server, sign_in, tables},
    refreshing::{refresh_token, renewed},
};

async fn with_sign_in() -> TestServer {
    TestServer::with(&format!("[dialects]\nsign_in_application = \"app\"\n{}", tables())).await
}

fn good() -> String {
    format!(r#"{{"username":"Zoë","password":"{PASSWORD}"}}"#)
}

#[tokio::test]
async fn a_person_signs_in_without_an_application_of_their_own() {
    let server = with_sign_in().await;
    let answer = server.send(sign_in(&good())).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let response = answer.json();
    assert_eq!(response["scope"], "openid read tokens write");
    assert_eq!(claims(&response)["client_id"], "app");
    renewed(&server, "app", &refresh_token(&response), "").await;
}

#[tokio::test]
async fn without_the_setting_nothing_is_there() {
    let server = server().await;
    server.send(sign_in(&good())).await.assert_error(404, "not_found");
    server.send(Request::get("/api/v1/sign-in")).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn a_wrong_password_and_a_name_that_nobody_has_are_told_alike() {
    let server = with_sign_in().await;
    let wrong = server.send(sign_in(r#"{"username":"Zoë","password":"x"}"#)).await;
    wrong.assert_error(400, "invalid_grant");
    for name in ["nobody", "gone", "a\\u0000b"] {
        let body = format!(r#"{{"username":"{name}","password":"x"}}"#);
        assert_eq!(server.send(sign_in(&body)).await.visible(), wrong.visible(), "{name}");
    }
}

#[tokio::test]
async fn only_the_documented_object_is_taken() {
    let server = with_sign_in().await;
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"x\"",
        "{}",
        r#"{"username":"Zoë"}"#,
        r#"{"password":"x"}"#,
        r#"{"username":"","password":"x"}"#,
        r#"{"username":"Zoë","password":""}"#,
        r#"{"username":7,"password":"x"}"#,
        r#"{"username":"Zoë","password":null}"#,
        r#"{"username":"Zoë","password":"x","scope":"read"}"#,
        r#"{"username":"Zoë","username":"Zoë","password":"x"}"#,
        r#"{"username":"Zoë","password":"x",}"#,
        r#"{"username":"Zoë","password":"x"} {}"#,
    ] {
        server.send(sign_in(body)).await.assert_error(400, "invalid_request");
    }
    assert_eq!(server.app.passwords().work(), (0, 0));
}

#[tokio::test]
async fn what_is_not_said_to_be_json_is_refused() {
    let server = with_sign_in().await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/json5"] {
        let request = Request::new("POST", "/api/v1/sign-in").body(good().as_bytes());
        let answer = server.send(request.clone().header("Content-Type", content_type)).await;
        answer.assert_error(415, "unsupported_media_type");
        server.send(request).await.assert_error(415, "unsupported_media_type");
    }
    let request = Request::new("POST", "/api/v1/sign-in")
        .header("Content-Type", "Application/JSON; charset=utf-8")
        .body(good().as_bytes());
    assert_eq!(server.send(request).await.status, 200);
}

#[tokio::test]
async fn the_body_is_bounded_and_other_methods_are_not_answered() {
    let server = with_sign_in().await;
    let body = format!(r#"{{"username":"{}","password":"x"}}"#, "x".repeat(70_000));
    server.send(sign_in(&body)).await.assert_error(413, "content_too_large");
    let answer = server.send(Request::get("/api/v1/sign-in")).await;
    answer.assert_error(405, "method_not_allowed");
    assert_eq!(answer.header("Allow"), Some("POST"));
}

#[tokio::test]
async fn guesses_count_together_with_those_at_the_token_endpoint() {
    let server = with_sign_in().await;
    for _ in 0..5 {
        server.send(sign_in(r#"{"username":"Zoë","password":"x"}"#)).await;
        crate::support::people::with_password(&server, "app", "Zoë", "wrong", "").await;
    }
    let answer = server.send(sign_in(&good())).await;
    answer.assert_error(429, "too_many_requests");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
}

#[tokio::test]
async fn pages_of_configured_origins_may_call_it() {
    let tables = format!(
        "[http]\nlisten = \"127.0.0.1:{{port}}\"\ncors_origins = [\"https://app.example.com\"]\n\
         [dialects]\nsign_in_application = \"app\"\n{}",
        tables()
    );
    let server = TestServer::with(&tables).await;
    for (origin, allowed) in [
        ("https://app.example.com", Some("https://app.example.com")),
        ("https://evil.example", None),
    ] {
        let answer = server.send(sign_in(&good()).header("Origin", origin)).await;
        assert_eq!(answer.header("Access-Control-Allow-Origin"), allowed, "{answer:?}");
    }
}

#[tokio::test]
async fn while_the_application_is_switched_off_nobody_signs_in() {
    let server = with_sign_in().await;
    reload(&server, "client_id = \"app\"\n", "client_id = \"app\"\ndisabled = true\n");
    server.send(sign_in(&good())).await.assert_error(400, "unauthorized_client");
    assert_eq!(server.app.passwords().work(), (0, 0));
}
