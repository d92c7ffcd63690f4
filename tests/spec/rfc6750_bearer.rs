//! RFC 6750: access tokens at Signet's own protected endpoints.

use serde_json::json;

use crate::support::{
    Answer, Request, TestServer,
    assertion::Assertion,
    client_key::ClientKey,
    refreshing::refresh_token,
    returned::{
        LIST, access_token, call, claims, granted, issued, revoke, server, signed, switched,
    },
};

/// An error with a challenge, whole: in the body, and in the header where `code` is one of RFC 6750.
#[track_caller]
fn assert_challenged(answer: &Answer, status: u16, code: &str) -> String {
    assert_eq!((answer.status, answer.error().as_str()), (status, code), "{answer:?}");
    let description = answer.json()["error_description"].as_str().unwrap().to_owned();
    let challenge = answer.header("WWW-Authenticate").unwrap().to_owned();
    let expected = if code == "unauthorized" {
        "Bearer realm=\"signet\"".to_owned()
    } else {
        format!("Bearer realm=\"signet\", error=\"{code}\", error_description=\"{description}\"")
    };
    assert!(challenge.starts_with(&expected), "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{answer:?}");
    challenge
}

async fn with_header(server: &TestServer, value: impl AsRef<[u8]>) -> Answer {
    server.send(Request::get(LIST).header("Authorization", value)).await
}

#[tokio::test]
async fn without_credentials_the_challenge_has_no_error() {
    let server = server().await;
    for (method, path) in [
        ("GET", LIST.to_owned()),
        ("DELETE", LIST.to_owned()),
        ("DELETE", format!("{LIST}/AAAAAAAAAAAAAAAAAAAAAA")),
        ("DELETE", format!("{LIST}/current")),
    ] {
        let answer = server.send(Request::new(method, &path)).await;
        let challenge = assert_challenged(&answer, 401, "unauthorized");
        assert_eq!(challenge, "Bearer realm=\"signet\"");
    }
    let other_scheme = server.send(Request::get(LIST).basic("owner", "owner-secret")).await;
    assert_challenged(&other_scheme, 401, "unauthorized");
}

#[tokio::test]
async fn the_schemes_name_is_case_insensitive() {
    let server = server().await;
    let token = issued(&server, "owner").await;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let answer = with_header(&server, format!("{scheme} {token}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

#[tokio::test]
async fn a_header_that_cannot_be_read_is_an_invalid_request() {
    let server = server().await;
    for value in
        [&b"Bearer"[..], b"Bearer ", b"Bearer a b", b"Bearer a,b", b"Bearer \xff", b"Bearer ="]
    {
        assert_challenged(&with_header(&server, value).await, 400, "invalid_request");
    }
}

#[tokio::test]
async fn a_token_in_the_query_or_in_a_form_is_not_accepted() {
    let server = server().await;
    let token = issued(&server, "owner").await;
    let answer = server.send(Request::get(&format!("{LIST}?access_token={token}"))).await;
    assert_challenged(&answer, 401, "unauthorized");
    let form = Request::new("DELETE", &format!("{LIST}/current"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(format!("access_token={token}").as_bytes());
    assert_challenged(&server.send(form).await, 401, "unauthorized");
}

#[tokio::test]
async fn two_tokens_are_an_invalid_request() {
    let server = server().await;
    let token = issued(&server, "owner").await;
    let bearer = format!("Bearer {token}");
    let twice =
        Request::get(LIST).header("Authorization", &bearer).header("Authorization", &bearer);
    assert_challenged(&server.send(twice).await, 400, "invalid_request");
    let both = Request::get(&format!("{LIST}?access_token={token}"));
    let both = server.send(both.header("Authorization", &bearer)).await;
    assert_challenged(&both, 400, "invalid_request");
}

#[tokio::test]
async fn a_token_that_is_garbage_expired_or_revoked_is_invalid() {
    let server = server().await;
    let (revoked, expired) = (issued(&server, "owner").await, issued(&server, "owner").await);
    revoke(&server, "owner", &revoked).await;
    for token in ["x", "a.b.c", &revoked, &expired[1..]] {
        let answer = call(&server, "GET", LIST, token).await;
        assert_challenged(&answer, 401, "invalid_token");
    }
    assert_eq!(call(&server, "GET", LIST, &expired).await.status, 200);
    server.clock.advance(std::time::Duration::from_secs(600));
    assert_challenged(&call(&server, "GET", LIST, &expired).await, 401, "invalid_token");
}

#[tokio::test]
async fn tokens_of_another_kind_are_invalid() {
    let server = server().await;
    let renewal = refresh_token(&granted(&server, "owner").await);
    let good = claims(&server, "owner", "owner");
    let key = ClientKey::new(signet_verifier::Algorithm::Es256, "ours");
    let assertion = Assertion::of("owner", &server).sign(&key);
    let id_token = signed(&server, "JWT", &good);
    for token in [renewal, assertion, id_token] {
        let answer = call(&server, "GET", LIST, &token).await;
        assert_challenged(&answer, 401, "invalid_token");
    }
    assert_eq!(call(&server, "GET", LIST, &signed(&server, "at+jwt", &good)).await.status, 200);
}

#[tokio::test]
async fn a_token_for_another_resource_server_is_invalid_here() {
    let server = server().await;
    let mut claims = claims(&server, "owner", "owner");
    for (audience, status) in [
        (json!("https://api.example.com"), 401),
        (json!(["https://api.example.com", "https://files.example.com"]), 401),
        (json!(format!("{}/", server.issuer)), 401),
        (json!(["https://api.example.com", server.issuer]), 200),
    ] {
        claims["aud"] = audience;
        let answer = call(&server, "GET", LIST, &signed(&server, "at+jwt", &claims)).await;
        assert_eq!(answer.status, status, "{answer:?}");
        if status == 401 {
            assert_challenged(&answer, 401, "invalid_token");
        }
    }
}

#[tokio::test]
async fn a_token_without_the_scope_is_told_which_one() {
    let server = server().await;
    let mut claims = claims(&server, "owner", "owner");
    for scope in ["read", "token", "tokens.read", "TOKENS", ""] {
        claims["scope"] = json!(scope);
        let answer = call(&server, "GET", LIST, &signed(&server, "at+jwt", &claims)).await;
        let challenge = assert_challenged(&answer, 403, "insufficient_scope");
        assert!(challenge.ends_with(", scope=\"tokens\""), "{challenge}");
    }
}

#[tokio::test]
async fn a_token_of_an_application_that_is_gone_is_invalid() {
    let server = server().await;
    let token = signed(&server, "at+jwt", &claims(&server, "nobody", "nobody"));
    assert_challenged(&call(&server, "GET", LIST, &token).await, 401, "invalid_token");
}

#[tokio::test]
async fn while_the_store_is_away_a_token_is_not_called_invalid() {
    let (server, store) = switched();
    let token = access_token(&granted(&server, "owner").await);
    store.set_away(true);
    for (method, path) in [("GET", LIST.to_owned()), ("DELETE", format!("{LIST}/current"))] {
        let answer = call(&server, method, &path, &token).await;
        answer.assert_error(503, "temporarily_unavailable");
        assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    }
    assert_challenged(&call(&server, "GET", LIST, "x").await, 401, "invalid_token");
    store.set_away(false);
    assert_eq!(call(&server, "GET", LIST, &token).await.status, 200);
}
