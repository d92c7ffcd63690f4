//! What is answered about applications is what the OpenAPI document says.

use serde_json::json;

use super::{
    openapi_schema::{assert_documented, document},
    rfc7591_registration::OPEN,
};
use crate::support::{
    Request,
    applications::{PATH, admin, path, request, send, server_with, service, text, with_json},
    returned::call,
};

const ONE: &str = "/api/v1/applications/{client_id}";
const SECRET: &str = "/api/v1/applications/{client_id}/secret";
const REGISTER: &str = "/oauth2/register";
const CLIENT: &str = "/oauth2/register/{client_id}";

#[tokio::test]
async fn every_answer_about_applications_is_documented() {
    let server = server_with(OPEN).await;
    let document = document(&server).await;
    let admin = admin(&server);
    let made = send(&server, "POST", PATH, &admin, &service()).await;
    assert_documented(&document, "post", PATH, &made);
    let made = made.json();
    let one = path(&made);
    for (body, token) in [(json!({"x": 1}), admin.as_str()), (json!({}), "wrong")] {
        let answer = send(&server, "POST", PATH, token, &body).await;
        assert_documented(&document, "post", PATH, &answer);
    }
    for target in [PATH.to_owned(), format!("{PATH}?limit=0")] {
        assert_documented(&document, "get", PATH, &call(&server, "GET", &target, &admin).await);
    }
    for target in [one.clone(), format!("{PATH}/portal"), format!("{PATH}/nobody")] {
        assert_documented(&document, "get", ONE, &call(&server, "GET", &target, &admin).await);
        for (method, name) in [("PUT", "put"), ("PATCH", "patch")] {
            let answer = send(&server, method, &target, &admin, &service()).await;
            assert_documented(&document, name, ONE, &answer);
        }
        let answer = send(&server, "POST", &format!("{target}/secret"), &admin, &json!({})).await;
        assert_documented(&document, "post", SECRET, &answer);
    }
    let stale = request("PATCH", &one, &admin).header("If-Match", "\"1\"");
    let stale = server.send(with_json(stale, &json!({}))).await;
    assert_eq!(stale.status, 412);
    assert_documented(&document, "patch", ONE, &stale);
    let not_json = server.send(request("PUT", &one, &admin).body(b"{}")).await;
    assert_documented(&document, "put", ONE, &not_json);
    for target in [format!("{PATH}/portal"), one.clone(), one] {
        assert_documented(
            &document,
            "delete",
            ONE,
            &call(&server, "DELETE", &target, &admin).await,
        );
    }
}

#[tokio::test]
async fn every_answer_to_a_client_that_registers_itself_is_documented() {
    let server = server_with(OPEN).await;
    let document = document(&server).await;
    let register = |body| with_json(Request::new("POST", REGISTER), &body);
    let made = server.send(register(json!({"client_name": "Station"}))).await;
    assert_eq!(made.status, 201);
    assert_documented(&document, "post", REGISTER, &made);
    let refused = server.send(register(json!({"redirect_uris": ["x"]}))).await;
    assert_documented(&document, "post", REGISTER, &refused);
    let made = made.json();
    let id = text(&made, "client_id");
    let (target, token) = (format!("{REGISTER}/{id}"), text(&made, "registration_access_token"));
    for token in [token.as_str(), "wrong"] {
        assert_documented(&document, "get", CLIENT, &call(&server, "GET", &target, token).await);
        for body in [json!({"client_id": id}), json!({})] {
            let answer = send(&server, "PUT", &target, token, &body).await;
            assert_documented(&document, "put", CLIENT, &answer);
        }
    }
    for _ in 0..2 {
        let answer = call(&server, "DELETE", &target, &token).await;
        assert_documented(&document, "delete", CLIENT, &answer);
    }
}

#[tokio::test]
async fn the_examples_are_refusals_that_the_operations_give() {
    let server = server_with(OPEN).await;
    let document = document(&server).await;
    let examples = |method: &str, path: &str, status: &str| {
        let response = &document["paths"][path][method]["responses"][status];
        let examples = response["content"]["application/json"]["examples"].as_object();
        let examples = examples.unwrap_or_else(|| panic!("{method} {path} {status}"));
        examples.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(examples("get", ONE, "404"), ["UnknownApplication"]);
    assert_eq!(examples("patch", ONE, "412"), ["Stale"]);
    assert_eq!(examples("put", CLIENT, "401"), ["NoAccessToken", "RegistrationTokenRefused"]);
    assert_eq!(examples("post", REGISTER, "401"), ["InitialTokenRefused", "NoAccessToken"]);
    assert_eq!(examples("post", REGISTER, "404"), ["UnknownPath"]);
    assert_eq!(examples("post", REGISTER, "429"), ["TooManyRegistrations"]);
    assert!(examples("post", REGISTER, "400").contains(&"UnusableRedirectUris".to_owned()));
    assert!(examples("post", PATH, "409").contains(&"TooManyApplications".to_owned()));
}
