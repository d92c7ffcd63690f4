//! People and roles that the directory keeps: the configuration, and the steps that their tests share.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Answer, Request, TestServer,
    people::{PASSWORD, hash, with_password},
    returned::access_token,
    switched_store::SwitchedStore,
};

pub const USERS: &str = "/api/v1/users";
pub const ROLES: &str = "/api/v1/roles";

/// A directory in a file, people and applications that differ in what they may do. The secret of each
/// application is its name and `-secret`, the password of each person [`PASSWORD`]. `more` is added to the
/// section `[directory]`.
pub fn tables(more: &str) -> String {
    const TABLES: &str = r#"
[[scopes]]
name = "read"
[[scopes]]
name = "write"

[[roles]]
name = "administrator"
scopes = ["admin", "users", "tokens"]
[[roles]]
name = "member"
scopes = ["read", "users", "tokens"]

[[users]]
username = "root"
password_hash = "{hash}"
roles = ["administrator"]

[[applications]]
client_id = "app"
client_secret = "app-secret"
grant_types = ["password", "refresh_token"]
scopes = ["read", "write", "tokens", "users", "admin"]

[[applications]]
client_id = "operator"
client_secret = "operator-secret"
grant_types = ["client_credentials"]
scopes = ["admin", "users"]

[[applications]]
client_id = "lister"
client_secret = "lister-secret"
grant_types = ["client_credentials"]
scopes = ["users", "read"]
"#;
    let tables = TABLES.replace("{hash}", hash());
    format!("[directory]\nurl = \"sqlite:signet.db\"\n{more}\n{tables}")
}

pub async fn server() -> TestServer {
    TestServer::with(&tables("")).await
}

/// A server whose store a test switches off.
pub fn switched() -> (TestServer, Arc<SwitchedStore>) {
    let clock = Arc::new(super::test_clock());
    let (switched, store) = SwitchedStore::new(&clock);
    (TestServer::with_store_and(&clock, store, &tables("")), switched)
}

/// A request with an access token and a JSON body; null is no body.
pub fn request(method: &str, target: &str, token: &str, body: &Value) -> Request {
    let request = Request::new(method, target).header("Authorization", format!("Bearer {token}"));
    match body {
        Value::Null => request,
        body => with_json(request, &body.to_string()),
    }
}

pub fn with_json(request: Request, body: &str) -> Request {
    request.header("Content-Type", "application/json").body(body.as_bytes())
}

pub async fn call(
    server: &TestServer,
    method: &str,
    target: &str,
    token: &str,
    body: Value,
) -> Answer {
    server.send(request(method, target, token, &body)).await
}

/// The answer to a GET that must succeed.
pub async fn read(server: &TestServer, target: &str, token: &str) -> Value {
    let answer = call(server, "GET", target, token, Value::Null).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{answer:?}");
    answer.json()
}

/// An access token of an application that acts for itself.
pub async fn token_of(server: &TestServer, client_id: &str) -> String {
    let form = "grant_type=client_credentials";
    let answer = server.token(client_id, &format!("{client_id}-secret"), form).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    access_token(&answer.json())
}

/// An access token of the application that is an administrator.
pub async fn operator(server: &TestServer) -> String {
    token_of(server, "operator").await
}

/// A token response for a person whose password is [`PASSWORD`].
pub async fn signed_in(server: &TestServer, username: &str) -> Value {
    super::people::signed_in(server, "app", username, "").await
}

/// Whether a person can sign in with this password.
pub async fn can_sign_in(server: &TestServer, username: &str, password: &str) -> bool {
    let answer = with_password(server, "app", username, password, "").await;
    if answer.status != 200 {
        answer.assert_error(400, "invalid_grant");
    }
    answer.status == 200
}

/// A person, added by the operator, with [`PASSWORD`].
pub async fn added(server: &TestServer, username: &str, roles: &[&str]) -> Value {
    let body = json!({"username": username, "password": PASSWORD, "roles": roles});
    let answer = call(server, "POST", USERS, &operator(server).await, body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

/// Where a person is.
pub fn place(person: &Value) -> String {
    format!("{USERS}/{}", person["id"].as_str().unwrap())
}

/// The members that an `invalid_request` names.
#[track_caller]
pub fn refused_fields(answer: &Answer) -> Vec<String> {
    assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_request"), "{answer:?}");
    let json = answer.json();
    let fields = json["fields"].as_array().unwrap_or_else(|| panic!("no fields: {answer:?}"));
    fields.iter().map(|field| field["field"].as_str().unwrap().to_owned()).collect()
}
