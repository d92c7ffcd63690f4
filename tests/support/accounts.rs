//! People with browsers: a server where they may come by themselves, and the steps that their tests share.

use std::sync::Arc;

use super::{
    Answer, TestServer,
    browser::{Browser, location},
    people::{PASSWORD, hash},
    switched_store::SwitchedStore,
};

/// Somebody whose role lets them register applications, somebody whose role does not, an administrator. The
/// password of each is [`PASSWORD`].
pub fn tables() -> String {
    const TABLES: &str = r#"
[directory]
url = "sqlite:signet.db"
registration = "open"
default_role = "developer"

[[scopes]]
name = "read"
description = "Read your notes"
[[scopes]]
name = "write"

[[roles]]
name = "administrator"
scopes = ["admin", "users", "tokens", "applications"]
[[roles]]
name = "developer"
scopes = ["read", "users", "tokens", "applications"]
[[roles]]
name = "member"
scopes = ["read", "users", "tokens"]

[[users]]
username = "root"
password_hash = "{hash}"
roles = ["administrator"]

[[applications]]
client_id = "app"
name = "The App"
client_secret = "app-secret"
grant_types = ["password", "refresh_token"]
scopes = ["read", "write", "tokens", "users", "admin", "openid"]

[[applications]]
client_id = "operator"
client_secret = "operator-secret"
grant_types = ["client_credentials"]
scopes = ["admin", "users"]
"#;
    TABLES.replace("{hash}", hash())
}

pub async fn server() -> TestServer {
    TestServer::with(&tables()).await
}

/// A server whose store a test switches off.
pub fn switched() -> (TestServer, Arc<SwitchedStore>) {
    let clock = Arc::new(super::test_clock());
    let (switched, store) = SwitchedStore::new(&clock);
    (TestServer::with_store_and(&clock, store, &tables()), switched)
}

/// A browser in which that person has signed in.
pub async fn signed_in(server: &TestServer, username: &str) -> Browser {
    let mut browser = Browser::new();
    let answer = browser.sign_in(server, username, PASSWORD).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    browser
}

/// Whether the browser's page of the account is shown, or it is sent to sign in.
pub async fn is_signed_in(server: &TestServer, browser: &mut Browser) -> bool {
    let answer = browser.get(server, "/account").await;
    match answer.status {
        200 => true,
        303 => {
            assert_eq!(location(&answer), "/login?next=%2Faccount", "{answer:?}");
            false
        }
        _ => panic!("{answer:?}"),
    }
}

/// Asserts what every page has around it, whatever it says.
#[track_caller]
pub fn assert_page(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("Content-Type"), Some("text/html; charset=utf-8"), "{answer:?}");
    // 057, 059, 060
    for (name, value) in [
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}: {answer:?}");
    }
    assert_eq!(answer.header("Access-Control-Allow-Origin"), None, "{answer:?}");
    let policy = answer.header("Content-Security-Policy").unwrap_or_default();
    for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action"] {
        assert!(policy.contains(part), "{part}: {answer:?}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    let text = answer.text();
    assert!(text.starts_with("<!doctype html>") && text.contains("<html lang=\"en\">"), "{text}");
    for wrong in ["<script", "src=\"http", "href=\"http", "action=\"http", " style=", " onclick="] {
        assert!(!text.contains(wrong), "{wrong}: {text}");
    }
    assert_eq!(text.matches("<h1>").count(), 1, "{text}");
}
