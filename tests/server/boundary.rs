//! The boundary around every request.

use std::collections::HashSet;

use poem::{Endpoint, Request, http::Method};
use tokio::io::AsyncWriteExt;

use crate::{operations::*, support::*};

#[tokio::test]
async fn a_panic_is_answered_as_json_500_and_the_connection_goes_on() {
    let surroundings = Surroundings::new();
    let server = Running::start(patient(), surroundings.around(routes()));
    let mut client = server.connect().await;
    let (head, body) = exchange(&mut client, &get_request("/boom")).await;
    assert!(head.starts_with("http/1.1 500"), "{head}");
    assert_eq!(header(&head, "content-type"), Some("application/json"));
    assert_eq!(body, r#"{"error":"server_error"}"#);
    assert_eq!(exchange(&mut client, &get_request("/hello")).await.1, "hello");

    let line = &surroundings.lines(1).await[0];
    assert_eq!(line["level"], "ERROR");
    assert_eq!(line["cause"], "panicked: at the disco\nwith a line break");
}

#[tokio::test]
async fn ten_thousand_requests_have_ten_thousand_ids() {
    let surroundings = Surroundings::new();
    let boundary = surroundings.around(routes());
    let mut seen = HashSet::new();
    for _ in 0..10_000 {
        let request = Request::builder().uri_str("/hello").finish();
        let id = boundary.call(request).await.unwrap().header("x-request-id").unwrap().to_owned();
        assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        assert!(seen.insert(id));
    }
}

#[tokio::test]
async fn the_request_id_is_in_the_answer_and_the_log_and_not_the_clients() {
    let surroundings = Surroundings::new();
    let server = Running::start(patient(), surroundings.around(routes()));
    let request = "GET /hello HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n\r\n";
    let (head, _) = exchange(&mut server.connect().await, request).await;
    let id = header(&head, "x-request-id").unwrap();
    assert_ne!(id, "mine");
    assert_eq!(surroundings.lines(1).await[0]["request_id"], id);
}

#[tokio::test]
async fn poems_errors_are_answered_by_the_hook() {
    let surroundings = Surroundings::new();
    let server = Running::start(patient(), surroundings.around(routes()));
    let mut client = server.connect().await;
    let (head, body) = exchange(&mut client, &get_request("/nowhere?code=secret")).await;
    assert!(head.starts_with("http/1.1 404"), "{head}");
    assert_eq!(body, r#"{"error":"not_found","path":"/nowhere"}"#);
    let (head, _) = exchange(&mut client, &get_request("/items/seven")).await;
    assert!(head.starts_with("http/1.1 404"), "{head}");
    let delete = "DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n";
    let (head, body) = exchange(&mut client, delete).await;
    assert!(head.starts_with("http/1.1 405"), "{head}");
    assert_eq!(body, r#"{"error":"method_not_allowed","path":"/hello"}"#);
    let (head, body) = exchange(&mut client, &get_request("/teapot")).await;
    assert!(head.starts_with("http/1.1 418"), "{head}");
    assert_eq!(body, r#"{"error":"other"}"#);

    let lines = surroundings.lines(4).await;
    let routes: Vec<_> = lines.iter().map(|line| line["route"].as_str().unwrap()).collect();
    assert_eq!(routes, ["unmatched", "/items/:id", "/hello", "/teapot"]);
    assert_eq!(lines[3]["cause"], "short and stout");
}

#[tokio::test]
async fn every_answer_has_the_security_headers_and_names_no_server() {
    let surroundings = Surroundings::new();
    let server = Running::start(patient(), surroundings.around(routes()));
    let mut client = server.connect().await;
    for path in ["/hello", "/nowhere", "/boom"] {
        let (head, _) = exchange(&mut client, &get_request(path)).await;
        assert_eq!(header(&head, "x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(header(&head, "strict-transport-security"), Some("max-age=31536000"), "{path}");
        assert_eq!(header(&head, "server"), None, "{path}");
    }
}

#[tokio::test]
async fn without_https_no_answer_asks_for_it() {
    let surroundings = Surroundings::new();
    let lines = signet::logging::Lines::Buffered(surroundings.buffer.clone());
    let boundary = surroundings.around_logging(routes(), lines, false);
    let response = boundary.call(Request::builder().uri_str("/hello").finish()).await.unwrap();
    assert_eq!(response.header("strict-transport-security"), None);
}

#[tokio::test]
async fn the_answer_to_head_has_no_body() {
    let surroundings = Surroundings::new();
    let server = Running::start(patient(), surroundings.around(routes()));
    let mut client = server.connect().await;
    let request = "HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    client.write_all(request.as_bytes()).await.unwrap();
    let bytes = read_to_close(&mut client).await;
    assert!(bytes.starts_with(b"HTTP/1.1 200") && bytes.ends_with(b"\r\n\r\n"));
    assert_eq!(surroundings.lines(1).await[0]["method"], "HEAD");
}

#[tokio::test]
async fn a_client_that_leaves_before_its_answer_is_in_the_log() {
    let surroundings = Surroundings::new();
    let gate = std::sync::Arc::new(Gate::default());
    let boundary = surroundings.around(gated(std::sync::Arc::clone(&gate)));
    let server = Running::start(patient(), boundary);
    let mut client = server.connect().await;
    client.write_all(get_request("/").as_bytes()).await.unwrap();
    within("the request is in flight", gate.entered.notified()).await;
    drop(client);
    let line = &surroundings.lines(1).await[0];
    assert_eq!((line["status"].as_u64(), line["level"].as_str()), (Some(499), Some("INFO")));
}

#[tokio::test]
async fn a_method_of_the_clients_own_making_is_other() {
    let surroundings = Surroundings::new();
    let boundary = surroundings.around(routes());
    let request = Request::builder().method(Method::from_bytes(b"SECRET").unwrap()).finish();
    boundary.call(request).await.unwrap();
    assert_eq!(surroundings.lines(1).await[0]["method"], "other");
    assert!(!surroundings.log.text().contains("SECRET"));
}
