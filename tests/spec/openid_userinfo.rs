//! The userinfo endpoint (OpenID Connect Core section 5.3), and RFC 6750 there.

use serde_json::{Value, json};

use super::openapi_schema::{assert_documented, document};
use crate::support::{
    Answer, Request, TestServer,
    openid::{openid_tables, server},
    people::{claims, reload, signed_in},
    refreshing::refresh_token,
    returned::{access_token, call, switched},
    token,
};

const USERINFO: &str = "/oauth2/userinfo";

async fn token_with(server: &TestServer, scope: &str) -> String {
    access_token(&signed_in(server, "rp", "Zoë", &format!("&scope={scope}")).await)
}

fn by_form(token: &str) -> Request {
    Request::form(USERINFO, &format!("access_token={token}"))
}

async fn bearer(server: &TestServer, method: &str, token: &str) -> Answer {
    call(server, method, USERINFO, token).await
}

/// An error with its challenge.
#[track_caller]
fn assert_challenged(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.error().as_str()), (status, code), "{answer:?}");
    let challenge = answer.header("WWW-Authenticate").unwrap();
    assert!(challenge.contains(&format!("error=\"{code}\"")), "{answer:?}");
}

// Item 114.
#[tokio::test]
async fn item_114_get_and_post_tell_the_same_by_header_and_by_form() {
    let server = server().await;
    let response = signed_in(&server, "rp", "Zoë", "&scope=openid+profile+email").await;
    let token = access_token(&response);
    let expected = json!({
        "sub": claims(&response)["sub"], "name": "Zoë Demo", "preferred_username": "Zoë",
        "email": "zoe@example.com", "email_verified": false,
    });
    assert_eq!(expected["sub"], token::claims(response["id_token"].as_str().unwrap())["sub"]);
    for answer in [
        bearer(&server, "GET", &token).await,
        bearer(&server, "POST", &token).await,
        server.send(by_form(&token)).await,
    ] {
        assert_eq!((answer.status, answer.json()), (200, expected.clone()), "{answer:?}");
        assert_eq!(answer.header("Content-Type"), Some("application/json"));
        assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    }
    // An empty form beside the header is none.
    let both = Request::form(USERINFO, "").header("Authorization", format!("Bearer {token}"));
    assert_eq!(server.send(both).await.json(), expected);
}

// Item 114.
#[tokio::test]
async fn item_114_what_is_told_depends_on_the_scopes() {
    let server = server().await;
    let names = |told: &Value| told.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for (scope, expected) in [
        ("openid", vec!["sub"]),
        ("openid+profile", vec!["name", "preferred_username", "sub"]),
        ("openid+email", vec!["email", "email_verified", "sub"]),
    ] {
        let told = bearer(&server, "GET", &token_with(&server, scope).await).await.json();
        assert_eq!(names(&told), expected, "{scope}");
    }
    // Of whom nothing is known nothing is told.
    let ben = signed_in(&server, "rp", "ben@example.com", "&scope=openid+profile+email").await;
    let told = bearer(&server, "GET", &access_token(&ben)).await.json();
    assert_eq!(names(&told), ["preferred_username", "sub"], "{told}");
}

// Item 072.
#[tokio::test]
async fn item_072_without_a_token_the_challenge_has_no_error() {
    let server = server().await;
    let token = token_with(&server, "openid").await;
    for request in [
        Request::get(USERINFO),
        Request::new("POST", USERINFO),
        Request::form(USERINFO, "x=1"),
        Request::get(USERINFO).basic("rp", "rp-secret"),
        // Item 077: a token in the query is none.
        Request::get(&format!("{USERINFO}?access_token={token}")),
        Request::form(&format!("{USERINFO}?access_token={token}"), ""),
        // Nor is one in a body that is not said to be a form.
        Request::new("POST", USERINFO).body(format!("access_token={token}").as_bytes()),
    ] {
        let answer = server.send(request).await;
        answer.assert_error(401, "unauthorized");
        assert_eq!(answer.header("WWW-Authenticate"), Some("Bearer realm=\"signet\""));
    }
}

// Item 073.
#[tokio::test]
async fn item_073_a_bad_an_expired_and_a_revoked_token_are_refused() {
    let server = server().await;
    let response = signed_in(&server, "rp", "Zoë", "&scope=openid").await;
    let token = access_token(&response);
    for bad in ["x", "a.b.c", &refresh_token(&response), &format!("{token}x")] {
        assert_challenged(&bearer(&server, "GET", bad).await, 401, "invalid_token");
        assert_challenged(&server.send(by_form(bad)).await, 401, "invalid_token");
    }
    let revocation = Request::form("/oauth2/revoke", &format!("token={token}"));
    assert_eq!(server.send(revocation.basic("rp", "rp-secret")).await.status, 200);
    assert_challenged(&bearer(&server, "GET", &token).await, 401, "invalid_token");

    let token = token_with(&server, "openid").await;
    server.clock.advance(std::time::Duration::from_secs(600));
    assert_challenged(&bearer(&server, "GET", &token).await, 401, "invalid_token");
}

// Item 074.
#[tokio::test]
async fn item_074_a_token_without_openid_is_refused_and_the_scope_named() {
    let server = server().await;
    let token = token_with(&server, "profile+read").await;
    for answer in [bearer(&server, "GET", &token).await, server.send(by_form(&token)).await] {
        assert_challenged(&answer, 403, "insufficient_scope");
        let challenge = answer.header("WWW-Authenticate").unwrap();
        assert!(challenge.contains("scope=\"openid\""), "{challenge}");
    }
}

// Item 075.
#[tokio::test]
async fn item_075_two_ways_at_once_are_an_invalid_request() {
    let server = server().await;
    let token = token_with(&server, "openid").await;
    let header = format!("Bearer {token}");
    let in_query = format!("{USERINFO}?access_token={token}");
    for request in [
        by_form(&token).header("Authorization", &header),
        by_form(&token).header("Authorization", "Basic eDp5"),
        Request::get(&in_query).header("Authorization", &header),
        Request::new("POST", &in_query).header("Authorization", &header),
        Request::form(&in_query, &format!("access_token={token}")),
        Request::get(USERINFO).header("Authorization", &header).header("Authorization", &header),
    ] {
        assert_challenged(&server.send(request).await, 400, "invalid_request");
    }
    let twice = Request::form(USERINFO, &format!("access_token={token}&access_token={token}"));
    assert_eq!(server.send(twice).await.status, 400);
}

// Item 076.
#[tokio::test]
async fn item_076_the_schemes_name_is_case_insensitive() {
    let server = server().await;
    let token = token_with(&server, "openid").await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request = Request::get(USERINFO).header("Authorization", format!("{scheme} {token}"));
        assert_eq!(server.send(request).await.status, 200, "{scheme}");
    }
}

#[tokio::test]
async fn a_token_for_another_resource_server_will_do() {
    let tables = openid_tables().replace(
        "client_id = \"rp\"\n",
        "client_id = \"rp\"\naudience = [\"https://api.example.com\"]\n",
    );
    let server = TestServer::with(&tables).await;
    let response = signed_in(&server, "rp", "Zoë", "&scope=openid").await;
    assert_eq!(claims(&response)["aud"], "https://api.example.com");
    assert_eq!(bearer(&server, "GET", &access_token(&response)).await.status, 200);
}

#[tokio::test]
async fn an_applications_own_token_is_refused() {
    let server = server().await;
    let form = "grant_type=client_credentials&scope=openid+profile";
    let response = server.token("rp", "rp-secret", form).await.json();
    let answer = bearer(&server, "GET", &access_token(&response)).await;
    assert_challenged(&answer, 401, "invalid_token");
    assert!(answer.text().contains("not for a person"), "{answer:?}");
}

#[tokio::test]
async fn nothing_is_told_of_a_person_who_is_switched_off() {
    let server = server().await;
    let ben = signed_in(&server, "rp", "ben@example.com", "&scope=openid").await;
    let ben = access_token(&ben);
    assert_eq!(bearer(&server, "GET", &ben).await.status, 200);
    let line = "username = \"ben@example.com\"\n";
    reload(&server, line, &format!("{line}disabled = true\n"));
    assert_challenged(&bearer(&server, "GET", &ben).await, 401, "invalid_token");
}

#[tokio::test]
async fn while_the_store_is_away_a_good_token_is_not_called_bad() {
    let (server, store) = switched();
    let answer =
        server.token("owner", "owner-secret", "grant_type=client_credentials&scope=read").await;
    let token = access_token(&answer.json());
    store.set_away(true);
    let answer = bearer(&server, "GET", &token).await;
    assert_eq!((answer.status, answer.error().as_str()), (503, "temporarily_unavailable"));
}

#[tokio::test]
async fn pages_of_configured_origins_may_ask() {
    let tables = openid_tables()
        + "[http]\nlisten = \"127.0.0.1:{port}\"\ncors_origins = [\"https://app.example.com\"]\n";
    let server = TestServer::with(&tables).await;
    let token = token_with(&server, "openid").await;
    for (origin, allowed) in [("https://app.example.com", true), ("https://evil.example", false)] {
        let request = Request::get(USERINFO)
            .header("Authorization", format!("Bearer {token}"))
            .header("Origin", origin);
        let answer = server.send(request).await;
        let header = answer.header("Access-Control-Allow-Origin");
        assert_eq!(header, allowed.then_some(origin), "{answer:?}");
    }
}

#[tokio::test]
async fn every_answer_is_documented() {
    let server = server().await;
    let document = document(&server).await;
    let (good, narrow) =
        (token_with(&server, "openid+profile").await, token_with(&server, "read").await);
    for (method, name) in [("GET", "get"), ("POST", "post")] {
        for token in [good.as_str(), narrow.as_str(), "x", ""] {
            let answer = bearer(&server, method, token).await;
            assert_documented(&document, name, USERINFO, &answer);
        }
        let answer = server.send(Request::new(method, USERINFO)).await;
        assert_documented(&document, name, USERINFO, &answer);
    }
    let large = Request::form(USERINFO, &"x".repeat(70_000));
    assert_documented(&document, "post", USERINFO, &server.send(large).await);
}
