//! The code flow as tests walk it: applications that differ in what they may do, a browser that signs in and
//! consents, and the exchange of the code.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    Answer, Request, TestServer,
    browser::{Browser, location},
    people::{PASSWORD, hash},
};

/// The redirect URI of `web`, `once`, `house` and `strict`.
pub const CALLBACK: &str = "https://app.example.com/callback";
pub const API: &str = "https://api.example.com";
pub const FILES: &str = "https://files.example.com";

/// A code verifier, and what it is a proof of: RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The secret of each application that has one is its name and `-secret`.
pub fn tables() -> String {
    const TABLES: &str = r#"
[[scopes]]
name = "read"
description = "Read your data"
[[scopes]]
name = "write"
description = "Change your data"
[[scopes]]
name = "other"

[[roles]]
name = "editor"
scopes = ["read", "write", "tokens"]
[[roles]]
name = "reader"
scopes = ["read"]

[[users]]
username = "zoe"
password_hash = "{hash}"
name = "Zoë Demo"
email = "zoe@example.com"
roles = ["editor"]

[[users]]
username = "ben"
password_hash = "{hash}"
roles = ["reader"]

[[applications]]
client_id = "web"
name = "Web Notes"
client_secret = "web-secret"
grant_types = ["authorization_code", "refresh_token"]
redirect_uris = ["https://app.example.com/callback"]
scopes = ["read", "write", "openid", "profile", "email", "offline_access"]
audience = ["https://api.example.com", "https://files.example.com"]

[[applications]]
client_id = "several"
client_secret = "several-secret"
grant_types = ["authorization_code", "refresh_token"]
redirect_uris = ["https://app.example.com/callback?kept=1&x=%20", "https://other.example.com/Cb", "https://empty.example.com/?"]
scopes = ["read"]

[[applications]]
client_id = "native"
token_endpoint_auth_method = "none"
grant_types = ["authorization_code", "refresh_token"]
redirect_uris = ["http://127.0.0.1/callback", "http://[::1]:7777/callback", "http://localhost:8000/callback?k=1", "com.example.app:/callback"]
scopes = ["read", "openid"]

[[applications]]
client_id = "claimed"
token_endpoint_auth_method = "none"
grant_types = ["authorization_code", "refresh_token"]
redirect_uris = ["https://claimed.example.com/callback"]
scopes = ["read", "write"]

[[applications]]
client_id = "once"
client_secret = "once-secret"
grant_types = ["authorization_code"]
redirect_uris = ["https://app.example.com/callback"]
scopes = ["read", "other"]

[[applications]]
client_id = "strict"
client_secret = "strict-secret"
grant_types = ["authorization_code"]
redirect_uris = ["https://app.example.com/callback"]
require_pkce = true
scopes = ["read"]

[[applications]]
client_id = "house-native"
token_endpoint_auth_method = "none"
grant_types = ["authorization_code"]
redirect_uris = ["http://127.0.0.1/callback"]
first_party = true
scopes = ["read"]

[[applications]]
client_id = "house"
client_secret = "house-secret"
grant_types = ["authorization_code"]
redirect_uris = ["https://app.example.com/callback"]
first_party = true
scopes = ["read"]

[[applications]]
client_id = "paper"
name = "Paper & <b>Pen</b>"
client_secret = "paper-secret"
grant_types = ["authorization_code"]
redirect_uris = ["urn:ietf:wg:oauth:2.0:oob"]
scopes = ["read"]

[[applications]]
client_id = "elsewhere"
client_secret = "elsewhere-secret"
grant_types = ["client_credentials"]
redirect_uris = ["https://app.example.com/callback"]
scopes = ["read"]

[[applications]]
client_id = "off"
client_secret = "off-secret"
grant_types = ["authorization_code"]
redirect_uris = ["https://app.example.com/callback"]
scopes = ["read"]
disabled = true
"#;
    TABLES.replace("{hash}", hash())
}

pub async fn server() -> TestServer {
    TestServer::with(&tables()).await
}

/// The address of an authorization request of `client_id`; `more` are further parameters.
pub fn asking(client_id: &str, more: &[(&str, &str)]) -> String {
    format!("/oauth2/authorize?{}", asked(client_id, more))
}

/// The same as a form.
pub fn asked(client_id: &str, more: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client_id)
        .append_pair("response_type", "code")
        .extend_pairs(more)
        .finish()
}

/// The same with the challenge of [`VERIFIER`].
pub fn with_challenge<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    all.extend_from_slice(more);
    all
}

/// The challenge of any verifier.
pub fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The parameters that an answer brings back to `redirect_uri`.
#[track_caller]
pub fn returned(answer: &Answer, redirect_uri: &str) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{answer:?}");
    let location = location(answer);
    let rest =
        location.strip_prefix(redirect_uri).unwrap_or_else(|| panic!("not there: {location}"));
    let query = rest.strip_prefix(['?', '&']).unwrap_or(rest);
    let mut parameters = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let before = parameters.insert(name.clone().into_owned(), value.into_owned());
        assert!(before.is_none(), "{name} twice: {location}");
    }
    parameters
}

/// The `error` that an answer brings back to `redirect_uri`.
#[track_caller]
pub fn returned_error(answer: &Answer, redirect_uri: &str) -> String {
    let returned = returned(answer, redirect_uri);
    assert!(!returned.contains_key("code"), "{returned:?}");
    assert!(returned.contains_key("error_description"), "{returned:?}");
    returned["error"].clone()
}

/// Asserts that a person is shown an error, and is sent nowhere.
#[track_caller]
pub fn assert_shown(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("Location"), None, "{answer:?}");
    assert_eq!(answer.header("Content-Type"), Some("text/html; charset=utf-8"), "{answer:?}");
    assert!(answer.text().contains(&format!("<code>{code}</code>")), "{code}: {answer:?}");
}

/// A browser that `username` has signed in with.
pub async fn signed_in(server: &TestServer, username: &str) -> Browser {
    let mut browser = Browser::new();
    let answer = browser.sign_in(server, username, PASSWORD).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    browser
}

/// Asks, and consents where it is asked for: the answer that leads back to the application.
pub async fn consented(server: &TestServer, browser: &mut Browser, target: &str) -> Answer {
    let answer = browser.get(server, target).await;
    if !location(&answer).contains("/consent?") {
        return answer;
    }
    let page = browser.follow(server, &answer).await;
    assert_eq!(page.status, 200, "{page:?}");
    browser.submit_on(server, &page, "/consent", &[("decision", "allow")]).await
}

/// A code for `client_id`, sent to `redirect_uri`.
pub async fn code(
    server: &TestServer,
    browser: &mut Browser,
    client_id: &str,
    redirect_uri: &str,
    more: &[(&str, &str)],
) -> String {
    let answer = consented(server, browser, &asking(client_id, more)).await;
    returned(&answer, redirect_uri).remove("code").unwrap_or_else(|| panic!("no code: {answer:?}"))
}

/// The form of an exchange.
pub fn exchange_form(code: &str, more: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .extend_pairs(more)
        .finish()
}

/// Exchanges `code` as `client_id`, which has a secret.
pub async fn exchange(
    server: &TestServer,
    client_id: &str,
    code: &str,
    more: &[(&str, &str)],
) -> Answer {
    server.token(client_id, &format!("{client_id}-secret"), &exchange_form(code, more)).await
}

/// The same, and it must succeed.
pub async fn exchanged(
    server: &TestServer,
    client_id: &str,
    code: &str,
    more: &[(&str, &str)],
) -> Value {
    let answer = exchange(server, client_id, code, more).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// What introspection tells an application of a token of its own.
pub async fn is_active(server: &TestServer, client_id: &str, token: &str) -> bool {
    let form = super::returned::form(token);
    let request = Request::form("/oauth2/introspect", &form);
    let answer = server.send(request.basic(client_id, &format!("{client_id}-secret"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["active"].as_bool().unwrap()
}

/// The digest of a script, as a policy names it.
pub fn sha256_base64(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text))
}
