//! The Fetch standard, "HTTP CORS protocol": which pages may read what.

use crate::support::{APPLICATIONS, Answer, Request, TestServer};

const APP: &str = "https://app.example.com";
const TOKEN: &str = "/oauth2/token";
const GRANT: &str = "grant_type=client_credentials";
const PUBLIC: [&str; 4] = [
    "/.well-known/jwks.json",
    "/.well-known/oauth-authorization-server",
    "/openapi.json",
    "/openapi.yaml",
];

async fn server_for_app() -> TestServer {
    TestServer::with(&format!(
        "[http]\nlisten = \"127.0.0.1:{{port}}\"\n\
         cors_origins = [\"{APP}\", \"http://localhost:3000\"]\n{APPLICATIONS}"
    ))
    .await
}

fn preflight(path: &str, origin: &str, method: &str) -> Request {
    Request::new("OPTIONS", path)
        .header("Origin", origin)
        .header("Access-Control-Request-Method", method)
        .header("Access-Control-Request-Headers", "authorization, content-type")
}

fn list(answer: &Answer, name: &str) -> Vec<String> {
    let value = answer.header(name).unwrap_or_default();
    value.split(',').map(|item| item.trim().to_lowercase()).collect()
}

#[track_caller]
fn assert_no_cors(answer: &Answer) {
    let cors = |name: &str| name.to_lowercase().starts_with("access-control-");
    assert!(!answer.headers.iter().any(|(name, _)| cors(name)), "{answer:?}");
}

#[tokio::test]
async fn a_configured_origin_may_ask_for_tokens() {
    let server = server_for_app().await;
    for origin in [APP, "http://localhost:3000"] {
        let answer = server.send(preflight(TOKEN, origin, "POST")).await;
        assert_eq!((answer.status, answer.text()), (204, ""), "{answer:?}");
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(origin));
        assert!(list(&answer, "Access-Control-Allow-Methods").contains(&"post".to_owned()));
        let headers = list(&answer, "Access-Control-Allow-Headers");
        assert!(headers.contains(&"authorization".to_owned()), "{headers:?}");
        assert!(headers.contains(&"content-type".to_owned()), "{headers:?}");
        assert!(list(&answer, "Vary").contains(&"origin".to_owned()), "{answer:?}");
    }
}

#[tokio::test]
async fn a_configured_origin_may_read_tokens_and_refusals() {
    let server = server_for_app().await;
    for (secret, status) in [("service-secret", 200), ("wrong", 401)] {
        let request = Request::form(TOKEN, GRANT).basic("service", secret).header("Origin", APP);
        let answer = server.send(request).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(APP), "{answer:?}");
        assert!(list(&answer, "Vary").contains(&"origin".to_owned()), "{answer:?}");
    }
}

#[tokio::test]
async fn a_configured_origin_may_revoke_tokens_and_not_introspect_or_manage_them() {
    let server = server_for_app().await;
    let answer = server.send(preflight("/oauth2/revoke", APP, "POST")).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(APP));
    for path in ["/oauth2/introspect", "/api/v1/authorized-tokens"] {
        let answer = server.send(preflight(path, APP, "POST")).await;
        assert_eq!(answer.status, 405, "{answer:?}");
        assert_no_cors(&answer);
    }
}

#[tokio::test]
async fn every_refusal_of_the_token_endpoint_can_be_read_by_a_configured_origin() {
    let server = server_for_app().await;
    let request = Request::get(TOKEN).header("Origin", APP);
    let answer = server.send(request).await;
    answer.assert_error(405, "method_not_allowed");
    assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(APP), "{answer:?}");
}

#[tokio::test]
async fn the_headers_that_a_page_needs_can_be_read() {
    let server = server_for_app().await;
    let request = Request::form(TOKEN, GRANT).basic("service", "wrong").header("Origin", APP);
    let exposed = list(&server.send(request).await, "Access-Control-Expose-Headers");
    for name in ["retry-after", "www-authenticate"] {
        assert!(exposed.contains(&name.to_owned()), "{name} is not among {exposed:?}");
    }
}

#[tokio::test]
async fn any_other_origin_is_given_no_cors_header_by_the_token_endpoint() {
    let server = server_for_app().await;
    for origin in [
        "https://evil.example.com",
        "https://app.example.com.evil.example.com",
        "https://app.example.com:8443",
        "http://app.example.com",
        "https://APP.example.com",
        "https://app.example.com/",
        "https://sub.app.example.com",
        "null",
        "*",
        "",
    ] {
        let answer = server.send(preflight(TOKEN, origin, "POST")).await;
        assert_eq!(answer.status, 405, "{origin}: {answer:?}");
        assert_no_cors(&answer);
        let request =
            Request::form(TOKEN, GRANT).basic("service", "service-secret").header("Origin", origin);
        assert_no_cors(&server.send(request).await);
    }
}

#[tokio::test]
async fn without_configured_origins_no_page_may_ask_for_tokens() {
    let server = TestServer::start().await;
    let own = server.issuer.clone();
    for origin in [APP, own.as_str(), "null"] {
        assert_no_cors(&server.send(preflight(TOKEN, origin, "POST")).await);
    }
}

#[tokio::test]
async fn an_origin_that_is_no_text_does_no_harm() {
    let server = server_for_app().await;
    for origin in [&b"https://\xFF\xFE"[..], b"\xC3\xA9"] {
        let request =
            Request::form(TOKEN, GRANT).basic("service", "service-secret").header("Origin", origin);
        let answer = server.send(request).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_no_cors(&answer);
        let answer = server.send(Request::get(PUBLIC[0]).header("Origin", origin)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

#[tokio::test]
async fn any_page_may_read_the_public_documents() {
    let server = TestServer::start().await;
    for path in PUBLIC {
        for origin in [APP, "https://anybody.example.org", "null"] {
            let answer = server.send(Request::get(path).header("Origin", origin)).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"), "{path}");
            let answer = server.send(preflight(path, origin, "GET")).await;
            assert_eq!(answer.status, 204, "{answer:?}");
            assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"), "{path}");
        }
    }
}

#[tokio::test]
async fn a_page_may_read_that_a_public_document_has_not_changed() {
    let server = TestServer::start().await;
    let first = server.send(Request::get(PUBLIC[0]).header("Origin", APP)).await;
    assert!(list(&first, "Access-Control-Expose-Headers").contains(&"etag".to_owned()));
    let request = Request::get(PUBLIC[0])
        .header("Origin", APP)
        .header("If-None-Match", first.header("ETag").unwrap());
    let answer = server.send(request).await;
    assert_eq!(answer.status, 304, "{answer:?}");
    assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"), "{answer:?}");
}

/// A cache keeps the answer to a request without an `Origin` and serves it to a page that sends one: it
/// must already say that pages may read it, or that it depends on who asks (Fetch, "CORS protocol and
/// HTTP caches").
#[tokio::test]
async fn what_a_cache_keeps_of_a_public_document_is_good_for_pages_too() {
    let server = TestServer::start().await;
    for path in PUBLIC {
        let answer = server.send(Request::get(path)).await;
        let open = answer.header("Access-Control-Allow-Origin") == Some("*");
        let varies = list(&answer, "Vary").contains(&"origin".to_owned());
        assert!(open || varies, "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn credentials_are_never_allowed() {
    let server = server_for_app().await;
    for path in PUBLIC.into_iter().chain([TOKEN]) {
        for method in ["GET", "POST"] {
            let answer = server.send(preflight(path, APP, method)).await;
            assert!(answer.header("Access-Control-Allow-Credentials").is_none(), "{answer:?}");
            let answer = server.send(Request::new(method, path).header("Origin", APP)).await;
            assert!(answer.header("Access-Control-Allow-Credentials").is_none(), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn what_is_neither_public_nor_for_pages_has_no_cors_headers() {
    let server = server_for_app().await;
    for path in ["/healthz", "/readyz", "/metrics", "/docs", "/nowhere"] {
        assert_no_cors(&server.send(Request::get(path).header("Origin", APP)).await);
        assert_no_cors(&server.send(preflight(path, APP, "GET")).await);
    }
}

#[tokio::test]
async fn the_documents_of_an_issuer_with_a_path_are_public_too() {
    let server = TestServer::with_issuer_path("/tenant", APPLICATIONS).await;
    for path in [
        "/tenant/.well-known/jwks.json",
        "/.well-known/oauth-authorization-server/tenant",
        "/tenant/openapi.json",
    ] {
        let answer = server.send(Request::get(path).header("Origin", APP)).await;
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"), "{path}: {answer:?}");
    }
}
