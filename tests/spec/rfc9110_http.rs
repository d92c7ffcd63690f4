//! RFC 9110: methods, statuses and headers, the same at every path.

use serde_json::Value;

use crate::support::{APPLICATIONS, Request, TestServer, eventually, people::everything};

const METHODS: [&str; 9] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"];

/// Every path that answers, with the methods that it answers.
async fn served(server: &TestServer) -> Vec<(String, Vec<String>)> {
    let document = server.send(Request::get("/openapi.json")).await.json();
    let methods = |operations: &Value| {
        let mut methods: Vec<String> =
            operations.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        if methods.iter().any(|method| method == "GET") {
            methods.push("HEAD".to_owned());
        }
        methods
    };
    let documented = document["paths"].as_object().unwrap();
    let documented = documented.iter().map(|(path, item)| (path.clone(), methods(item)));
    let documents = ["/openapi.json", "/openapi.yaml", "/docs"]
        .map(|path| (path.to_owned(), vec!["GET".to_owned(), "HEAD".to_owned()]));
    documented.chain(documents).collect()
}

#[tokio::test]
async fn a_method_that_a_path_does_not_answer_is_405_with_the_methods_that_it_does() {
    let server = TestServer::with(&everything()).await;
    let served = served(&server).await;
    assert!(served.len() >= 9, "{served:?}");
    for (path, mut allowed) in served {
        allowed.sort();
        for method in METHODS.iter().filter(|method| !allowed.contains(&(**method).to_owned())) {
            let answer = server.send(Request::new(method, &path)).await;
            assert_eq!(answer.status, 405, "{method} {path}: {answer:?}");
            let mut listed: Vec<&str> = answer.header("Allow").unwrap().split(", ").collect();
            listed.sort_unstable();
            assert_eq!(listed, allowed, "{method} {path}");
            if *method == "HEAD" {
                assert!(answer.body.is_empty(), "{answer:?}");
            } else {
                answer.assert_error(405, "method_not_allowed");
            }
        }
    }
}

#[tokio::test]
async fn a_query_string_does_not_hide_the_methods_of_a_path() {
    let server = TestServer::start().await;
    let answer = server.send(Request::get("/oauth2/token?grant_type=client_credentials")).await;
    answer.assert_error(405, "method_not_allowed");
    assert_eq!(answer.header("Allow"), Some("POST"), "{answer:?}");
}

#[tokio::test]
async fn an_unknown_path_is_404_in_json_whatever_the_method() {
    let server = TestServer::start().await;
    for path in [
        "/",
        "/nowhere",
        "/oauth2",
        "/oauth2/",
        "/oauth2/token/",
        "/oauth2/token/x",
        "/OAUTH2/TOKEN",
        "//oauth2/token",
        "/oauth2//token",
        "/oauth2/../oauth2/token",
        "/oauth2/token;x",
        "/oauth2/token%00",
        "/oauth2/%ff",
        "/.well-known",
        "/.well-known/",
        "/.well-known/jwks",
        "/.well-known/oauth-authorization-server/tenant",
        "/keys/ring.toml",
        "/docs/",
    ] {
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"] {
            let answer = server.send(Request::new(method, path)).await;
            assert_eq!(answer.status, 404, "{method} {path}: {answer:?}");
            answer.assert_error(404, "not_found");
        }
        let head = server.send(Request::new("HEAD", path)).await;
        assert_eq!((head.status, head.text()), (404, ""), "{path}");
    }
}

#[tokio::test]
async fn head_is_get_without_its_body() {
    let server = TestServer::start().await;
    for (path, methods) in served(&server).await {
        // A stream of events has no end, and of what is of a kind there is none of that name.
        let readable = path != "/status-lists/events" && !path.contains('{');
        if !readable || !methods.contains(&"GET".to_owned()) {
            continue;
        }
        if path.starts_with("/api/") || path == "/oauth2/userinfo" || path == "/oauth2/authorize" {
            // Answers to an access token or to parameters alone, and has tests of its own.
            continue;
        }
        let get = server.send(Request::get(&path)).await;
        let head = server.send(Request::new("HEAD", &path)).await;
        assert_eq!((get.status, head.status, head.text()), (200, 200, ""), "{path}");
        for name in ["Content-Type", "ETag", "Cache-Control"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
}

#[tokio::test]
async fn a_large_body_where_none_is_expected_does_no_harm() {
    let server = TestServer::start().await;
    let body = vec![b'x'; 200_000];
    for (method, path, status) in [("POST", "/nowhere", 404), ("POST", "/healthz", 405)] {
        let answer = server.send(Request::new(method, path).body(&body)).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
}

#[tokio::test]
async fn the_absolute_form_of_a_target_is_understood() {
    let server = TestServer::start().await;
    let target = format!("http://{}/healthz", server.address);
    let answer = server.send(Request::get(&target)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn what_the_host_header_says_changes_no_answer() {
    let server = TestServer::start().await;
    let request = Request::get("/.well-known/oauth-authorization-server")
        .header("Host", "evil.example.com")
        .header("X-Forwarded-Host", "evil.example.com")
        .header("X-Forwarded-Proto", "https");
    let answer = server.send(request).await;
    assert_eq!(answer.json()["issuer"], server.issuer.as_str());
    assert!(!answer.text().contains("evil"), "{answer:?}");
}

#[tokio::test]
async fn operations_answer_at_the_root_whatever_the_issuers_path() {
    let server = TestServer::with_issuer_path("/tenant", APPLICATIONS).await;
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(server.send(Request::get(path)).await.status, 200, "{path}");
        let below = server.send(Request::get(&format!("/tenant{path}"))).await;
        below.assert_error(404, "not_found");
    }
    for path in ["/tenant/openapi.json", "/tenant/openapi.yaml", "/tenant/docs"] {
        assert_eq!(server.send(Request::get(path)).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_405_below_an_issuers_path_has_its_allow_header_too() {
    let server = TestServer::with_issuer_path("/tenant", APPLICATIONS).await;
    for (path, allow) in [
        ("/tenant/oauth2/token", "POST"),
        ("/tenant/.well-known/jwks.json", "GET, HEAD"),
        ("/.well-known/oauth-authorization-server/tenant", "GET, HEAD"),
    ] {
        let answer = server.send(Request::new("DELETE", path)).await;
        answer.assert_error(405, "method_not_allowed");
        assert_eq!(answer.header("Allow"), Some(allow), "{path}");
    }
}

/// `:` and `*` are legal in a path (RFC 3986 section 3.3) and mean something to routers: such an issuer is
/// refused, or served as it is written.
#[tokio::test]
async fn an_issuers_path_is_no_pattern() {
    let jwks = "/.well-known/jwks.json";
    let mut wrong = Vec::new();
    for path in ["/a:b", "/a%20b", "/:tenant", "/*tenant", "/<tenant>", "/(tenant)"] {
        if format!("http://127.0.0.1{path}").parse::<signet::oauth::IssuerUrl>().is_err() {
            continue;
        }
        // In a task of its own, so that a server which ends at once is one that does not answer.
        let statuses = tokio::spawn(async move {
            let server = TestServer::with_issuer_path(path, APPLICATIONS).await;
            let own = server.send(Request::get(&format!("{path}{jwks}"))).await.status;
            let elsewhere = server.send(Request::get(&format!("/elsewhere{jwks}"))).await.status;
            (own, elsewhere)
        });
        let statuses = statuses.await.unwrap_or_default();
        if statuses != (200, 404) {
            wrong.push((path, statuses));
        }
    }
    assert!(wrong.is_empty(), "the path, its own status, the status elsewhere: {wrong:?}");
}

#[tokio::test]
async fn draining_ends_the_server_and_answers_nobody_afterwards() {
    let server = TestServer::start().await;
    let address = server.address;
    assert_eq!(server.send(Request::get("/readyz")).await.status, 200);
    server.stop().await;
    eventually("nobody answers", async || tokio::net::TcpStream::connect(address).await.is_err())
        .await;
}
