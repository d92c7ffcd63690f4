//! Forms that others have a browser send do nothing (RFC 6749 section 10.12).

use crate::support::{
    Answer, TestServer,
    accounts::{assert_page, is_signed_in, server, signed_in},
    browser::{Browser, form, forms, shown},
    kept::{added, can_sign_in},
    people::PASSWORD,
};

/// Every form of the account, with a page that has it.
const FORMS: [(&str, &str); 8] = [
    ("/account", "/logout"),
    ("/account/password", "/account/password"),
    ("/account/applications/new", "/account/applications/new"),
    ("/account/applications/{id}", "/account/applications/{id}"),
    ("/account/applications/{id}", "/account/applications/{id}/secret"),
    ("/account/applications/{id}", "/account/applications/{id}/state"),
    ("/account/applications/{id}/delete", "/account/applications/{id}/delete"),
    ("/account/authorizations", "/account/authorizations"),
];

const ALL: [(&str, &str); 12] = [
    ("current_password", PASSWORD),
    ("new_password", "quite another passphrase"),
    ("client_name", "Planted"),
    ("redirect_uris", "https://evil.example/callback"),
    ("kind", "public"),
    ("scope:read", "yes"),
    ("overlap", "0"),
    ("version", "1"),
    ("state", "off"),
    ("all", "yes"),
    ("username", "zoe"),
    ("password", PASSWORD),
];

/// An application of the person who is signed in; its identifier.
async fn registered(server: &TestServer, browser: &mut Browser) -> String {
    let fields = [("client_name", "Mine"), ("redirect_uris", "https://a.example/cb")];
    let place = "/account/applications/new";
    let answer = browser.submit(server, place, place, &fields).await;
    let location = answer.header("Location").unwrap_or_else(|| panic!("{answer:?}")).to_owned();
    let id = location.strip_prefix("/account/applications/").unwrap();
    id.split('?').next().unwrap().to_owned()
}

/// Everything is as it was.
async fn assert_untouched(server: &TestServer, browser: &mut Browser, id: &str) {
    assert!(is_signed_in(server, browser).await);
    let list = browser.get(server, "/account/applications").await;
    assert!(list.text().contains(id) && !list.text().contains("Planted"), "{list:?}");
    assert!(!list.text().contains("badge"), "{list:?}");
    assert!(can_sign_in(server, "zoe", PASSWORD).await);
}

#[track_caller]
fn assert_nothing_done(answer: &Answer) {
    assert_page(answer, 403);
    assert!(answer.text().contains("Nothing was done"), "{answer:?}");
}

// 058
#[tokio::test]
async fn no_form_does_anything_without_its_token_or_with_another_ones() {
    let server = server().await;
    added(&server, "zoe", &["developer"]).await;
    let mut browser = signed_in(&server, "zoe").await;
    let id = registered(&server, &mut browser).await;
    let mut other = signed_in(&server, "zoe").await;
    for (page, action) in FORMS {
        let (page, action) = (page.replace("{id}", &id), action.replace("{id}", &id));
        let theirs = other.get(&server, &page).await;
        // Where there is nothing to end there is no form; another's token is none there either.
        let theirs = form(&theirs, &action).map_or_else(String::new, |form| {
            form.hidden.iter().find(|(name, _)| name == "csrf").unwrap().1.clone()
        });
        let login = Browser::new().get(&server, "/login").await;
        let of_the_sign_in = shown(&login, "csrf").unwrap();
        for token in ["", "AAAA", &theirs, &of_the_sign_in, &"A".repeat(43)] {
            let fields: Vec<_> = ALL.into_iter().chain([("csrf", token)]).collect();
            let answer = browser.post(&server, &action, &fields).await;
            assert_nothing_done(&answer);
        }
        assert_untouched(&server, &mut browser, &id).await;
    }
}

// 058
#[tokio::test]
async fn the_token_of_one_form_is_none_of_another() {
    let server = server().await;
    added(&server, "zoe", &["developer"]).await;
    let mut browser = signed_in(&server, "zoe").await;
    let (id, other) =
        (registered(&server, &mut browser).await, registered(&server, &mut browser).await);
    let mut tokens = Vec::new();
    for (page, _) in FORMS {
        let page = browser.get(&server, &page.replace("{id}", &other)).await;
        for form in forms(&page) {
            let token = form.hidden.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
            tokens.push((form.action, token));
        }
    }
    for (_, action) in FORMS {
        let action = action.replace("{id}", &id);
        for (of, token) in &tokens {
            // The button that signs out is the same one on every page.
            if *of == action {
                continue;
            }
            let fields: Vec<_> = ALL.into_iter().chain([("csrf", token.as_str())]).collect();
            assert_nothing_done(&browser.post(&server, &action, &fields).await);
        }
    }
    assert_untouched(&server, &mut browser, &id).await;
}

// 058
#[tokio::test]
async fn a_form_that_another_site_had_sent_does_nothing_whatever_it_carries() {
    let server = server().await;
    added(&server, "zoe", &["developer"]).await;
    let mut browser = signed_in(&server, "zoe").await;
    let id = registered(&server, &mut browser).await;
    for (page, action) in FORMS {
        let (page, action) = (page.replace("{id}", &id), action.replace("{id}", &id));
        let page = browser.get(&server, &page).await;
        let Some(form) = form(&page, &action) else { continue };
        let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let sent = |name: &str| form.hidden.iter().any(|(known, _)| known == name);
        let others = ALL.into_iter().filter(|(name, _)| !sent(name));
        let fields: Vec<_> = hidden.chain(others).collect();
        let mut crossing = browser.clone();
        crossing.headers.push(("Sec-Fetch-Site".to_owned(), "cross-site".to_owned()));
        assert_nothing_done(&crossing.post(&server, &action, &fields).await);
    }
    assert_untouched(&server, &mut browser, &id).await;
}

/// A browser sends no cookie of SameSite=Lax with the form of another site, and takes the one of the answer.
#[tokio::test]
async fn a_form_that_another_site_had_sent_takes_nobodys_session_away() {
    let server = server().await;
    for path in ["/login", "/signup", "/logout", "/oauth2/logout", "/account/password"] {
        let mut crossing = Browser::new();
        crossing.headers.push(("Sec-Fetch-Site".to_owned(), "cross-site".to_owned()));
        let answer = crossing.post(&server, path, &ALL).await;
        assert!(answer.header("Set-Cookie").is_none(), "{path}: {answer:?}");
        // A link of another site brings what is kept.
        if path == "/login" {
            let page = crossing.get(&server, path).await;
            assert!(page.header("Set-Cookie").is_some(), "{page:?}");
        }
    }
}

/// Log-in CSRF: a victim's browser is not signed in to the attacker's account.
#[tokio::test]
async fn nobody_is_signed_in_or_signed_up_by_a_form_of_somebody_else() {
    let server = server().await;
    let theirs = Browser::new().get(&server, "/login").await;
    let theirs = shown(&theirs, "csrf").unwrap();
    for path in ["/login", "/signup"] {
        for token in ["", &theirs] {
            let mut victim = Browser::new();
            let fields = [("username", "root"), ("password", PASSWORD), ("csrf", token)];
            assert_nothing_done(&victim.post(&server, path, &fields).await);
            assert!(!is_signed_in(&server, &mut victim).await);
        }
    }
    // What can be kept is kept, and goes through the second time.
    let mut browser = Browser::new();
    let fields = [("username", "root"), ("password", PASSWORD), ("next", "/account/password")];
    let page = browser.post(&server, "/login", &fields).await;
    assert_nothing_done(&page);
    assert_eq!(shown(&page, "username").as_deref(), Some("root"));
    assert!(!page.text().contains(PASSWORD));
    let fields = [("username", "root"), ("password", PASSWORD)];
    let answer = browser.submit_on(&server, &page, "/login", &fields).await;
    assert_eq!(answer.header("Location"), Some("/account/password"), "{answer:?}");
}

#[tokio::test]
async fn a_form_of_before_signing_in_elsewhere_is_sent_on() {
    let server = server().await;
    let mut browser = Browser::new();
    let page = browser.get(&server, "/login?next=/account/password").await;
    // In another tab, in the meantime.
    assert_eq!(browser.sign_in(&server, "root", PASSWORD).await.status, 303);
    let fields = [("username", "root"), ("password", PASSWORD)];
    let answer = browser.submit_on(&server, &page, "/login", &fields).await;
    assert_eq!((answer.status, answer.header("Location")), (303, Some("/account/password")));
}

#[tokio::test]
async fn a_form_that_was_open_for_too_long_is_shown_anew() {
    let server = server().await;
    let mut browser = Browser::new();
    let page = browser.get(&server, "/login").await;
    server.clock.advance(std::time::Duration::from_secs(13 * 60 * 60));
    let fields = [("username", "root"), ("password", PASSWORD)];
    let anew = browser.submit_on(&server, &page, "/login", &fields).await;
    assert_nothing_done(&anew);
    let answer = browser.submit_on(&server, &anew, "/login", &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
}
