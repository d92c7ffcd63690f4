//! What others wrote stands on pages as text: names, addresses, what was typed. No secret stands in an address.

use super::pages_applications::{NEW, id_of, registered, secret_on};
use crate::support::{
    Answer,
    accounts::{assert_page, server, signed_in},
    browser::{Browser, encoded, unescaped},
    kept::{USERS, call, operator, signed_in as tokens_of},
    people::PASSWORD,
};

const NASTY: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title></h1></textarea><script>",
    "{{ 7 * 7 }} &lt;b&gt; &amp;",
    "a\u{200F}b\u{05D0} مرحبا",
];

/// Nothing of `text` but text: it is there, and no tag and no attribute came of it.
#[track_caller]
fn assert_escaped(page: &Answer, text: &str) {
    assert!(unescaped(page.text()).contains(text), "{text} is not on {page:?}");
    for wrong in ["<script", "<img", "onmouseover='", "onerror=alert(1)>", "<b>", "49 &#38;"] {
        assert!(!page.text().contains(wrong), "{wrong}: {page:?}");
    }
}

#[tokio::test]
async fn names_of_people_and_applications_are_text_on_every_page() {
    let server = server().await;
    for (number, name) in NASTY.into_iter().enumerate() {
        let username = format!("nasty-{number}");
        let body = serde_json::json!({
            "username": username, "password": PASSWORD, "name": name, "roles": ["developer"],
        });
        let answer = call(&server, "POST", USERS, &operator(&server).await, body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let mut browser = signed_in(&server, &username).await;
        let answer = registered(&server, &mut browser, &[("client_name", name)]).await;
        let id = id_of(&answer);
        tokens_of(&server, &username).await;
        for path in [
            "/account".to_owned(),
            "/logout".to_owned(),
            "/account/applications".to_owned(),
            format!("/account/applications/{id}"),
            format!("/account/applications/{id}/delete"),
            "/account/authorizations".to_owned(),
        ] {
            let page = browser.get(&server, &path).await;
            assert_page(&page, 200);
            assert_escaped(&page, name);
            // Whatever direction its letters have, it does not reach what stands beside it.
            assert!(page.text().contains("<bdi>"), "{page:?}");
        }
    }
}

#[tokio::test]
async fn what_was_typed_comes_back_as_text() {
    let server = server().await;
    let mut zoe = signed_in(&server, "root").await;
    for text in NASTY {
        let fields = [("username", text), ("password", "wrong")];
        let page = Browser::new().submit(&server, "/login", "/login", &fields).await;
        assert_eq!(page.status, 400, "{page:?}");
        assert_escaped(&page, text);
        let fields = [("username", text), ("name", text), ("email", text), ("password", "x")];
        let page = Browser::new().submit(&server, "/signup", "/signup", &fields).await;
        assert_eq!(page.status, 400, "{page:?}");
        assert_escaped(&page, text);
        let fields = [("client_name", text), ("redirect_uris", text), ("kind", text)];
        let page = zoe.submit(&server, NEW, NEW, &fields).await;
        assert_eq!(page.status, 400, "{page:?}");
        assert_escaped(&page, text);
        for path in ["/login", "/signup", "/account", "/account/applications"] {
            let query = encoded(&[("next", text), ("done", text), ("secret", text)]);
            let page = Browser::new().get(&server, &format!("{path}?{query}")).await;
            assert!([200, 303].contains(&page.status), "{page:?}");
            assert!(!unescaped(page.text()).contains(text), "{page:?}");
        }
    }
}

/// Marks that turn the direction of text are refused where names are given.
#[tokio::test]
async fn no_name_turns_the_direction_of_the_page() {
    let server = server().await;
    let mut root = signed_in(&server, "root").await;
    for mark in ['\u{202E}', '\u{2066}', '\u{2028}', '\u{0007}'] {
        let name = format!("good{mark}evil");
        let fields = [("client_name", name.as_str()), ("redirect_uris", "https://a.example/cb")];
        assert_page(&root.submit(&server, NEW, NEW, &fields).await, 400);
    }
}

#[tokio::test]
async fn no_secret_stands_in_an_address_or_in_a_page_that_is_not_its_own() {
    let server = server().await;
    let mut browser = Browser::new();
    let mut addresses = Vec::new();
    let answer = browser.sign_in(&server, "root", PASSWORD).await;
    addresses.extend(answer.header("Location").map(str::to_owned));
    let answer = registered(&server, &mut browser, &[]).await;
    addresses.extend(answer.header("Location").map(str::to_owned));
    let secret = secret_on(&browser.follow(&server, &answer).await).unwrap();
    let cookie = browser.cookies.values().next().unwrap().clone();
    for address in &addresses {
        for hidden in [PASSWORD, &secret, &cookie, &secret[4..]] {
            assert!(!address.contains(hidden), "{address}");
        }
    }
    for path in
        ["/account", "/account/applications", "/account/authorizations", "/account/password"]
    {
        let page = browser.get(&server, path).await;
        for hidden in [PASSWORD, &secret, &cookie] {
            assert!(!page.text().contains(hidden), "{page:?}");
        }
    }
}
