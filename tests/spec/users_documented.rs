//! What is answered about people and roles is what the OpenAPI document says: statuses, headers, members.

use serde_json::{Value, json};

use super::openapi_schema::{assert_documented, document};
use crate::support::{
    Request, TestServer,
    kept::{
        ROLES, USERS, added, call, operator, place, request, signed_in, switched, tables, token_of,
        with_json,
    },
    people::PASSWORD,
    returned::access_token,
};

const ONE: &str = "/api/v1/users/{id}";
const PASSWORD_OF_ONE: &str = "/api/v1/users/{id}/password";
const ROLE: &str = "/api/v1/roles/{name}";

/// Sends each request, which must be answered with its status, and as the document says.
async fn all_documented(server: &TestServer, requests: Vec<(&str, Request, u16)>) {
    let document = document(server).await;
    for (path, request, status) in requests {
        let method = request.method.to_lowercase();
        let answer = server.send(request).await;
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        assert_documented(&document, &method, path, &answer);
    }
}

/// The same request, for whoever has seen another state.
fn stale(request: Request) -> Request {
    request.header("If-Match", "\"77\"")
}

#[tokio::test]
async fn every_answer_about_people_is_documented() {
    let limits = "\n[limits]\nsign_ups = \"1/h\"\nfailed_sign_ins = \"1/min\"\n";
    let server = TestServer::with(&(tables("registration = \"open\"\n") + limits)).await;
    let zoe = added(&server, "zoe", &["member"]).await;
    let operator = operator(&server).await;
    let own = access_token(&signed_in(&server, "zoe").await);
    let narrow =
        server.token("lister", "lister-secret", "grant_type=client_credentials&scope=read");
    let narrow = access_token(&narrow.await.json());
    let list = call(&server, "GET", USERS, &operator, Value::Null).await.json();
    let root = list["items"].as_array().unwrap().iter().find(|one| one["username"] == "root");
    let (zoe, root) = (place(&zoe), place(root.unwrap()));
    let password = format!("{zoe}/password");
    let nobody = format!("{USERS}/00000000-0000-4000-8000-000000000000");
    let by = |token: &str, method: &str, target: &str, body: Value| {
        request(method, target, token, &body)
    };
    let ben = json!({"username": "ben", "password": PASSWORD, "email": "ben@example.com"});
    let eve = json!({"username": "eve", "password": PASSWORD});
    let anybody = |body: &Value| with_json(Request::new("POST", USERS), &body.to_string());
    let (none, large) = (Value::Null, json!({"username": "x".repeat(70_000)}));
    let new = json!({"new_password": "other words together"});
    let guess = json!({"current_password": "wrong", "new_password": "other words together"});
    let plain = |method: &str, target: &str, token: &str| {
        Request::new(method, target)
            .header("Authorization", format!("Bearer {token}"))
            .header("Content-Type", "text/plain")
            .body(b"x")
    };
    all_documented(
        &server,
        vec![
            (USERS, by(&operator, "GET", USERS, none.clone()), 200),
            (USERS, by(&operator, "GET", &format!("{USERS}?limit=1"), none.clone()), 200),
            (USERS, by(&operator, "GET", &format!("{USERS}?limit=x"), none.clone()), 400),
            (USERS, Request::get(USERS), 401),
            (USERS, by(&narrow, "GET", USERS, none.clone()), 403),
            (USERS, anybody(&ben), 201),
            (USERS, anybody(&eve), 429),
            (USERS, by(&operator, "POST", USERS, eve), 201),
            (USERS, by(&operator, "POST", USERS, json!({})), 400),
            (USERS, by("x", "POST", USERS, ben.clone()), 401),
            (USERS, by(&own, "POST", USERS, ben.clone()), 403),
            (USERS, by(&operator, "POST", USERS, ben), 409),
            (USERS, by(&operator, "POST", USERS, large.clone()), 413),
            (USERS, plain("POST", USERS, &operator), 415),
            (ONE, by(&own, "GET", &zoe, none.clone()), 200),
            (ONE, by(&operator, "GET", &root, none.clone()), 200),
            (ONE, Request::get(&zoe), 401),
            (ONE, by(&narrow, "GET", &zoe, none.clone()), 403),
            (ONE, by(&own, "GET", &root, none.clone()), 404),
            (ONE, by(&own, "PUT", &zoe, json!({"username": "zoe"})), 200),
            (ONE, by(&own, "PATCH", &zoe, json!({"name": "Zoë"})), 200),
            (ONE, by(&own, "PUT", &zoe, json!({"name": "Zoë"})), 400),
            (ONE, by(&own, "PATCH", &zoe, json!({"email": "x"})), 400),
            (ONE, by(&own, "PATCH", &zoe, json!({"disabled": true})), 403),
            (ONE, by(&operator, "PUT", &nobody, json!({"username": "x"})), 404),
            (ONE, by(&operator, "PATCH", &root, json!({"name": "x"})), 409),
            (ONE, stale(by(&operator, "PUT", &zoe, json!({"username": "zoe"}))), 412),
            (ONE, stale(by(&operator, "PATCH", &zoe, json!({}))), 412),
            (ONE, by(&own, "PATCH", &zoe, large), 413),
            (ONE, plain("PUT", &zoe, &own), 415),
            (PASSWORD_OF_ONE, by(&own, "POST", &password, new.clone()), 400),
            (PASSWORD_OF_ONE, by(&own, "POST", &password, guess.clone()), 400),
            (PASSWORD_OF_ONE, by(&own, "POST", &password, guess), 429),
            (PASSWORD_OF_ONE, Request::new("POST", &password), 401),
            (PASSWORD_OF_ONE, by(&narrow, "POST", &password, new.clone()), 403),
            (
                PASSWORD_OF_ONE,
                by(&operator, "POST", &format!("{nobody}/password"), new.clone()),
                404,
            ),
            (PASSWORD_OF_ONE, by(&operator, "POST", &format!("{root}/password"), new.clone()), 409),
            (PASSWORD_OF_ONE, plain("POST", &password, &own), 415),
            (PASSWORD_OF_ONE, by(&operator, "POST", &password, new), 204),
            (ONE, by(&own, "DELETE", &zoe, none.clone()), 401),
            (ONE, stale(by(&operator, "DELETE", &zoe, none.clone())), 412),
            (ONE, by(&operator, "DELETE", &root, none.clone()), 409),
            (ONE, by(&operator, "DELETE", &zoe, none.clone()), 204),
            (ONE, by(&operator, "DELETE", &zoe, none), 404),
        ],
    )
    .await;
}

#[tokio::test]
async fn every_answer_about_roles_is_documented() {
    let server = TestServer::with(&tables("")).await;
    added(&server, "zoe", &["member"]).await;
    let (operator, own) = (operator(&server).await, access_token(&signed_in(&server, "zoe").await));
    let (mine, member) = (format!("{ROLES}/mine"), format!("{ROLES}/member"));
    let by = |token: &str, method: &str, target: &str, body: Value| {
        request(method, target, token, &body)
    };
    let (none, some) = (Value::Null, json!({"scopes": ["read"]}));
    all_documented(
        &server,
        vec![
            (ROLES, by(&operator, "POST", ROLES, json!({"name": "mine", "scopes": ["read"]})), 201),
            (ROLES, by(&operator, "POST", ROLES, json!({"name": "mine"})), 409),
            (ROLES, by(&operator, "POST", ROLES, json!({})), 400),
            (ROLES, Request::new("POST", ROLES), 401),
            (ROLES, by(&own, "POST", ROLES, json!({"name": "x"})), 403),
            (ROLES, by(&operator, "GET", ROLES, none.clone()), 200),
            (ROLES, by(&operator, "GET", &format!("{ROLES}?limit=1"), none.clone()), 200),
            (ROLES, by(&operator, "GET", &format!("{ROLES}?x=1"), none.clone()), 400),
            (ROLES, Request::get(ROLES), 401),
            (ROLE, by(&operator, "GET", &mine, none.clone()), 200),
            (ROLE, by(&own, "GET", &member, none.clone()), 200),
            (ROLE, by(&own, "GET", &mine, none.clone()), 404),
            (ROLE, by(&operator, "PUT", &mine, some.clone()), 200),
            (ROLE, by(&operator, "PATCH", &mine, json!({})), 200),
            (ROLE, by(&operator, "PATCH", &mine, json!({"scopes": ["nope"]})), 400),
            (ROLE, by(&own, "PUT", &member, some.clone()), 403),
            (ROLE, by(&operator, "PUT", &member, some.clone()), 409),
            (ROLE, stale(by(&operator, "PUT", &mine, some.clone())), 412),
            (ROLE, stale(by(&operator, "PATCH", &mine, some)), 412),
            (ROLE, by(&own, "DELETE", &member, none.clone()), 403),
            (ROLE, by(&operator, "DELETE", &member, none.clone()), 409),
            (ROLE, stale(by(&operator, "DELETE", &mine, none.clone())), 412),
            (ROLE, by(&operator, "DELETE", &mine, none.clone()), 204),
            (ROLE, by(&operator, "DELETE", &mine, none), 404),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_is_answered_without_a_store_or_a_directory_is_documented() {
    let (server, store) = switched();
    let zoe = place(&added(&server, "zoe", &["member"]).await);
    let operator = token_of(&server, "operator").await;
    store.set_away(true);
    let new = json!({"new_password": "other words together"});
    let by = |method: &str, target: &str, body: Value| request(method, target, &operator, &body);
    let mut requests = vec![
        (ONE, by("GET", &zoe, Value::Null), 503),
        (ONE, by("PATCH", &zoe, json!({"disabled": true})), 503),
        (PASSWORD_OF_ONE, by("POST", &format!("{zoe}/password"), new), 503),
        (ONE, by("DELETE", &zoe, Value::Null), 503),
        (ROLES, by("GET", ROLES, Value::Null), 503),
    ];
    requests.push((USERS, by("GET", USERS, Value::Null), 503));
    all_documented(&server, requests).await;
}
