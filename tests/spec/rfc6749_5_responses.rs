//! RFC 6749 section 5: what answers look like, granted and refused.

use signet::oauth::Reason;

use crate::support::{Request, TestServer};

const GRANT: &str = "grant_type=client_credentials";

#[tokio::test]
async fn a_granted_request_is_answered_with_these_members_and_types_and_no_other() {
    let server = TestServer::start().await;
    let answer = server.token("service", "service-secret", GRANT).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let granted = answer.json();
    let members: Vec<&str> = granted.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["access_token", "expires_in", "scope", "token_type"]);
    assert!(granted["access_token"].is_string(), "{granted}");
    assert_eq!(granted["expires_in"].as_u64(), Some(600), "a number: {granted}");
    assert!(granted["scope"].is_string(), "{granted}");
    assert!(granted["token_type"].as_str().unwrap().eq_ignore_ascii_case("bearer"), "{granted}");
}

#[tokio::test]
async fn a_granted_request_is_answered_in_json_that_nobody_stores() {
    let server = TestServer::start().await;
    let answer = server.token("service", "service-secret", GRANT).await;
    assert_eq!(answer.header("Content-Type"), Some("application/json"), "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{answer:?}");
    assert_eq!(answer.header("Pragma"), Some("no-cache"), "{answer:?}");
}

#[tokio::test]
async fn the_scope_is_returned_whether_or_not_it_is_the_one_asked_for() {
    let server = TestServer::start().await;
    for (form, scope) in
        [("", "read write"), ("&scope=read", "read"), ("&scope=write+read", "read write")]
    {
        assert_eq!(server.granted(&format!("{GRANT}{form}")).await["scope"], scope);
    }
}

#[tokio::test]
async fn every_refusal_is_json_that_nobody_stores() {
    let server = TestServer::start().await;
    let service =
        |form: &str| Request::form("/oauth2/token", form).basic("service", "service-secret");
    for (request, status, code) in [
        (service(""), 400, "invalid_request"),
        (service("grant_type=x"), 400, "unsupported_grant_type"),
        (service(&format!("{GRANT}&scope=x")), 400, "invalid_scope"),
        (service(&format!("{GRANT}&resource=x")), 400, "invalid_target"),
        (Request::form("/oauth2/token", GRANT), 401, "invalid_client"),
        (Request::form("/oauth2/token", GRANT).basic("service", "x"), 401, "invalid_client"),
        (
            Request::form("/oauth2/token", GRANT).basic("grantless", "service-secret"),
            400,
            "unauthorized_client",
        ),
        (service(&format!("{GRANT}&x={}", "x".repeat(70_000))), 413, "content_too_large"),
        (Request::get("/oauth2/token"), 405, "method_not_allowed"),
        (Request::get("/nowhere"), 404, "not_found"),
    ] {
        server.send(request).await.assert_error(status, code);
    }
}

/// Nothing of a request is repeated, so nothing illegal can be: the sentences are constant.
#[tokio::test]
async fn hostile_input_is_not_echoed() {
    let server = TestServer::start().await;
    let hostile = "%22%5C%0D%0AX-Injected%3A+1%09%C3%A9%E2%82%AC%3Cscript%3E";
    for form in [
        format!("grant_type={hostile}"),
        format!("{GRANT}&scope={hostile}"),
        format!("{GRANT}&resource={hostile}"),
        format!("{GRANT}&client_id={hostile}"),
        format!("{GRANT}&{hostile}=1&{hostile}=2"),
    ] {
        let answer = server
            .send(Request::form("/oauth2/token", &form).basic("service", "service-secret"))
            .await;
        answer.assert_error(400, &answer.error());
        assert!(!answer.text().contains("Injected"), "{answer:?}");
        assert!(answer.header("X-Injected").is_none(), "{answer:?}");
    }
}

#[test]
fn every_sentence_keeps_to_the_legal_characters() {
    let legal = |c: char| matches!(c, '\x20'..='\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E');
    for reason in Reason::ALL {
        assert!(
            !reason.sentence().is_empty() && reason.sentence().chars().all(legal),
            "{reason:?}"
        );
        let name = reason.code().name();
        assert!(!name.is_empty() && name.chars().all(legal), "{reason:?}");
    }
}
