//! `/account/password`: one's own, with the one in use; every other session ends with it, and every grant.

use crate::support::{
    accounts::{assert_page, is_signed_in, server, signed_in},
    browser::{COOKIE, location, shown},
    kept::{added, can_sign_in, signed_in as tokens_of},
    people::PASSWORD,
    refreshing::{refresh, refresh_token},
};

const PATH: &str = "/account/password";
const NEW: &str = "quite another passphrase";

#[tokio::test]
async fn every_other_session_and_every_grant_ends_and_this_browser_goes_on_with_a_new_session() {
    let server = server().await;
    added(&server, "zoe", &["developer"]).await;
    let grant = tokens_of(&server, "zoe").await;
    let (mut browser, mut other) =
        (signed_in(&server, "zoe").await, signed_in(&server, "zoe").await);
    let mut copy = browser.clone();
    let fields = [("current_password", PASSWORD), ("new_password", NEW)];
    let answer = browser.submit(&server, PATH, PATH, &fields).await;
    assert_eq!((answer.status, location(&answer).as_str()), (303, "/account?done=password"));
    assert_ne!(browser.cookies[COOKIE], copy.cookies[COOKIE]);
    let page = browser.follow(&server, &answer).await;
    assert_page(&page, 200);
    assert!(page.text().contains("Your password was changed"), "{page:?}");
    assert!(!is_signed_in(&server, &mut copy).await);
    assert!(!is_signed_in(&server, &mut other).await);
    refresh(&server, "app", &refresh_token(&grant), "").await.assert_error(400, "invalid_grant");
    assert!(can_sign_in(&server, "zoe", NEW).await && !can_sign_in(&server, "zoe", PASSWORD).await);
}

#[tokio::test]
async fn a_wrong_one_and_one_that_may_not_be_chosen_are_said_beside_their_fields() {
    let server = server().await;
    added(&server, "zoe", &["developer"]).await;
    let mut browser = signed_in(&server, "zoe").await;
    for (current, new, field) in [
        ("wrong", NEW, "current-problem"),
        ("", NEW, "current-problem"),
        (PASSWORD, "", "new-problem"),
        (PASSWORD, "password", "new-problem"),
        (PASSWORD, "zoe", "new-problem"),
    ] {
        let fields = [("current_password", current), ("new_password", new)];
        let answer = browser.submit(&server, PATH, PATH, &fields).await;
        assert_page(&answer, 400);
        assert!(answer.text().contains(&format!("id=\"{field}\" role=\"alert\"")), "{answer:?}");
        for name in ["current_password", "new_password"] {
            assert_eq!(shown(&answer, name), None, "{answer:?}");
        }
    }
    assert!(is_signed_in(&server, &mut browser).await);
    assert!(can_sign_in(&server, "zoe", PASSWORD).await);
}

#[tokio::test]
async fn a_stolen_session_cannot_guess_the_password() {
    let server = server().await;
    added(&server, "zoe", &["developer"]).await;
    let mut browser = signed_in(&server, "zoe").await;
    let fields = [("current_password", "guess"), ("new_password", NEW)];
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(browser.submit(&server, PATH, PATH, &fields).await.status);
    }
    assert_eq!((statuses[0], statuses[11]), (400, 429), "{statuses:?}");
}

#[tokio::test]
async fn who_is_declared_is_told_where_their_password_stands() {
    let server = server().await;
    let mut browser = signed_in(&server, "root").await;
    let page = browser.get(&server, PATH).await;
    assert_page(&page, 200);
    assert!(page.text().contains("configuration of this server"), "{page:?}");
    assert!(!page.text().contains("new_password"), "{page:?}");
}
