//! People who sign in, the applications that they sign in with, and the steps that their tests share.

use std::sync::OnceLock;

use serde_json::Value;
use signet::{directory::hash_password, entropy::SystemEntropy, secret::Secret};

use super::{Answer, Request, TestServer};

pub const PASSWORD: &str = "correct horse battery";

/// The digest of [`PASSWORD`].
pub fn hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash_password(&Secret::new(PASSWORD.to_owned()), &SystemEntropy).unwrap())
}

/// Applications that differ in what they may do, people who differ in their roles. The secret of each
/// application is its name and `-secret`, the password of each person [`PASSWORD`].
pub fn tables() -> String {
    const TABLES: &str = r#"
[[scopes]]
name = "read"
[[scopes]]
name = "write"
[[scopes]]
name = "other"

[[roles]]
name = "reader"
scopes = ["read"]
[[roles]]
name = "editor"
scopes = ["write", "tokens"]

[[users]]
username = "Zoë"
password_hash = "{hash}"
name = "Zoë Demo"
email = "zoe@example.com"
roles = ["reader", "editor"]

[[users]]
username = "ben@example.com"
password_hash = "{hash}"
roles = ["reader"]
id = "4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f"

[[users]]
username = "roleless"
password_hash = "{hash}"

[[users]]
username = "gone"
password_hash = "{hash}"
roles = ["reader"]
disabled = true

[[applications]]
client_id = "app"
client_secret = "app-secret"
grant_types = ["password", "refresh_token"]
scopes = ["read", "write", "openid", "tokens"]

[[applications]]
client_id = "once"
client_secret = "once-secret"
grant_types = ["password"]
scopes = ["read", "write"]

[[applications]]
client_id = "narrow"
client_secret = "narrow-secret"
grant_types = ["password", "refresh_token"]
scopes = ["other"]

[[applications]]
client_id = "public"
token_endpoint_auth_method = "none"
grant_types = ["password", "refresh_token"]
scopes = ["read"]

[[applications]]
client_id = "service"
client_secret = "service-secret"
grant_types = ["client_credentials"]
scopes = ["read"]
"#;
    TABLES.replace("{hash}", hash())
}

/// [`APPLICATIONS`](super::APPLICATIONS), and all that a configuration can switch on.
pub fn everything() -> String {
    const SIGN_IN: &str = r#"
[[applications]]
client_id = "site"
client_secret = "site-secret"
grant_types = ["password"]
scopes = ["read"]

[dialects]
sign_in_application = "site"

[directory]
url = "sqlite:signet.db"
application_registration = "open"
"#;
    format!("{}{SIGN_IN}", super::APPLICATIONS)
}

pub async fn server() -> TestServer {
    TestServer::with(&tables()).await
}

/// The form of a password grant.
pub fn form(username: &str, password: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "password")
        .append_pair("username", username)
        .append_pair("password", password)
        .finish()
}

/// A password grant for `client_id`; `more` is added to the form.
pub async fn attempt(server: &TestServer, client_id: &str, username: &str, more: &str) -> Answer {
    with_password(server, client_id, username, PASSWORD, more).await
}

pub async fn with_password(
    server: &TestServer,
    client_id: &str,
    username: &str,
    password: &str,
    more: &str,
) -> Answer {
    let form = form(username, password) + more;
    server.token(client_id, &format!("{client_id}-secret"), &form).await
}

/// A password grant that must be granted.
pub async fn signed_in(server: &TestServer, client_id: &str, username: &str, more: &str) -> Value {
    let answer = attempt(server, client_id, username, more).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// The claims of a response's access token.
pub fn claims(response: &Value) -> Value {
    super::token::claims(response["access_token"].as_str().unwrap())
}

/// A sign-in with this body.
pub fn sign_in(body: &str) -> Request {
    Request::new("POST", "/api/v1/sign-in")
        .header("Content-Type", "application/json")
        .body(body.as_bytes())
}

/// Changes the configuration file, and reloads it.
pub fn reload(server: &TestServer, from: &str, to: &str) {
    let text = std::fs::read_to_string(server.config_file()).unwrap();
    assert!(text.contains(from), "{from} is not in the file");
    std::fs::write(server.config_file(), text.replace(from, to)).unwrap();
    server.app.reload(signet::app::Trigger::Signal, []).unwrap();
}
