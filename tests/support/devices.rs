//! Devices without a browser, the people who authorize them, and the steps that their tests share.

use serde_json::Value;

use super::{
    Answer, Request, TestServer,
    browser::Browser,
    people::{PASSWORD, hash},
};

pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Applications of devices: public ones, one that authenticates, one without refresh tokens, one that may not
/// use the grant. The people differ in their roles; the password of each is [`PASSWORD`].
pub fn tables() -> String {
    const TABLES: &str = r#"
[[scopes]]
name = "read"
description = "Read your notes"
[[scopes]]
name = "write"
description = "Change your notes"

[[roles]]
name = "reader"
scopes = ["read", "tokens"]
[[roles]]
name = "editor"
scopes = ["write"]

[[users]]
username = "zoe"
id = "0b5d7a3e-6f0c-4e6b-9a55-6f1f0c1d2e3f"
password_hash = "{hash}"
roles = ["reader", "editor"]

[[users]]
username = "ben"
id = "4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f"
password_hash = "{hash}"
roles = ["reader"]

[[users]]
username = "roleless"
password_hash = "{hash}"

[[applications]]
client_id = "tv"
name = "The <b>television</b>"
token_endpoint_auth_method = "none"
grant_types = ["{device}", "refresh_token"]
scopes = ["read", "write", "openid", "offline_access", "tokens"]
audience = ["https://api.example.com", "https://files.example.com"]

[[applications]]
client_id = "radio"
token_endpoint_auth_method = "none"
grant_types = ["{device}", "refresh_token"]
scopes = ["read"]

[[applications]]
client_id = "box"
client_secret = "box-secret"
grant_types = ["{device}", "refresh_token"]
scopes = ["read"]

[[applications]]
client_id = "once"
token_endpoint_auth_method = "none"
grant_types = ["{device}"]
scopes = ["read"]

[[applications]]
client_id = "undeviced"
token_endpoint_auth_method = "none"
grant_types = ["refresh_token"]
scopes = ["read"]

[[applications]]
client_id = "api"
client_secret = "api-secret"
grant_types = []
resource_server_for = ["https://api.example.com"]
"#;
    TABLES.replace("{hash}", hash()).replace("{device}", GRANT_TYPE)
}

pub async fn server() -> TestServer {
    TestServer::with(&tables()).await
}

/// A device authorization request; `more` is added to the form.
pub async fn ask(server: &TestServer, client_id: &str, more: &str) -> Answer {
    let form = format!("client_id={client_id}{more}");
    server.send(Request::form("/oauth2/device_authorization", &form)).await
}

/// One that must be granted.
pub async fn begun(server: &TestServer, client_id: &str, more: &str) -> Value {
    let answer = ask(server, client_id, more).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// A token request that a public application's device sends.
pub fn polling(client_id: &str, begun: &Value) -> Request {
    let device_code = begun["device_code"].as_str().unwrap();
    let form = format!("grant_type={GRANT_TYPE}&client_id={client_id}&device_code={device_code}");
    Request::form("/oauth2/token", &form)
}

/// What the device hears.
pub async fn poll(server: &TestServer, client_id: &str, begun: &Value) -> Answer {
    server.send(polling(client_id, begun)).await
}

/// The tokens that the device must be given.
pub async fn given(server: &TestServer, client_id: &str, begun: &Value) -> Value {
    let answer = poll(server, client_id, begun).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// A public application's renewal.
pub async fn renew(server: &TestServer, client_id: &str, response: &Value) -> Answer {
    let token = response["refresh_token"].as_str().unwrap();
    let form = format!("grant_type=refresh_token&client_id={client_id}&refresh_token={token}");
    server.send(Request::form("/oauth2/token", &form)).await
}

/// The code that the device shows.
pub fn user_code(begun: &Value) -> String {
    begun["user_code"].as_str().unwrap().to_owned()
}

/// The browser of somebody who has signed in.
pub async fn signed_in(server: &TestServer, username: &str) -> Browser {
    let mut browser = Browser::new();
    let answer = browser.sign_in(server, username, PASSWORD).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    browser
}

/// What somebody who types `user_code` is shown.
pub async fn typed(browser: &mut Browser, server: &TestServer, user_code: &str) -> Answer {
    browser.submit(server, "/device", "/device", &[("user_code", user_code)]).await
}

/// What somebody is shown who answers the question about the device of `begun`.
pub async fn answered(
    browser: &mut Browser,
    server: &TestServer,
    begun: &Value,
    answer: &str,
) -> Answer {
    let question = typed(browser, server, &user_code(begun)).await;
    assert_eq!(question.status, 200, "{question:?}");
    browser.submit_on(server, &question, "/device", &[("answer", answer)]).await
}

/// Authorizes the device of `begun`.
pub async fn authorized(browser: &mut Browser, server: &TestServer, begun: &Value) {
    let page = answered(browser, server, begun, "authorize").await;
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.text().contains("Go back to your device"), "{page:?}");
}
