//! RFC 9068 sections 2 and 3: what an access token says.

use serde_json::{Value, json};
use signet::clock::Clock;

use crate::support::{APPLICATIONS, TestServer, token};

const GRANT: &str = "grant_type=client_credentials";

async fn access_token(server: &TestServer, form: &str) -> String {
    let granted = server.granted(&format!("{GRANT}{form}")).await;
    granted["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_header_says_what_it_is_and_how_it_is_signed() {
    let server = TestServer::start().await;
    let header = token::header(&access_token(&server, "").await);
    let members: Vec<&str> = header.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["alg", "kid", "typ"]);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("ES256")));
    assert_eq!(header["kid"].as_str().unwrap().len(), 43);
}

#[tokio::test]
async fn every_required_claim_is_there_with_its_type_and_no_other() {
    let server = TestServer::start().await;
    let claims = token::claims(&access_token(&server, "").await);
    let members: Vec<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "status", "sub"]);
    for name in ["aud", "client_id", "iss", "jti", "scope", "sub"] {
        assert!(claims[name].as_str().is_some_and(|text| !text.is_empty()), "{name}: {claims}");
    }
    for name in ["exp", "iat"] {
        assert!(claims[name].is_u64(), "{name}: {claims}");
    }
}

#[tokio::test]
async fn the_issuer_is_the_configured_one_byte_for_byte() {
    let server = TestServer::start().await;
    let claims = token::claims(&access_token(&server, "").await);
    assert_eq!(claims["iss"], server.issuer.as_str());
    assert!(!server.issuer.ends_with('/'));
}

#[tokio::test]
async fn a_client_that_speaks_for_itself_is_the_subject() {
    let server = TestServer::start().await;
    let claims = token::claims(&access_token(&server, "").await);
    assert_eq!((&claims["sub"], &claims["client_id"]), (&json!("service"), &json!("service")));
}

#[tokio::test]
async fn the_token_lives_from_now_for_as_long_as_the_answer_says() {
    let tables = format!("[tokens]\naccess_token_lifetime = \"7m\"\n{APPLICATIONS}");
    let server = TestServer::with(&tables).await;
    let granted = server.granted(GRANT).await;
    let claims = token::claims(granted["access_token"].as_str().unwrap());
    let (iat, exp) = (claims["iat"].as_u64().unwrap(), claims["exp"].as_u64().unwrap());
    assert_eq!(granted["expires_in"], 420);
    assert_eq!((iat, exp), (server.clock.now(), server.clock.now() + 420));
}

#[tokio::test]
async fn the_scope_is_a_string_with_spaces() {
    let server = TestServer::start().await;
    let scope = async |form| token::claims(&access_token(&server, form).await)["scope"].clone();
    assert_eq!(scope("").await, "read write");
    assert_eq!(scope("&scope=read").await, "read");
}

#[tokio::test]
async fn one_audience_is_a_string_and_several_are_a_list() {
    let server = TestServer::start().await;
    let aud = async |form| token::claims(&access_token(&server, form).await)["aud"].clone();
    assert_eq!(aud("").await, "https://api.example.com");
    assert_eq!(aud("&resource=https://files.example.com").await, "https://files.example.com");
    let both = "&resource=https://api.example.com&resource=https://files.example.com";
    assert_eq!(aud(both).await, json!(["https://api.example.com", "https://files.example.com"]));
}

#[tokio::test]
async fn without_a_resource_the_audience_is_the_first_of_the_registration() {
    let server = TestServer::start().await;
    let claims = token::claims(&access_token(&server, "").await);
    assert_eq!(claims["aud"], "https://api.example.com");
}

async fn audience_of_poster(server: &TestServer) -> Value {
    let answer = server.token("poster", "poster-secret", GRANT).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    token::claims(answer.json()["access_token"].as_str().unwrap())["aud"].clone()
}

#[tokio::test]
async fn without_a_registered_audience_it_is_the_configured_default() {
    let tables = format!("[tokens]\ndefault_audience = \"urn:example:all\"\n{APPLICATIONS}");
    let server = TestServer::with(&tables).await;
    assert_eq!(audience_of_poster(&server).await, "urn:example:all");
}

#[tokio::test]
async fn without_any_configured_audience_it_is_the_issuer() {
    let server = TestServer::start().await;
    assert_eq!(audience_of_poster(&server).await, server.issuer.as_str());
}

#[tokio::test]
async fn unknown_parameters_leave_no_trace_in_a_token() {
    let server = TestServer::start().await;
    let form = "&sub=admin&iss=x&roles=admin&exp=9999999999&client_id=service&aud=x&nonce=n";
    let claims = token::claims(&access_token(&server, form).await);
    assert_eq!(
        (&claims["sub"], &claims["aud"]),
        (&json!("service"), &json!("https://api.example.com"))
    );
    assert_eq!(claims.as_object().unwrap().len(), 9, "{claims}");
}
