//! RFC 6749 section 3.3: scope, asked for and granted.

use crate::support::{TestServer, token};

const GRANT: &str = "grant_type=client_credentials";

async fn granted_scope(server: &TestServer, scope: &str) -> String {
    let granted = server.granted(&format!("{GRANT}&scope={scope}")).await;
    let in_token = token::claims(granted["access_token"].as_str().unwrap())["scope"].clone();
    assert_eq!(granted["scope"], in_token, "the answer and the token say the same");
    granted["scope"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_asked_for_is_granted_and_no_more() {
    let server = TestServer::start().await;
    assert_eq!(granted_scope(&server, "read").await, "read");
    assert_eq!(granted_scope(&server, "write").await, "write");
}

#[tokio::test]
async fn the_order_of_scopes_means_nothing() {
    let server = TestServer::start().await;
    assert_eq!(granted_scope(&server, "write+read").await, "read write");
    assert_eq!(granted_scope(&server, "read%20write").await, "read write");
}

#[tokio::test]
async fn a_scope_that_is_named_twice_is_granted_once() {
    let server = TestServer::start().await;
    assert_eq!(granted_scope(&server, "read+read").await, "read");
}

#[tokio::test]
async fn an_omitted_scope_means_all_that_the_registration_lists() {
    let server = TestServer::start().await;
    assert_eq!(server.granted(GRANT).await["scope"], "read write");
}

#[tokio::test]
async fn a_client_without_scopes_has_no_default() {
    let server = TestServer::start().await;
    let answer = server.token("scopeless", "service-secret", GRANT).await;
    answer.assert_error(400, "invalid_scope");
}

#[tokio::test]
async fn a_scope_outside_of_the_registration_is_invalid() {
    let server = TestServer::start().await;
    for scope in ["other", "read+other", "unheard-of", "admin", "openid"] {
        let answer =
            server.token("service", "service-secret", &format!("{GRANT}&scope={scope}")).await;
        answer.assert_error(400, "invalid_scope");
    }
}

#[tokio::test]
async fn scopes_are_case_sensitive() {
    let server = TestServer::start().await;
    for scope in ["READ", "Read"] {
        let answer =
            server.token("service", "service-secret", &format!("{GRANT}&scope={scope}")).await;
        answer.assert_error(400, "invalid_scope");
    }
}

#[tokio::test]
async fn a_malformed_scope_is_invalid() {
    let server = TestServer::start().await;
    for scope in [
        "+read",
        "read+",
        "read++write",
        "+",
        "read%09write",
        "read%0Awrite",
        "read,write",
        "%22read%22",
        "re%5Cad",
        "r%C3%A9ad",
        "read%7F",
    ] {
        let answer =
            server.token("service", "service-secret", &format!("{GRANT}&scope={scope}")).await;
        assert_eq!(answer.status, 400, "{scope}: {answer:?}");
        answer.assert_error(400, "invalid_scope");
    }
}

#[tokio::test]
async fn a_scope_of_a_thousand_tokens_is_judged_like_any_other() {
    let server = TestServer::start().await;
    let scope = vec!["read"; 1000].join("+");
    assert_eq!(granted_scope(&server, &scope).await, "read");
}

#[tokio::test]
async fn every_character_of_the_grammar_can_stand_in_a_scope() {
    let legal: String =
        (0x21..=0x7E).map(char::from).filter(|c| !matches!(c, '"' | '\\')).collect();
    let tables = format!(
        "[[scopes]]\nname = '''{legal}'''\n[[applications]]\nclient_id = \"service\"\n\
         client_secret = \"service-secret\"\ngrant_types = [\"client_credentials\"]\n\
         scopes = ['''{legal}''']\n"
    );
    let server = TestServer::with(&tables).await;
    let encoded: String = url::form_urlencoded::byte_serialize(legal.as_bytes()).collect();
    assert_eq!(granted_scope(&server, &encoded).await, legal);
}
