//! Log-out at an application's wish (OpenID Connect RP-Initiated Logout 1.0).

use std::{sync::Arc, time::Duration};

use super::openapi_schema::{assert_documented, document};
use crate::support::{
    Answer, Request, TestServer,
    browser::{Browser, COOKIE, encoded, form, location, unescaped},
    openid::{granted_in, is_signed_in, lives, openid_tables, server, signed_in_browser},
    people::signed_in,
    switched_store::SwitchedStore,
    test_clock,
};

pub const LOGOUT: &str = "/oauth2/logout";
pub const BYE: &str = "https://rp.example.com/bye";

pub async fn id_token(server: &TestServer, client_id: &str, username: &str) -> String {
    let response = signed_in(server, client_id, username, "&scope=openid").await;
    response["id_token"].as_str().unwrap().to_owned()
}

pub fn target(fields: &[(&str, &str)]) -> String {
    format!("{LOGOUT}?{}", encoded(fields))
}

#[track_caller]
pub fn assert_page(answer: &Answer, status: u16, says: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("Content-Type"), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    assert!(unescaped(answer.text()).contains(says), "{says}: {}", answer.text());
    assert!(answer.header("Location").is_none(), "{answer:?}");
}

#[tokio::test]
async fn whoever_an_id_token_is_about_is_signed_out_at_once_and_sent_back_with_the_state() {
    let server = server().await;
    let hint = id_token(&server, "rp", "Zoë").await;
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let kept = browser.cookies[COOKIE].clone();
    let fields = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", BYE),
        ("state", "a b&c=d"),
        ("logout_hint", "zoe"),
        ("ui_locales", "de fr"),
    ];
    let answer = browser.get(&server, &target(&fields)).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(location(&answer), format!("{BYE}?state=a%20b%26c%3Dd"));
    assert_eq!(answer.header("Referrer-Policy"), Some("no-referrer"));
    assert!(browser.cookies.is_empty(), "{answer:?}");
    assert!(!is_signed_in(&server, &kept).await, "a copy of the cookie is worth nothing");
}

#[tokio::test]
async fn an_id_token_that_has_expired_will_do() {
    let server = server().await;
    let hint = id_token(&server, "rp", "Zoë").await;
    server.clock.advance(Duration::from_secs(3 * 24 * 3600));
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let kept = browser.cookies[COOKIE].clone();
    let answer = browser.get(&server, &target(&[("id_token_hint", &hint)])).await;
    assert_page(&answer, 200, "You are signed out");
    assert!(!is_signed_in(&server, &kept).await);
}

#[tokio::test]
async fn a_form_of_another_site_which_brings_no_cookie_is_led_to_where_the_cookie_comes_along() {
    let server = server().await;
    let hint = id_token(&server, "rp", "Zoë").await;
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let kept = browser.cookies[COOKIE].clone();
    let fields =
        [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BYE), ("state", "s")];
    // SameSite=Lax: no cookie.
    let without = Request::form(LOGOUT, &encoded(&fields)).header("Sec-Fetch-Site", "cross-site");
    let answer = server.send(without).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert!(answer.header("Set-Cookie").is_none(), "the session's cookie must stay: {answer:?}");
    assert!(!location(&answer).contains(&hint[..20]), "no ID token in an address: {answer:?}");
    let answer = browser.follow(&server, &answer).await;
    assert_eq!(location(&answer), format!("{BYE}?state=s"));
    assert!(!is_signed_in(&server, &kept).await);
}

#[tokio::test]
async fn without_an_id_token_a_page_asks_and_its_form_signs_out() {
    let server = server().await;
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let kept = browser.cookies[COOKIE].clone();
    let fields = [("client_id", "rp"), ("post_logout_redirect_uri", BYE), ("state", "s")];
    let page = browser.get(&server, &target(&fields)).await;
    assert_page(&page, 200, "Zoë Demo");
    assert!(page.text().contains("The &#60;b&#62;shop&#60;/b&#62;"), "{}", page.text());
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(
        policy.contains("form-action 'self' https://rp.example.com;")
            || policy.ends_with("form-action 'self' https://rp.example.com"),
        "{policy}"
    );
    assert!(is_signed_in(&server, &kept).await);
    let answer = browser.submit_on(&server, &page, LOGOUT_FORM, &[]).await;
    assert_eq!(location(&answer), format!("{BYE}?state=s"));
    assert!(!is_signed_in(&server, &kept).await && browser.cookies.is_empty());
}

/// The end of the form's action.
pub const LOGOUT_FORM: &str = "/oauth2/logout";

#[tokio::test]
async fn an_id_token_about_somebody_else_signs_nobody_out_without_asking() {
    let server = server().await;
    let hint = id_token(&server, "rp", "ben@example.com").await;
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let kept = browser.cookies[COOKIE].clone();
    let page = browser.get(&server, &target(&[("id_token_hint", &hint)])).await;
    assert_page(&page, 200, "Zoë Demo");
    assert!(is_signed_in(&server, &kept).await);
}

#[tokio::test]
async fn a_form_that_was_not_sent_from_the_page_does_nothing_and_asks_again() {
    let server = server().await;
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let kept = browser.cookies[COOKIE].clone();
    let (mut others, _) = signed_in_browser(&server, "ben@example.com").await;
    let page = browser.get(&server, LOGOUT).await;
    let mine = form(&page, LOGOUT_FORM).unwrap().hidden;
    let theirs = form(&others.get(&server, LOGOUT).await, LOGOUT_FORM).unwrap().hidden;
    let field = |hidden: &[(String, String)], name: &str| {
        hidden.iter().find(|(known, _)| known == name).unwrap().1.clone()
    };
    let (request, csrf) = (field(&mine, "request"), field(&mine, "csrf"));
    let foreign = field(&theirs, "csrf");
    for fields in [
        vec![("request", request.as_str())],
        vec![("request", &request), ("csrf", "x")],
        vec![("request", &request), ("csrf", &foreign)],
    ] {
        let answer = browser.post(&server, LOGOUT, &fields).await;
        assert_page(&answer, 403, "Nothing was done");
        assert!(is_signed_in(&server, &kept).await);
    }
    // From the page, says the token; from another site, says the browser.
    browser.headers.push(("Sec-Fetch-Site".to_owned(), "cross-site".to_owned()));
    let answer = browser.post(&server, LOGOUT, &[("request", &request), ("csrf", &csrf)]).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert!(is_signed_in(&server, &kept).await);
    browser.headers.clear();
    let answer = browser.post(&server, LOGOUT, &[("request", &request), ("csrf", &csrf)]).await;
    assert_page(&answer, 200, "You are signed out");
}

#[tokio::test]
async fn where_nobody_is_signed_in_it_goes_on_as_if_done() {
    let server = server().await;
    let hint = id_token(&server, "rp", "Zoë").await;
    let mut browser = Browser::new();
    let answer = browser.get(&server, LOGOUT).await;
    assert_page(&answer, 200, "You are signed out");
    let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BYE)];
    assert_eq!(location(&browser.get(&server, &target(&fields)).await), BYE);
    let fields = [("client_id", "rp"), ("post_logout_redirect_uri", "com.example.rp:/bye")];
    let answer = browser.get(&server, &target(&fields)).await;
    assert_eq!(location(&answer), "com.example.rp:/bye");
    let fields = [
        ("client_id", "rp"),
        ("post_logout_redirect_uri", "https://rp.example.com/bye?from=signet"),
        ("state", "s"),
    ];
    let answer = browser.get(&server, &target(&fields)).await;
    assert_eq!(location(&answer), "https://rp.example.com/bye?from=signet&state=s");
}

#[tokio::test]
async fn a_head_request_signs_nobody_out() {
    let server = server().await;
    let hint = id_token(&server, "rp", "Zoë").await;
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let kept = browser.cookies[COOKIE].clone();
    let request = Request::new("HEAD", &target(&[("id_token_hint", &hint)]));
    assert_eq!(browser.send(&server, request).await.status, 200);
    assert!(is_signed_in(&server, &kept).await);
}

#[tokio::test]
async fn what_was_granted_in_the_session_ends_unless_it_is_for_when_nobody_is_there() {
    let server = server().await;
    let hint = id_token(&server, "rp", "Zoë").await;
    let (mut browser, session) = signed_in_browser(&server, "Zoë").await;
    let (_, another) = signed_in_browser(&server, "Zoë").await;
    let of_session = granted_in(&server, &session, "rp", "openid profile", 1).await;
    let of_others = granted_in(&server, &session, "other", "openid", 2).await;
    let offline = granted_in(&server, &session, "rp", "openid offline_access", 3).await;
    let plain = granted_in(&server, &session, "rp", "read", 4).await;
    let elsewhere = granted_in(&server, &another, "rp", "openid", 5).await;
    let answer = browser.get(&server, &target(&[("id_token_hint", &hint)])).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    for ended in [of_session, of_others] {
        assert!(!lives(&server, ended).await, "{ended}");
    }
    for kept in [offline, plain, elsewhere] {
        assert!(lives(&server, kept).await, "{kept}");
    }
}

#[tokio::test]
async fn all_of_many_grants_end() {
    let server = server().await;
    let hint = id_token(&server, "rp", "Zoë").await;
    let (mut browser, session) = signed_in_browser(&server, "Zoë").await;
    let mut granted = Vec::new();
    for id in 0..250 {
        granted.push(granted_in(&server, &session, "rp", "openid", id).await);
    }
    browser.get(&server, &target(&[("id_token_hint", &hint)])).await;
    for id in granted {
        assert!(!lives(&server, id).await);
    }
}

#[tokio::test]
async fn below_an_issuers_path_too() {
    let server = TestServer::with_issuer_path("/tenant", &openid_tables()).await;
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let kept = browser.cookies[COOKIE].clone();
    let page = browser.get(&server, "/tenant/oauth2/logout?client_id=rp").await;
    assert_page(&page, 200, "Zoë Demo");
    let answer = browser.submit_on(&server, &page, LOGOUT_FORM, &[]).await;
    assert_page(&answer, 200, "You are signed out");
    assert!(!is_signed_in(&server, &kept).await);
    let asked = Request::form("/tenant/oauth2/logout", "client_id=rp");
    let location = location(&server.send(asked).await);
    assert!(location.starts_with("/tenant/oauth2/logout?request="), "{location}");
}

#[tokio::test]
async fn every_answer_is_documented() {
    let server = server().await;
    let document = document(&server).await;
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let fields = [("client_id", "rp"), ("post_logout_redirect_uri", BYE)];
    for answer in [
        browser.get(&server, LOGOUT).await,
        browser.get(&server, &target(&[("id_token_hint", "x")])).await,
        Browser::new().get(&server, &target(&fields)).await,
    ] {
        assert_documented(&document, "get", LOGOUT, &answer);
    }
    let page = browser.get(&server, LOGOUT).await;
    let request = form(&page, LOGOUT_FORM).unwrap().hidden;
    let request = request.into_iter().find(|(name, _)| name == "request").unwrap().1;
    for answer in [
        browser.post(&server, LOGOUT, &[("request", &request)]).await,
        browser.post(&server, LOGOUT, &fields).await,
        browser.post(&server, LOGOUT, &[("id_token_hint", "x")]).await,
        browser.submit_on(&server, &page, LOGOUT_FORM, &[]).await,
        server.send(Request::form(LOGOUT, &"x".repeat(70_000))).await,
    ] {
        assert_documented(&document, "post", LOGOUT, &answer);
    }
}

#[tokio::test]
async fn while_the_store_is_away_nobody_is_told_that_they_are_signed_out() {
    let clock = Arc::new(test_clock());
    let (switched, store) = SwitchedStore::new(&clock);
    let server = TestServer::with_store_and(&clock, store, &openid_tables());
    let hint = id_token(&server, "rp", "Zoë").await;
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let kept = browser.cookies[COOKIE].clone();
    let target = target(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)]);
    switched.set_away(true);
    let answer = browser.get(&server, &target).await;
    assert_page(&answer, 503, "Not available at the moment");
    assert!(answer.header("Retry-After").is_some(), "{answer:?}");
    switched.set_away(false);
    assert!(is_signed_in(&server, &kept).await && browser.cookies.contains_key(COOKIE));
    assert_eq!(browser.get(&server, &target).await.status, 303);
    assert!(!is_signed_in(&server, &kept).await);
}

#[tokio::test]
async fn the_page_to_sign_out_ends_what_was_granted_too() {
    let server = server().await;
    let (mut browser, session) = signed_in_browser(&server, "Zoë").await;
    let granted = granted_in(&server, &session, "rp", "openid", 1).await;
    let page = browser.get(&server, "/logout").await;
    let answer = browser.submit_on(&server, &page, "/logout", &[]).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert!(!lives(&server, granted).await);
}
