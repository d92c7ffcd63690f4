//! Who the documents' requests are from: their applications by their names, and some people.

use serde_json::Value;

use crate::support::{
    Answer, Request, TestServer,
    people::{PASSWORD, hash},
};

/// The password of everybody, as a query has it.
pub(crate) const ENCODED_PASSWORD: &str = "correct%20horse%20battery";

pub(crate) const ALL: &[&str] = &["etmdb", "teen-quotes", "metamaps", "cameramanager", "fusio"];

const TABLES: &str = r#"
[[scopes]]
name = "read"
[[scopes]]
name = "write"
[[scopes]]
name = "other"

[directory]
url = "sqlite:signet.db"
registration = "open"
default_role = "consumer"

[[roles]]
name = "consumer"
scopes = ["read", "tokens"]
[[roles]]
name = "editor"
scopes = ["write", "tokens", "applications"]

[[users]]
username = "zoe"
password_hash = "{hash}"
roles = ["consumer", "editor"]
[[users]]
username = "ben@example.com"
password_hash = "{hash}"
roles = ["consumer"]
[[users]]
username = "gone"
password_hash = "{hash}"
roles = ["consumer"]
disabled = true
[[users]]
username = "both"
password_hash = "{hash}"
roles = ["consumer"]

[[applications]]
client_id = "42"
client_secret = "IZgwaBTZ2EdtT3hT7UzG2rLQ8S0Vmu9GDxeHwcPz"
grant_types = ["client_credentials", "password", "refresh_token"]
scopes = ["read", "write", "tokens", "applications"]
refresh_token_with_client_credentials = true

[[applications]]
client_id = "cameramanager.test"
client_secret = "qwertyuiopasdfghjklzxcvbnm12345"
grant_types = ["password", "refresh_token"]
scopes = ["read", "write"]
refresh_token_rotation = false

[[applications]]
client_id = "YOUR_CLIENT_ID"
client_secret = "THE_SECRET"
grant_types = ["authorization_code", "refresh_token"]
redirect_uris = ["urn:ietf:wg:oauth:2.0:oob"]
scopes = ["read"]

[[applications]]
client_id = "portal"
client_secret = "portal-secret"
grant_types = ["password", "refresh_token"]
scopes = ["read", "write", "tokens"]

[[applications]]
client_id = "plain"
client_secret = "100%+plain"
grant_types = ["client_credentials"]
scopes = ["read"]

[[applications]]
client_id = "both"
client_secret = "both-secret"
grant_types = ["client_credentials"]
scopes = ["read"]

[[applications]]
client_id = "off"
client_secret = "off-secret"
grant_types = ["client_credentials", "password"]
scopes = ["read"]
disabled = true

[dialects]
enabled = {enabled}
sign_in_application = "portal"
"#;

/// The configuration with these dialects.
pub(crate) fn tables(enabled: &[&str]) -> String {
    TABLES.replace("{hash}", hash()).replace("{enabled}", &format!("{enabled:?}"))
}

/// A server with these dialects.
pub(crate) async fn server(enabled: &[&str]) -> TestServer {
    TestServer::with(&tables(enabled)).await
}

/// Asserts that `answer` is 200 with exactly these members of these types, as JSON that nobody stores.
#[track_caller]
pub(crate) fn assert_members(answer: &Answer, expected: &[(&str, Kind)]) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("Content-Type"), Some("application/json"), "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{answer:?}");
    assert_eq!(answer.header("Pragma"), Some("no-cache"), "{answer:?}");
    let json = answer.json();
    let mut names: Vec<&String> = json.as_object().unwrap().keys().collect();
    names.sort();
    let mut expected_names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    expected_names.sort_unstable();
    assert_eq!(names, expected_names, "{answer:?}");
    for (name, kind) in expected {
        let value = &json[name];
        let fits = match kind {
            Kind::Text => value.as_str().is_some_and(|text| !text.is_empty()),
            Kind::Exactly(text) => value == text,
            Kind::Number => value.is_u64(),
        };
        assert!(fits, "{name} in {answer:?}");
    }
    json
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Exactly(&'static str),
    Number,
}

/// Asserts an error: status, key, whether the body has a description, and the challenge of a 401.
#[track_caller]
pub(crate) fn assert_refused(answer: &Answer, status: u16, error: &str, has_description: bool) {
    assert_eq!((answer.status, answer.error().as_str()), (status, error), "{answer:?}");
    let json = answer.json();
    let members: Vec<&String> = json.as_object().unwrap().keys().collect();
    let expected = if has_description { &["error", "error_description"][..] } else { &["error"] };
    assert_eq!(members, expected, "{answer:?}");
    assert_eq!(answer.header("Content-Type"), Some("application/json"), "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{answer:?}");
    assert_eq!(answer.header("WWW-Authenticate").is_some(), status == 401, "{answer:?}");
}

pub(crate) fn json(target: &str, body: &str) -> Request {
    Request::new("POST", target).header("Content-Type", "application/json").body(body.as_bytes())
}

pub(crate) fn text<'a>(response: &'a Value, member: &str) -> &'a str {
    response[member].as_str().unwrap_or_else(|| panic!("no {member} in {response}"))
}

pub(crate) fn bearer(request: Request, token: &str) -> Request {
    request.header("Authorization", format!("Bearer {token}"))
}

/// The form of the document of EtMDB, with these values.
pub(crate) fn password_form(username: &str, scope: &str) -> String {
    format!("grant_type=password&username={username}&password={ENCODED_PASSWORD}&scope={scope}")
}

/// Whether the token opens the list of authorized tokens.
pub(crate) async fn opens(server: &TestServer, token: &str) -> u16 {
    server.send(bearer(Request::get("/api/v1/authorized-tokens"), token)).await.status
}

pub(crate) const fn password() -> &'static str {
    PASSWORD
}
