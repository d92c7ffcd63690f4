//! Applications whose grants can be renewed, and the steps that tests of renewal share.

use serde_json::Value;

use super::{Answer, Request, TestServer};

/// Applications with refresh tokens: two that rotate, one that does not, one that authenticates by
/// nothing and has been given none.
pub const RENEWERS: &str = r#"
[[scopes]]
name = "read"
[[scopes]]
name = "write"
[[scopes]]
name = "other"

[[applications]]
client_id = "renewer"
client_secret = "renewer-secret"
grant_types = ["client_credentials", "refresh_token"]
scopes = ["read", "write"]
audience = ["https://api.example.com", "https://files.example.com"]
refresh_token_with_client_credentials = true

[[applications]]
client_id = "stranger"
client_secret = "stranger-secret"
grant_types = ["client_credentials", "refresh_token"]
scopes = ["read", "write"]
audience = ["https://api.example.com", "https://files.example.com"]
refresh_token_with_client_credentials = true

[[applications]]
client_id = "keeper"
client_secret = "keeper-secret"
grant_types = ["client_credentials", "refresh_token"]
scopes = ["read"]
refresh_token_with_client_credentials = true
refresh_token_rotation = false

[[applications]]
client_id = "ungranted"
client_secret = "ungranted-secret"
grant_types = ["client_credentials"]
scopes = ["read"]

[[applications]]
client_id = "public"
token_endpoint_auth_method = "none"
grant_types = ["refresh_token"]
scopes = ["read"]
"#;

/// The secret of the application `client_id` of [`RENEWERS`].
pub fn secret(client_id: &str) -> String {
    format!("{client_id}-secret")
}

/// A new grant for `client_id`; `more` is added to the form.
pub async fn begin(server: &TestServer, client_id: &str, more: &str) -> Value {
    let form = format!("grant_type=client_credentials{more}");
    let answer = server.token(client_id, &secret(client_id), &form).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Presents a refresh token as `client_id`; `more` is added to the form.
pub async fn refresh(server: &TestServer, client_id: &str, token: &str, more: &str) -> Answer {
    let form = format!("grant_type=refresh_token&refresh_token={token}{more}");
    server.send(Request::form("/oauth2/token", &form).basic(client_id, &secret(client_id))).await
}

/// The refresh token of a token response.
pub fn refresh_token(response: &Value) -> String {
    response["refresh_token"].as_str().unwrap_or_else(|| panic!("none in {response}")).to_owned()
}

/// Renews, which must be granted, and gives the whole response.
pub async fn renewed(server: &TestServer, client_id: &str, token: &str, more: &str) -> Value {
    let answer = refresh(server, client_id, token, more).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}
