//! While the store is away it is not known which sessions have ended: pages for people who are signed in say
//! so, and the page to sign in is there.

use crate::support::{
    accounts::{assert_page, is_signed_in, signed_in, switched},
    browser::{Browser, COOKIE, form},
    people::PASSWORD,
};

#[tokio::test]
async fn pages_for_people_who_are_signed_in_are_503_and_nobody_is_sent_away() {
    let (server, store) = switched();
    let mut browser = signed_in(&server, "root").await;
    let kept = browser.cookies[COOKIE].clone();
    store.set_away(true);
    for path in ["/account", "/account/password", "/account/applications", "/logout"] {
        let answer = browser.get(&server, path).await;
        assert_page(&answer, 503);
        assert!(answer.text().contains("temporarily_unavailable"), "{answer:?}");
    }
    assert_eq!(browser.cookies[COOKIE], kept);
    store.set_away(false);
    assert!(is_signed_in(&server, &mut browser).await);
}

#[tokio::test]
async fn the_page_to_sign_in_is_there_and_signs_in() {
    let (server, store) = switched();
    let mut known = signed_in(&server, "root").await;
    store.set_away(true);
    let answer = known.get(&server, "/login").await;
    assert_page(&answer, 200);
    assert!(form(&answer, "/login").is_some(), "{answer:?}");
    let mut browser = Browser::new();
    let answer = browser.sign_in(&server, "root", PASSWORD).await;
    assert_eq!((answer.status, answer.header("Location")), (303, Some("/account")), "{answer:?}");
    assert_page(&browser.get(&server, "/account").await, 503);
    store.set_away(false);
    assert!(is_signed_in(&server, &mut browser).await);
}

/// A session whose end cannot be kept has not ended, and the browser does not forget it as if it had.
#[tokio::test]
async fn nobody_is_told_that_they_are_signed_out_while_that_cannot_be_kept() {
    let (server, store) = switched();
    let mut browser = signed_in(&server, "root").await;
    let page = browser.get(&server, "/logout").await;
    store.set_read_only(true);
    let answer = browser.submit_on(&server, &page, "/logout", &[]).await;
    assert_page(&answer, 503);
    assert!(browser.cookies.contains_key(COOKIE));
    store.set_read_only(false);
    let answer = browser.submit_on(&server, &page, "/logout", &[]).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert!(!browser.cookies.contains_key(COOKIE));
}
