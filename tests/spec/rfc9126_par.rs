//! RFC 9126: pushed authorization requests.

use std::time::Duration;

use crate::support::{
    Answer, Request, TestServer,
    authorizing::{
        CALLBACK, CHALLENGE, asked, assert_shown, returned, returned_error, server, with_challenge,
    },
    browser::location,
};

async fn push(server: &TestServer, client_id: &str, form: &str) -> Answer {
    let request = Request::form("/oauth2/par", form);
    server.send(request.basic(client_id, &format!("{client_id}-secret"))).await
}

/// Pushes what must be good; the reference.
async fn pushed(server: &TestServer, client_id: &str, more: &[(&str, &str)]) -> String {
    let answer = push(server, client_id, &asked(client_id, more)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["request_uri"].as_str().unwrap().to_owned()
}

async fn open(server: &TestServer, client_id: &str, request_uri: &str) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client_id)
        .append_pair("request_uri", request_uri)
        .finish();
    server.send(Request::get(&format!("/oauth2/authorize?{query}"))).await
}

// L01
#[tokio::test]
async fn a_request_is_pushed_and_opened() {
    let server = server().await;
    let answer = push(&server, "web", &asked("web", &[("state", "s")])).await;
    assert_eq!((answer.status, answer.header("Cache-Control")), (201, Some("no-store")));
    let body = answer.json();
    let request_uri = body["request_uri"].as_str().unwrap();
    assert!(request_uri.starts_with("urn:ietf:params:oauth:request_uri:"), "{body}");
    assert_eq!(body["expires_in"], 90, "{body}");
    let answer = open(&server, "web", request_uri).await;
    assert!(location(&answer).starts_with("/login?request="), "{answer:?}");
    let again = open(&server, "web", request_uri).await;
    assert_eq!(again.status, 303, "a page that is loaded again goes on");
}

// L01
#[tokio::test]
async fn what_was_pushed_counts_and_nothing_else() {
    let server = server().await;
    let request_uri = pushed(&server, "web", &[("state", "pushed"), ("prompt", "none")]).await;
    let query = asked("web", &[("request_uri", &request_uri), ("state", "sent"), ("scope", "no")]);
    let answer = server.send(Request::get(&format!("/oauth2/authorize?{query}"))).await;
    let returned = returned(&answer, CALLBACK);
    assert_eq!((&*returned["error"], &*returned["state"]), ("login_required", "pushed"));
}

// L01
#[tokio::test]
async fn only_who_pushed_it_can_have_it_opened_and_not_for_long() {
    let server = server().await;
    let request_uri = pushed(&server, "web", &[]).await;
    assert_shown(&open(&server, "once", &request_uri).await, 400, "invalid_request_uri");
    let without = format!("/oauth2/authorize?request_uri={request_uri}");
    assert_shown(&server.send(Request::get(&without)).await, 400, "invalid_request");
    server.clock.advance(Duration::from_secs(89));
    assert_eq!(open(&server, "web", &request_uri).await.status, 303);
    server.clock.advance(Duration::from_secs(1));
    assert_shown(&open(&server, "web", &request_uri).await, 400, "invalid_request_uri");
}

#[tokio::test]
async fn a_reference_that_was_changed_or_made_up_is_refused() {
    let server = server().await;
    let request_uri = pushed(&server, "web", &[]).await;
    let (head, tail) = request_uri.split_at(request_uri.len() / 2);
    let changed = format!("{head}{}{}", if tail.starts_with('A') { "B" } else { "A" }, &tail[1..]);
    for bad in [
        changed.as_str(),
        head,
        "urn:ietf:params:oauth:request_uri:",
        "urn:ietf:params:oauth:request_uri:x",
    ] {
        assert_shown(&open(&server, "web", bad).await, 400, "invalid_request_uri");
    }
    // What waits in a browser is no reference, and a reference does not wait in a browser.
    let login = location(&open(&server, "web", &request_uri).await);
    let waiting = login.strip_prefix("/login?request=").unwrap();
    let uri = format!("urn:ietf:params:oauth:request_uri:{waiting}");
    assert_shown(&open(&server, "web", &uri).await, 400, "invalid_request_uri");
    let reference = request_uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
    let answer = server.send(Request::get(&format!("/consent?request={reference}"))).await;
    assert_shown(&answer, 400, "invalid_request");
}

// L01: RFC 9126 section 2.3
#[tokio::test]
async fn every_error_is_told_at_once() {
    let server = server().await;
    for (form, code) in [
        ("client_id=web".to_owned(), "invalid_request"),
        ("response_type=token".to_owned(), "unsupported_response_type"),
        (asked("web", &[("scope", "other")]), "invalid_scope"),
        (asked("web", &[("resource", "https://evil.example.com")]), "invalid_target"),
        (asked("web", &[("redirect_uri", "https://evil.example.com")]), "invalid_request"),
        (asked("web", &[("code_challenge", CHALLENGE)]), "invalid_request"),
        (asked("web", &[("request", "e30")]), "request_not_supported"),
        (
            asked("web", &[("request_uri", "urn:ietf:params:oauth:request_uri:x")]),
            "invalid_request",
        ),
        (asked("web", &[("prompt", "none login")]), "invalid_request"),
        (asked("once", &[]), "invalid_request"),
        (format!("{}&state=a&state=b", asked("web", &[])), "invalid_request"),
    ] {
        push(&server, "web", &form).await.assert_error(400, code);
    }
    push(&server, "elsewhere", &asked("elsewhere", &[]))
        .await
        .assert_error(400, "unauthorized_client");
    push(&server, "several", &asked("several", &[])).await.assert_error(400, "invalid_request");
    push(&server, "strict", &asked("strict", &[])).await.assert_error(400, "invalid_request");
}

// L01: RFC 9126 section 2.1
#[tokio::test]
async fn applications_authenticate_as_at_the_token_endpoint() {
    let server = server().await;
    let form = asked("web", &[]);
    let wrong = Request::form("/oauth2/par", &form).basic("web", "wrong");
    server.send(wrong).await.assert_error(401, "invalid_client");
    server.send(Request::form("/oauth2/par", &form)).await.assert_error(401, "invalid_client");
    let posted = format!("{form}&client_secret=web-secret");
    assert_eq!(server.send(Request::form("/oauth2/par", &posted)).await.status, 201);
    let more = with_challenge(&[("redirect_uri", "http://127.0.0.1:5/callback")]);
    let public = Request::form("/oauth2/par", &asked("native", &more));
    let answer = server.send(public).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let request_uri = answer.json()["request_uri"].as_str().unwrap().to_owned();
    let answer = open(&server, "native", &request_uri).await;
    assert!(location(&answer).starts_with("/login?"), "{answer:?}");
}

// L01: RFC 9126 section 2.3
#[tokio::test]
async fn other_methods_and_what_is_too_large_are_refused() {
    let server = server().await;
    for method in ["GET", "PUT", "DELETE"] {
        let answer = server.send(Request::new(method, "/oauth2/par")).await;
        assert_eq!((answer.status, answer.header("Allow")), (405, Some("POST")), "{answer:?}");
    }
    let large = asked("web", &[("state", &"x".repeat(70_000))]);
    push(&server, "web", &large).await.assert_error(413, "content_too_large");
    let long = asked("web", &[("state", &"x".repeat(20_000))]);
    push(&server, "web", &long).await.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn what_the_registration_lost_since_is_not_answered() {
    let server = server().await;
    let more = [("redirect_uri", "https://other.example.com/Cb"), ("prompt", "none")];
    let request_uri = pushed(&server, "several", &more).await;
    let answer = open(&server, "several", &request_uri).await;
    assert_eq!(returned_error(&answer, "https://other.example.com/Cb"), "login_required");
    crate::support::people::reload(
        &server,
        "https://other.example.com/Cb",
        "https://new.example.com/",
    );
    assert_shown(&open(&server, "several", &request_uri).await, 400, "invalid_request_uri");
}
