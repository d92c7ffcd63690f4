//! The cookie of a sign-in session: what it is like, and what is taken for one (RFC 6265, RFC 6749 section
//! 10.12).

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use signet::{
    clock::{Clock, SystemClock},
    entropy::SystemEntropy,
    http::pages::browser::{Browser as Kept, forget, keep},
    keys::KeyDirectory,
    secret::Secret,
    tokens::Sealer,
};

use crate::support::{
    Request, TestServer,
    accounts::{is_signed_in, server, signed_in, tables},
    browser::{Browser, COOKIE},
    kept::added,
    people::PASSWORD,
};

fn kept(cookie: &str, https: bool) -> Option<String> {
    let request = poem::Request::builder().header("Cookie", cookie).finish();
    Kept::of(&request, https).kept().map(str::to_owned)
}

// 063
#[test]
fn over_https_the_cookie_is_of_this_host_alone_and_out_of_reach_of_scripts() {
    let mut response = poem::Response::default();
    keep(&mut response, &Secret::new("value".to_owned()), true);
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert_eq!(cookie, "__Host-signet=value; Path=/; Secure; HttpOnly; SameSite=Lax");
    forget(&mut response, true);
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert_eq!(cookie, "__Host-signet=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
}

// 063
#[tokio::test]
async fn on_loopback_the_cookie_is_the_same_but_for_what_http_cannot_have() {
    let server = server().await;
    let answer = Browser::new().get(&server, "/login").await;
    let cookie = answer.header("Set-Cookie").unwrap();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert!(value.starts_with("signet=") && value.len() > 100, "{cookie}");
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax");
}

#[test]
fn of_two_cookies_of_the_name_none_counts() {
    assert_eq!(kept("a=b; __Host-signet=one; c=d", true).as_deref(), Some("one"));
    assert_eq!(kept("__Host-signet=one; __Host-signet=two", true), None);
    assert_eq!(kept("__Host-signet=one; __Host-signet=one", true), None);
    // The names are told apart, and so are their cases.
    assert_eq!(kept("signet=one; __host-signet=two; x__Host-signet=three", true), None);
    assert_eq!(kept("__Host-signet=one", false), None);
    let headers = poem::Request::builder()
        .header("Cookie", "signet=one")
        .header("Cookie", "signet=two")
        .finish();
    assert_eq!(Kept::of(&headers, false).kept(), None);
}

// 063: rotated at sign-in.
#[tokio::test]
async fn signing_in_makes_a_new_session_and_ends_the_one_before() {
    let server = server().await;
    let mut browser = Browser::new();
    browser.get(&server, "/login").await;
    let anonymous = browser.cookies[COOKIE].clone();
    let answer = browser.sign_in(&server, "root", PASSWORD).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let first = browser.cookies[COOKIE].clone();
    assert_ne!(first, anonymous);
    assert!(is_signed_in(&server, &mut browser).await);
    // A request of an application that wants a fresh sign-in shows the form to whoever is signed in.
    let page = browser.get(&server, "/login?request=something").await;
    assert_eq!(page.status, 200, "{page:?}");
    let fields = [("username", "root"), ("password", PASSWORD)];
    let answer = browser.submit_on(&server, &page, "/login", &fields).await;
    assert_eq!(answer.header("Location"), Some("/consent?request=something"), "{answer:?}");
    assert_ne!(browser.cookies[COOKIE], first);
    assert!(is_signed_in(&server, &mut browser).await);
    browser.cookies.insert(COOKIE.to_owned(), first);
    assert!(!is_signed_in(&server, &mut browser).await);
}

/// Session fixation: whoever has planted a cookie before has nothing of the sign-in.
#[tokio::test]
async fn a_cookie_that_was_planted_before_is_worth_nothing_after_the_sign_in() {
    let server = server().await;
    let mut attacker = Browser::new();
    attacker.get(&server, "/login").await;
    let mut victim = attacker.clone();
    let answer = victim.sign_in(&server, "root", PASSWORD).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert!(is_signed_in(&server, &mut victim).await);
    assert!(!is_signed_in(&server, &mut attacker).await);
    // The session of somebody else that was planted ends, too, for whoever has it.
    let mut attacker = signed_in(&server, "root").await;
    let mut victim = attacker.clone();
    added(&server, "zoe", &["developer"]).await;
    let page = victim.get(&server, "/login?request=x").await;
    let fields = [("username", "zoe"), ("password", PASSWORD)];
    victim.submit_on(&server, &page, "/login", &fields).await;
    assert!(victim.get(&server, "/account").await.text().contains("zoe"));
    assert!(!is_signed_in(&server, &mut attacker).await);
}

#[tokio::test]
async fn a_session_that_was_changed_in_any_place_is_none() {
    let server = server().await;
    let browser = signed_in(&server, "root").await;
    let good = browser.cookies[COOKIE].clone();
    let with = async |value: String| {
        let mut other = Browser::new();
        other.cookies.insert(COOKIE.to_owned(), value);
        is_signed_in(&server, &mut other).await
    };
    assert!(with(good.clone()).await);
    for position in (0..good.len()).step_by(7) {
        let mut bytes = good.clone().into_bytes();
        bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
        assert!(!with(String::from_utf8(bytes).unwrap()).await, "changed at {position}");
    }
    for wrong in ["", "x", "%00", &good[1..], &good[..good.len() - 1], &format!("{good}AAAA")] {
        assert!(!with(wrong.to_owned()).await, "{wrong}");
    }
}

/// What is sealed for another purpose is no session, and neither is a session of another issuer.
#[tokio::test]
async fn what_was_sealed_for_another_purpose_or_issuer_is_no_session() {
    let server = server().await;
    let keys = KeyDirectory::new(server.folder.path().join("keys"), Duration::from_secs(600));
    let keys = Arc::new(ArcSwap::from_pointee(keys.load_sealing_keys().unwrap()));
    let session = serde_json::json!({
        "iss": server.issuer, "id": vec![7; 16], "expires_at": SystemClock.now() + 600,
        "person": null,
    });
    let seal = |label, value: &serde_json::Value| {
        let sealer = Sealer::<serde_json::Value>::new(label, keys.clone(), Arc::new(SystemEntropy));
        sealer.seal(value, SystemClock.now() + 600).unwrap()
    };
    let is_taken = async |value: String| {
        let mut browser = Browser::new();
        browser.cookies.insert(COOKIE.to_owned(), value);
        // Whose session is good is given no other one.
        browser.get(&server, "/login").await.header("Set-Cookie").is_none()
    };
    assert!(is_taken(seal("signet session v1", &session)).await);
    assert!(!is_taken(seal("signet authorization code v1", &session)).await);
    assert!(!is_taken(seal("signet shown secret v1", &session)).await);
    let mut other = session.clone();
    other["iss"] = format!("{}/other", server.issuer).into();
    assert!(!is_taken(seal("signet session v1", &other)).await);
}

/// Two issuers on one host, with one set of keys, as all servers of these tests: browsers send both of them the
/// same cookie.
#[tokio::test]
async fn a_session_of_another_issuer_path_is_none() {
    let here = TestServer::with_issuer_path("/here", &tables()).await;
    let mut browser = Browser::new();
    let answer = browser.sign_in(&here, "root", PASSWORD).await;
    assert_eq!(answer.header("Location"), Some("/here/account"), "{answer:?}");
    assert_eq!(browser.get(&here, "/here/account").await.status, 200);
    let there = TestServer::with_issuer_path("/there", &tables()).await;
    let answer = browser.get(&there, "/there/account").await;
    assert_eq!(answer.header("Location"), Some("/there/login?next=%2Faccount"), "{answer:?}");
}

#[tokio::test]
async fn a_session_ends_with_its_lifetime_however_often_it_is_used() {
    let lifetime = "[sessions]\nlifetime = \"1h\"\n";
    let server = TestServer::with(&format!("{}\n{lifetime}", tables())).await;
    let mut browser = signed_in(&server, "root").await;
    server.clock.advance(Duration::from_secs(3599));
    assert!(is_signed_in(&server, &mut browser).await);
    server.clock.advance(Duration::from_secs(1));
    assert!(!is_signed_in(&server, &mut browser).await);
}

#[tokio::test]
async fn no_page_can_be_read_by_other_origins() {
    // 060
    let cors =
        "[http]\nlisten = \"127.0.0.1:{port}\"\ncors_origins = [\"https://other.example\"]\n";
    let server = TestServer::with(&format!("{cors}{}", tables())).await;
    for path in ["/login", "/signup", "/logout", "/account"] {
        let request = Request::get(path).header("Origin", "https://other.example");
        let answer = server.send(request).await;
        assert_eq!(answer.header("Access-Control-Allow-Origin"), None, "{answer:?}");
    }
}
