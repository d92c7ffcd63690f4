//! RFC 8707 section 2: whom a token is for, where the client says so.

use serde_json::{Value, json};

use crate::support::{
    APPLICATIONS, TestServer,
    refreshing::{RENEWERS, begin, refresh, refresh_token, renewed},
    token,
};

const GRANT: &str = "grant_type=client_credentials";

async fn audience(server: &TestServer, form: &str) -> Value {
    let granted = server.granted(&format!("{GRANT}{form}")).await;
    token::claims(granted["access_token"].as_str().unwrap())["aud"].clone()
}

#[tokio::test]
async fn a_resource_of_the_registration_becomes_the_audience() {
    let server = TestServer::start().await;
    for resource in ["https://api.example.com", "https://files.example.com"] {
        assert_eq!(audience(&server, &format!("&resource={resource}")).await, resource);
    }
}

#[tokio::test]
async fn several_resources_become_a_list_in_the_order_of_the_request() {
    let server = TestServer::start().await;
    let form = "&resource=https://files.example.com&resource=https%3A%2F%2Fapi.example.com";
    let expected = json!(["https://files.example.com", "https://api.example.com"]);
    assert_eq!(audience(&server, form).await, expected);
}

#[tokio::test]
async fn a_resource_that_is_named_twice_counts_once() {
    let server = TestServer::start().await;
    let form = "&resource=https://api.example.com&resource=https://api.example.com";
    assert_eq!(audience(&server, form).await, "https://api.example.com");
}

#[tokio::test]
async fn an_empty_resource_counts_as_omitted() {
    let server = TestServer::start().await;
    assert_eq!(audience(&server, "&resource=").await, "https://api.example.com");
    let form = "&resource=&resource=https://files.example.com&resource=";
    assert_eq!(audience(&server, form).await, "https://files.example.com");
}

#[tokio::test]
async fn a_malformed_resource_is_an_invalid_target() {
    let server = TestServer::start().await;
    for resource in [
        "api.example.com",
        "/api",
        "//api.example.com",
        "https://api.example.com%23fragment",
        "https://api.example.com%23",
        "https://",
        "%20https://api.example.com",
        "https://api.example.com%20",
        "https://api.example.com%0A",
        "https://%C3%A9xample.com",
        ":",
        "1https://api.example.com",
    ] {
        let form = format!("{GRANT}&resource={resource}");
        let answer = server.token("service", "service-secret", &form).await;
        assert_eq!(answer.status, 400, "{resource}: {answer:?}");
        answer.assert_error(400, "invalid_target");
    }
}

#[tokio::test]
async fn an_unknown_resource_is_an_invalid_target() {
    let server = TestServer::start().await;
    for resource in [
        "https://elsewhere.example.com",
        "https://api.example.com/",
        "https://api.example.com:443",
        "https://API.example.com",
        "HTTPS://api.example.com",
        "http://api.example.com",
        "https://api.example.com/path",
        "https://api.example.com?query",
        "urn:example:api",
    ] {
        let form = format!("{GRANT}&resource={resource}");
        let answer = server.token("service", "service-secret", &form).await;
        answer.assert_error(400, "invalid_target");
    }
}

#[tokio::test]
async fn one_bad_resource_among_good_ones_spoils_the_request() {
    let server = TestServer::start().await;
    for bad in ["https://elsewhere.example.com", "relative"] {
        for form in [
            format!("{GRANT}&resource=https://api.example.com&resource={bad}"),
            format!("{GRANT}&resource={bad}&resource=https://api.example.com"),
        ] {
            let answer = server.token("service", "service-secret", &form).await;
            answer.assert_error(400, "invalid_target");
        }
    }
}

#[tokio::test]
async fn more_resources_than_a_token_should_be_for_are_an_invalid_target() {
    let server = TestServer::start().await;
    let resources = |count: usize| "&resource=https://api.example.com".repeat(count);
    assert_eq!(audience(&server, &resources(8)).await, "https://api.example.com");
    let form = format!("{GRANT}{}", resources(9));
    server.token("service", "service-secret", &form).await.assert_error(400, "invalid_target");
}

#[tokio::test]
async fn the_resource_of_another_client_is_an_invalid_target() {
    let server = TestServer::start().await;
    let form = format!("{GRANT}&resource=https://api.example.com");
    server.token("poster", "poster-secret", &form).await.assert_error(400, "invalid_target");
}

#[tokio::test]
async fn a_client_without_an_audience_may_name_the_default_one() {
    let server = TestServer::start().await;
    let form = format!("{GRANT}&resource={}", server.issuer);
    let answer = server.token("poster", "poster-secret", &form).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_urn_is_a_resource_like_a_url() {
    let tables = APPLICATIONS.replace("https://files.example.com", "urn:example:files");
    let server = TestServer::with(&tables).await;
    assert_eq!(audience(&server, "&resource=urn:example:files").await, "urn:example:files");
}

#[tokio::test]
async fn a_refresh_may_pick_one_of_the_granted_resources_and_the_next_all_of_them() {
    let server = TestServer::with(RENEWERS).await;
    let both = "&resource=https://api.example.com&resource=https://files.example.com";
    let granted = begin(&server, "renewer", both).await;
    let one = "&resource=https://files.example.com";
    let narrow = renewed(&server, "renewer", &refresh_token(&granted), one).await;
    let aud =
        |response: &Value| token::claims(response["access_token"].as_str().unwrap())["aud"].clone();
    assert_eq!(aud(&narrow), "https://files.example.com");
    let whole = renewed(&server, "renewer", &refresh_token(&narrow), "").await;
    assert_eq!(aud(&whole), json!(["https://api.example.com", "https://files.example.com"]));
}

#[tokio::test]
async fn a_refresh_for_a_resource_that_was_not_granted_is_an_invalid_target() {
    let server = TestServer::with(RENEWERS).await;
    let granted = begin(&server, "renewer", "&resource=https://api.example.com").await;
    let refresh_token = refresh_token(&granted);
    for resource in ["https://files.example.com", "https://nowhere.example.com", "nonsense"] {
        let more = format!("&resource={resource}");
        let answer = refresh(&server, "renewer", &refresh_token, &more).await;
        answer.assert_error(400, "invalid_target");
    }
    renewed(&server, "renewer", &refresh_token, "").await;
}
