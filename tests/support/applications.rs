//! Applications that are registered while Signet runs: those who register them, and the steps that their
//! tests share.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Answer, Request, TestServer,
    returned::{claims, signed},
    switched_store::SwitchedStore,
};

pub const PATH: &str = "/api/v1/applications";

pub const ALICE: &str = "0b5d7a3e-6f0c-4e6b-9a55-6f1f0c1d2e3f";
pub const BOB: &str = "4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f";

/// A directory that keeps applications, two people with roles, and applications that act for them.
pub const TABLES: &str = r#"
[directory]
url = "sqlite:signet.db"
{registration}

[limits]
registrations = "30/min"

[[scopes]]
name = "read"
[[scopes]]
name = "write"
[[scopes]]
name = "other"

[[roles]]
name = "maker"
scopes = ["read", "applications", "users", "admin"]

[[users]]
username = "alice"
password_hash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
id = "0b5d7a3e-6f0c-4e6b-9a55-6f1f0c1d2e3f"
roles = ["maker"]

[[users]]
username = "bob"
password_hash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
id = "4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f"

[[applications]]
client_id = "portal"
client_secret = "portal-secret"
grant_types = ["password", "client_credentials"]
scopes = ["read", "write", "applications", "admin"]

[[applications]]
client_id = "api"
client_secret = "api-secret"
grant_types = []
resource_server_for = ["http://127.0.0.1:{port}"]
"#;

/// A server that keeps applications, whose `[directory]` has also these lines.
pub async fn server_with(registration: &str) -> TestServer {
    TestServer::with(&TABLES.replace("{registration}", registration)).await
}

pub async fn server() -> TestServer {
    server_with("").await
}

/// The same, with a store that a test switches off.
pub fn switched(registration: &str) -> (TestServer, Arc<SwitchedStore>) {
    let clock = Arc::new(super::test_clock());
    let (switched, store) = SwitchedStore::new(&clock);
    let tables = TABLES.replace("{registration}", registration).replace("{port}", "1");
    (TestServer::with_store_and(&clock, store, &tables), switched)
}

/// An access token for `sub` with these scopes.
pub fn token(server: &TestServer, sub: &str, scope: &str) -> String {
    let mut claims = claims(server, "portal", sub);
    claims["scope"] = json!(scope);
    signed(server, "at+jwt", &claims)
}

pub fn alice(server: &TestServer) -> String {
    token(server, ALICE, "applications")
}

pub fn bob(server: &TestServer) -> String {
    token(server, BOB, "applications")
}

pub fn admin(server: &TestServer) -> String {
    token(server, ALICE, "applications admin")
}

pub fn request(method: &str, target: &str, token: &str) -> Request {
    Request::new(method, target).header("Authorization", format!("Bearer {token}"))
}

pub fn with_json(request: Request, body: &Value) -> Request {
    request.header("Content-Type", "application/json").body(body.to_string().as_bytes())
}

pub async fn send(
    server: &TestServer,
    method: &str,
    target: &str,
    token: &str,
    body: &Value,
) -> Answer {
    server.send(with_json(request(method, target, token), body)).await
}

pub async fn create(server: &TestServer, token: &str, body: &Value) -> Answer {
    send(server, "POST", PATH, token, body).await
}

/// A service that may read; every test that needs just any application has this one.
pub fn service() -> Value {
    json!({"client_name": "A service", "grant_types": ["client_credentials"], "scope": "read"})
}

/// An application that must be registered.
pub async fn created(server: &TestServer, token: &str, body: &Value) -> Value {
    let answer = create(server, token, body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

pub fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no {member}: {value}")).to_owned()
}

pub fn path(application: &Value) -> String {
    format!("{PATH}/{}", text(application, "client_id"))
}

/// The names of the members that an answer complains of.
#[track_caller]
pub fn complaints(answer: &Answer, code: &str) -> Vec<String> {
    assert_eq!((answer.status, answer.error().as_str()), (400, code), "{answer:?}");
    let json = answer.json();
    let fields = json["fields"].as_array().unwrap_or_else(|| panic!("no fields: {answer:?}"));
    fields.iter().map(|problem| text(problem, "field")).collect()
}

/// A client credentials grant for an application with its secret.
pub async fn granted(server: &TestServer, application: &Value, secret: &str) -> Answer {
    let form = "grant_type=client_credentials";
    server.token(&text(application, "client_id"), secret, form).await
}

/// How many applications are kept that are not declared.
pub async fn kept(server: &TestServer) -> usize {
    let list = server.send(request("GET", PATH, &admin(server))).await.json();
    let items = list["items"].as_array().unwrap();
    items.iter().filter(|item| item.get("declared").is_none()).count()
}
