//! Document 003: Cameramanager.

use serde_json::{Value, json};

use crate::{
    support::{Answer, Request, TestServer, people::reload},
    world::{ENCODED_PASSWORD, Kind, assert_members, assert_refused, bearer, server, text},
};

/// The header of the document, to the letter.
const BASIC: &str = "Basic Y2FtZXJhbWFuYWdlci50ZXN0OnF3ZXJ0eXVpb3Bhc2RmZ2hqa2x6eGN2Ym5tMTIzNDU=";

const MEMBERS: &[(&str, Kind)] = &[
    ("access_token", Kind::Text),
    ("token_type", Kind::Exactly("bearer")),
    ("refresh_token", Kind::Text),
    ("expires_in", Kind::Number),
    ("scope", Kind::Exactly("write")),
];

async fn post(server: &TestServer, query: &str) -> Answer {
    let request = Request::new("POST", &format!("/oauth/token?{query}"));
    let request = request.header("Accept", "application/json").header("Authorization", BASIC);
    server.send(request).await
}

fn log_in(username: &str) -> String {
    format!("grant_type=password&scope=write&username={username}&password={ENCODED_PASSWORD}")
}

async fn logged_in(server: &TestServer) -> Value {
    assert_members(&post(server, &log_in("zoe")).await, MEMBERS)
}

async fn log_out(server: &TestServer, token: &str) -> Answer {
    let request = Request::new("DELETE", "/rest/v2.0/users/self/tokens/current");
    server.send(bearer(request.header("Accept", "application/json"), token)).await
}

fn refresh(response: &Value) -> String {
    let refresh_token = text(response, "refresh_token");
    format!("grant_type=refresh_token&scope=write&refresh_token={refresh_token}")
}

#[tokio::test]
async fn the_refresh_token_stays_the_same_until_the_log_out_which_ends_both() {
    let server = server(&["cameramanager"]).await;
    let first = logged_in(&server).await;
    let mut latest = first.clone();
    for _ in 0..3 {
        latest = assert_members(&post(&server, &refresh(&latest)).await, MEMBERS);
        assert_eq!(latest["refresh_token"], first["refresh_token"]);
        assert_ne!(latest["access_token"], first["access_token"]);
    }
    let token = text(&latest, "access_token");
    let out = log_out(&server, token).await;
    assert_eq!((out.status, out.json()), (200, json!({})), "{out:?}");
    assert_eq!(out.header("Content-Type"), Some("application/json"), "{out:?}");

    assert_refused(&log_out(&server, token).await, 401, "invalid_token", true);
    assert_refused(&post(&server, &refresh(&latest)).await, 400, "invalid_grant", true);
    // Every access token of the grant is dead, the first one too.
    let first = text(&first, "access_token");
    assert_refused(&log_out(&server, first).await, 401, "invalid_token", true);
}

/// Policy is the registration's, not the door's.
#[tokio::test]
async fn the_refresh_token_changes_where_the_registration_has_it_rotate() {
    let server = server(&["cameramanager"]).await;
    reload(&server, "refresh_token_rotation = false", "");
    let first = logged_in(&server).await;
    let renewed = assert_members(&post(&server, &refresh(&first)).await, MEMBERS);
    assert_ne!(renewed["refresh_token"], first["refresh_token"]);
}

#[tokio::test]
async fn what_is_wrong_is_told_as_at_the_canonical_endpoint() {
    let server = server(&["cameramanager"]).await;
    let good = log_in("zoe");
    for (query, status, error) in [
        (good.replace("horse", "cow"), 400, "invalid_grant"),
        (log_in("gone"), 400, "invalid_grant"),
        (good.replace("scope=write", "scope=other"), 400, "invalid_scope"),
        // Ben's role lacks it.
        (log_in("ben@example.com"), 400, "invalid_scope"),
        (good.replace("password=", "passwort="), 400, "invalid_request"),
        (
            good.replace("grant_type=password", "grant_type=client_credentials"),
            400,
            "unsupported_grant_type",
        ),
        (String::new(), 400, "invalid_request"),
    ] {
        assert_refused(&post(&server, &query).await, status, error, true);
    }
    let target = format!("/oauth/token?{good}");
    for header in [
        "Basic Y2FtZXJhbWFuYWdlci50ZXN0Ondyb25n",
        // The document's second header has a quotation mark for the colon: a slip, and no credentials.
        "Basic Y2FtZXJhbWFuYWdlci50ZXN0InF3ZXJ0eXVpb3Bhc2RmZ2hqa2x6eGN2Ym5tMTIzNDU=",
        "Basic not-base64",
        "Bearer Y2FtZXJhbWFuYWdlci50ZXN0OnF3",
    ] {
        let request = Request::new("POST", &target).header("Authorization", header);
        assert_refused(&server.send(request).await, 401, "invalid_client", true);
    }
    assert_refused(&server.send(Request::new("POST", &target)).await, 401, "invalid_client", true);
}

#[tokio::test]
async fn nobody_logs_out_without_a_token_of_this_server() {
    let server = server(&["cameramanager"]).await;
    let without = Request::new("DELETE", "/rest/v2.0/users/self/tokens/current");
    assert_refused(&server.send(without).await, 401, "unauthorized", true);
    // A colon, as in the document's example, is in no token (RFC 6750 section 2.1).
    assert_eq!(log_out(&server, "aaaa-aaaa:10003").await.status, 400);
    assert_refused(&log_out(&server, "aaaa-aaaa").await, 401, "invalid_token", true);
}
