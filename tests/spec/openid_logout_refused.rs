//! What is refused of a log-out at an application's wish (OpenID Connect RP-Initiated Logout 1.0 sections 2 to 4).

use std::time::Duration;

use serde_json::json;

use super::openid_logout::{BYE, LOGOUT, LOGOUT_FORM, assert_page, id_token, target};
use crate::support::{
    browser::{Browser, COOKIE, form},
    openid::{is_signed_in, server, signed_in_browser},
    people::{claims, reload, signed_in},
    returned::signed,
};

#[tokio::test]
async fn nobody_is_sent_where_the_application_has_not_registered() {
    let server = server().await;
    let hint = id_token(&server, "rp", "Zoë").await;
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let kept = browser.cookies[COOKIE].clone();
    let with = |name: &'static str, value: &str, uri: &str| {
        target(&[(name, value), ("post_logout_redirect_uri", uri)])
    };
    let mut targets = vec![
        target(&[("post_logout_redirect_uri", BYE)]),
        with("client_id", "nobody", BYE),
        with("client_id", "other", BYE),
        with("client_id", "rp", "https://other.example.com/bye"),
    ];
    for uri in [
        "https://rp.example.com/bye/",
        "https://rp.example.com/bye?",
        "https://rp.example.com/",
        "https://RP.example.com/bye",
        "https://rp.example.com/bye#x",
        "https://evil.example/bye",
        "//evil.example",
        "/login",
        "javascript:alert(1)",
        "urn:ietf:wg:oauth:2.0:oob",
    ] {
        targets.push(with("id_token_hint", &hint, uri));
    }
    for target in targets {
        let answer = browser.get(&server, &target).await;
        assert_page(&answer, 400, "post_logout_redirect_uri is not registered");
    }
    assert!(is_signed_in(&server, &kept).await, "an error ends nothing");
}

#[tokio::test]
async fn an_application_that_is_switched_off_sends_nobody_anywhere() {
    let server = server().await;
    let rp = "client_id = \"rp\"\n";
    reload(&server, rp, &format!("{rp}disabled = true\n"));
    let fields = [("client_id", "rp"), ("post_logout_redirect_uri", BYE)];
    let answer = Browser::new().get(&server, &target(&fields)).await;
    assert_page(&answer, 400, "not registered");
}

#[tokio::test]
async fn what_is_no_id_token_of_ours_is_no_hint() {
    let server = server().await;
    let response = signed_in(&server, "rp", "Zoë", "&scope=openid").await;
    let hint = response["id_token"].as_str().unwrap();
    let access = response["access_token"].as_str().unwrap();
    let said = json!({"iss": server.issuer, "aud": "rp", "sub": claims(&response)["sub"]});
    let of_another = json!({"iss": "https://other.example.com", "aud": "rp", "sub": said["sub"]});
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let kept = browser.cookies[COOKIE].clone();
    let (head, signature) = hint.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    for token in [
        "x".to_owned(),
        access.to_owned(),
        format!("{head}.{flipped}{}", &signature[1..]),
        format!("{head}."),
        signed(&server, "logout+jwt", &said),
        signed(&server, "at+jwt", &said),
        signed(&server, "JWT", &of_another),
        signed(&server, "JWT", &json!({"iss": server.issuer, "sub": said["sub"]})),
    ] {
        let answer = browser.get(&server, &target(&[("id_token_hint", &token)])).await;
        assert_page(&answer, 400, "no ID token of this server");
    }
    assert!(is_signed_in(&server, &kept).await);
    let good = signed(&server, "JWT", &said);
    let answer = browser.get(&server, &target(&[("id_token_hint", &good)])).await;
    assert_page(&answer, 200, "You are signed out");
}

#[tokio::test]
async fn a_client_id_beside_an_id_token_must_be_its_own() {
    let server = server().await;
    let hint = id_token(&server, "rp", "Zoë").await;
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let with = |client_id| target(&[("id_token_hint", hint.as_str()), ("client_id", client_id)]);
    assert_page(&browser.get(&server, &with("other")).await, 400, "names another client");
    assert_page(&browser.get(&server, &with("rp")).await, 200, "You are signed out");
}

#[tokio::test]
async fn a_request_that_was_changed_or_is_old_or_is_repeated_is_refused() {
    let server = server().await;
    let (mut browser, _) = signed_in_browser(&server, "Zoë").await;
    let page = browser.get(&server, LOGOUT).await;
    let hidden = form(&page, LOGOUT_FORM).unwrap().hidden;
    let request = hidden.into_iter().find(|(name, _)| name == "request").unwrap().1;
    let flipped = if request.starts_with('A') { "B" } else { "A" };
    let changed = format!("{flipped}{}", &request[1..]);
    for changed in ["x".to_owned(), changed, format!("{request}A")] {
        let answer = browser.get(&server, &target(&[("request", &changed)])).await;
        assert_page(&answer, 400, "no longer good");
    }
    server.clock.advance(Duration::from_secs(3600));
    let answer = browser.get(&server, &target(&[("request", &request)])).await;
    assert_page(&answer, 400, "no longer good");
    let twice = target(&[("state", "a"), ("state", "b")]);
    assert_eq!(browser.get(&server, &twice).await.status, 400);
    let long = target(&[("state", &"s".repeat(2049))]);
    assert_page(&browser.get(&server, &long).await, 400, "more than 2048 bytes");
}
