//! What is answered is what the OpenAPI document says: statuses, content types, headers, members.

use serde_json::Value;
use signet_verifier::Algorithm;

use crate::support::{
    APPLICATIONS, Answer, Request, TestServer,
    assertion::{Assertion, asserted},
    client_key::ClientKey,
    free_port, returned,
};

/// Asserts that `answer` is one that the document knows for this operation.
#[track_caller]
pub fn assert_documented(document: &Value, method: &str, path: &str, answer: &Answer) {
    let operation = &document["paths"][path][method];
    assert!(operation.is_object(), "{method} {path} is not documented");
    let response = &operation["responses"][answer.status.to_string()];
    assert!(response.is_object(), "the status is not documented for {method} {path}: {answer:?}");
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let required = header["required"] == true;
        assert!(!required || answer.header(name).is_some(), "{name} is missing: {answer:?}");
    }
    let Some(content) = response["content"].as_object() else {
        assert!(answer.body.is_empty(), "a body is not documented: {answer:?}");
        return;
    };
    let essence = |media_type: &str| media_type.split(';').next().unwrap().trim().to_owned();
    let actual = essence(answer.header("Content-Type").unwrap());
    let schema = content.iter().find(|(media_type, _)| essence(media_type) == actual);
    let (_, media_type) =
        schema.unwrap_or_else(|| panic!("{actual} is not documented: {answer:?}"));
    if actual == "application/json" {
        assert_conforms(document, &media_type["schema"], &answer.json(), path);
    }
}

/// Asserts that `value` has the type of `schema`, every required member, and no undocumented one.
#[track_caller]
fn assert_conforms(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.strip_prefix('#').unwrap()).unwrap();
        return assert_conforms(document, target, value, place);
    }
    // A reference that has a description beside it.
    if let Some(schemas) = schema["allOf"].as_array() {
        return assert_conforms(document, &schemas[0], value, place);
    }
    if let Some(schemas) = schema["anyOf"].as_array() {
        let same_type = |schema: &&Value| {
            (schema["type"] == "array") == value.is_array()
                && (schema["type"] == "string") == value.is_string()
        };
        let schema = schemas.iter().find(same_type).unwrap_or_else(|| panic!("{place}: {value}"));
        return assert_conforms(document, schema, value, place);
    }
    match schema["type"].as_str().unwrap() {
        "object" => {
            let members = value.as_object().unwrap_or_else(|| panic!("{place}: {value}"));
            for name in schema["required"].as_array().into_iter().flatten() {
                assert!(members.contains_key(name.as_str().unwrap()), "{place}: {name} is missing");
            }
            for (name, member) in members {
                let property = &schema["properties"][name];
                assert!(property.is_object(), "{place}: {name} is not documented");
                assert_conforms(document, property, member, &format!("{place}: {name}"));
            }
        }
        "array" => {
            for item in value.as_array().unwrap_or_else(|| panic!("{place}: {value}")) {
                assert_conforms(document, &schema["items"], item, place);
            }
        }
        "string" => assert!(value.is_string(), "{place}: {value}"),
        "integer" => assert!(value.is_i64() || value.is_u64(), "{place}: {value}"),
        "boolean" => assert!(value.is_boolean(), "{place}: {value}"),
        other => panic!("{place}: the type {other}"),
    }
}

pub async fn document(server: &TestServer) -> Value {
    server.send(Request::get("/openapi.json")).await.json()
}

#[tokio::test]
async fn every_answer_of_the_token_endpoint_is_documented() {
    let uri = format!("http://127.0.0.1:{}/jwks.json", free_port());
    let server = TestServer::with(&format!(
        "{APPLICATIONS}[limits]\nfailed_client_authentications = \"1/min\"\n\
         [[applications]]\nclient_id = \"signer\"\ntoken_endpoint_auth_method = \"private_key_jwt\"\n\
         jwks_uri = \"{uri}\"\ngrant_types = [\"client_credentials\"]\nscopes = [\"read\"]\n"
    ))
    .await;
    let document = document(&server).await;
    let key = ClientKey::new(Algorithm::Es256, "unreachable");
    let service =
        |form: &str| Request::form("/oauth2/token", form).basic("service", "service-secret");
    let grant = "grant_type=client_credentials";
    for (request, status) in [
        (service(grant), 200),
        (service(&format!("{grant}&scope=x")), 400),
        (service("grant_type=x"), 400),
        (Request::form("/oauth2/token", grant).basic("nobody", "x"), 401),
        (Request::form("/oauth2/token", grant).basic("nobody", "x"), 429),
        (service(&"x".repeat(70_000)), 413),
        (asserted(&Assertion::of("signer", &server).sign(&key)), 503),
    ] {
        let answer = server.send(request).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_documented(&document, "post", "/oauth2/token", &answer);
    }
}

#[tokio::test]
async fn every_answer_to_a_token_that_comes_back_is_documented() {
    let (server, store) = returned::switched();
    let document = document(&server).await;
    let response = returned::granted(&server, "owner").await;
    let (token, other) =
        (returned::access_token(&response), returned::issued(&server, "owner").await);
    let renewal = response["refresh_token"].as_str().unwrap();
    let bare = |path: &str| Request::form(path, "token=x");
    let with = |method: &str, path: &str, token: &str| {
        Request::new(method, path).header("Authorization", format!("Bearer {token}"))
    };
    let list = returned::LIST;
    let (one, current) = (format!("{list}/AAAAAAAAAAAAAAAAAAAAAA"), format!("{list}/current"));
    let plain = returned::issued(&server, "plain").await;
    let read = returned::signed(&server, "at+jwt", &{
        let mut claims = returned::claims(&server, "owner", "owner");
        claims["scope"] = Value::from("read");
        claims
    });
    let (revoke, introspect) = ("/oauth2/revoke", "/oauth2/introspect");
    for (method, path, request, status) in [
        ("post", introspect, returned::introspection("owner", &token), 200),
        ("post", introspect, returned::introspection("owner", renewal), 200),
        ("post", introspect, returned::introspection("owner", "x"), 200),
        ("post", introspect, returned::introspection("owner", ""), 400),
        ("post", introspect, bare(introspect), 401),
        ("post", introspect, returned::introspection("owner", &"x".repeat(70_000)), 413),
        ("post", revoke, returned::revocation("owner", "x"), 200),
        ("post", revoke, returned::revocation("owner", ""), 400),
        ("post", revoke, returned::revocation("owner", &read), 400),
        ("post", revoke, bare(revoke), 401),
        ("get", list, with("GET", list, &token), 200),
        ("get", list, with("GET", &format!("{list}?x"), &token), 400),
        ("get", list, Request::get(list), 401),
        ("get", list, with("GET", list, &plain), 401),
        ("get", list, with("GET", list, &read), 403),
        ("delete", list, with("DELETE", &format!("{list}?sub=x"), &token), 403),
        ("delete", "/api/v1/authorized-tokens/{id}", with("DELETE", &one, &token), 404),
        ("delete", &current, with("DELETE", &current, &other), 204),
        ("delete", &current, with("DELETE", &current, &read), 400),
        ("delete", list, with("DELETE", list, &token), 204),
    ] {
        let answer = server.send(request).await;
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        assert_documented(&document, method, path, &answer);
    }
    let token = returned::issued(&server, "stranger").await;
    store.set_away(true);
    for (method, path, request) in [
        ("post", introspect, returned::introspection("stranger", &token)),
        ("post", revoke, returned::revocation("stranger", &token)),
        ("get", list, with("GET", list, &token)),
        ("delete", &current, with("DELETE", &current, &token)),
    ] {
        let answer = server.send(request).await;
        assert_eq!(answer.status, 503, "{method} {path}: {answer:?}");
        assert_documented(&document, method, path, &answer);
    }
}

#[tokio::test]
async fn the_examples_of_an_operation_are_refusals_that_it_gives() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    let examples = |method: &str, path: &str, status: &str| {
        let response = &document["paths"][path][method]["responses"][status];
        let examples = response["content"]["application/json"]["examples"].as_object().unwrap();
        examples.keys().cloned().collect::<Vec<_>>()
    };
    let list = returned::LIST;
    let client = ["ClientAuthenticationFailed", "MalformedCredentials", "MissingCredentials"];
    assert_eq!(examples("post", "/oauth2/token", "401"), client);
    assert_eq!(examples("post", "/oauth2/revoke", "401"), client);
    let bearer = ["AccessTokenForOthers", "AccessTokenRefused", "NoAccessToken"];
    assert_eq!(examples("get", list, "401"), bearer);
    assert_eq!(examples("get", list, "403"), ["ScopeMissing"]);
    assert!(!examples("get", list, "400").contains(&"NotAForm".to_owned()));
    assert!(examples("get", list, "400").contains(&"MalformedCursor".to_owned()));
    assert!(!examples("post", "/oauth2/revoke", "400").contains(&"MissingGrantType".to_owned()));
}

#[tokio::test]
async fn every_answer_of_the_public_documents_is_documented() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    for path in ["/.well-known/jwks.json", "/.well-known/oauth-authorization-server"] {
        let answer = server.send(Request::get(path)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_documented(&document, "get", path, &answer);
        let etag = answer.header("ETag").unwrap();
        let answer = server.send(Request::get(path).header("If-None-Match", etag)).await;
        assert_eq!(answer.status, 304, "{answer:?}");
        assert_documented(&document, "get", path, &answer);
    }
}

#[tokio::test]
async fn every_answer_of_the_operations_is_documented() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = server.send(Request::get(path)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_documented(&document, "get", path, &answer);
    }
}

#[tokio::test]
async fn the_documented_form_is_the_one_that_is_read() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    let body = &document["paths"]["/oauth2/token"]["post"]["requestBody"]["content"];
    let media_types: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(media_types, ["application/x-www-form-urlencoded"]);
    let form = &document["components"]["schemas"]["TokenRequest"];
    assert_eq!(form["required"], serde_json::json!(["grant_type"]));
    let mut members: Vec<&str> =
        form["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    let read = [
        "client_assertion",
        "client_assertion_type",
        "client_id",
        "client_secret",
        "code",
        "code_verifier",
        "device_code",
        "grant_type",
        "password",
        "redirect_uri",
        "refresh_token",
        "resource",
        "scope",
        "username",
    ];
    assert_eq!(members, read);
    let grants = document["components"]["schemas"]["GrantType"]["enum"].as_array().unwrap();
    let device_code = "urn:ietf:params:oauth:grant-type:device_code";
    let served =
        ["authorization_code", "client_credentials", "password", "refresh_token", device_code];
    assert_eq!(grants, &served);
}

#[tokio::test]
async fn every_operation_has_a_name_a_summary_and_a_group_that_is_described() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    let groups: Vec<&Value> =
        document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    let mut names = std::collections::HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} names two operations");
            for member in ["summary", "description"] {
                let text = operation[member].as_str().unwrap_or_default();
                assert!(!text.is_empty(), "{method} {path} has no {member}");
            }
            assert!(groups.contains(&&operation["tags"][0]), "{method} {path}");
        }
    }
}
