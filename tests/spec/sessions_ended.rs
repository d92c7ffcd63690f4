//! What ends a sign-in session: signing out, a new password, being switched off. A copy of the cookie ends with
//! it.

use serde_json::{Value, json};

use crate::support::{
    TestServer,
    accounts::{is_signed_in, server, signed_in, tables},
    browser::{Browser, COOKIE},
    kept::{added, call, operator, place},
    people::{PASSWORD, hash, reload},
};

const NEW: &str = "quite another passphrase";

async fn disable(server: &TestServer, person: &Value, disabled: bool) {
    let token = operator(server).await;
    let answer = call(server, "PATCH", &place(person), &token, json!({"disabled": disabled})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn set_password(server: &TestServer, person: &Value, password: &str) {
    let (token, place) = (operator(server).await, format!("{}/password", place(person)));
    let answer = call(server, "POST", &place, &token, json!({"new_password": password})).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

#[tokio::test]
async fn a_copied_cookie_is_worth_nothing_after_sign_out() {
    let server = server().await;
    let mut browser = signed_in(&server, "root").await;
    let mut copy = browser.clone();
    assert!(is_signed_in(&server, &mut copy).await);
    let answer = browser.submit(&server, "/logout", "/logout", &[]).await;
    // 056
    assert_eq!((answer.status, answer.header("Location")), (303, Some("/logout")), "{answer:?}");
    assert!(!browser.cookies.contains_key(COOKIE));
    assert!(browser.follow(&server, &answer).await.text().contains("You are signed out"));
    assert!(!is_signed_in(&server, &mut copy).await);
    // On every replica.
    assert!(!is_signed_in(&server.beside(), &mut copy).await);
    // Another session of the same person goes on.
    let mut other = signed_in(&server, "root").await;
    assert!(is_signed_in(&server, &mut other).await);
}

#[tokio::test]
async fn the_button_on_every_page_signs_out() {
    let server = server().await;
    let mut browser = signed_in(&server, "root").await;
    let answer = browser.submit(&server, "/account", "/logout", &[]).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert!(!is_signed_in(&server, &mut browser).await);
}

#[tokio::test]
async fn a_new_password_ends_every_session_that_the_old_one_began() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["developer"]).await;
    let (mut one, mut two) = (signed_in(&server, "zoe").await, signed_in(&server, "zoe").await);
    set_password(&server, &zoe, NEW).await;
    assert!(!is_signed_in(&server, &mut one).await);
    assert!(!is_signed_in(&server, &mut two).await);
    // The old password once more is another one: what ended stays ended.
    set_password(&server, &zoe, PASSWORD).await;
    assert!(!is_signed_in(&server, &mut one).await);
    let mut three = signed_in(&server, "zoe").await;
    assert!(is_signed_in(&server, &mut three).await);
}

#[tokio::test]
async fn the_same_password_at_a_higher_cost_ends_no_session() {
    let cost = "[limits]\npassword_cost = { memory = 19456, passes = 2, lanes = 1 }\n";
    let higher = "[limits]\npassword_cost = { memory = 20480, passes = 2, lanes = 1 }\n";
    let server = TestServer::with(&format!("{}\n{cost}", tables())).await;
    added(&server, "zoe", &["developer"]).await;
    let mut browser = signed_in(&server, "zoe").await;
    let file = server.config_file();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(cost, higher)).unwrap();
    // Beside it, one that makes digests at the higher cost.
    let beside = server.beside();
    let mut other = signed_in(&beside, "zoe").await;
    crate::support::eventually("the digest was made anew", async || {
        beside.app.passwords().made() == 1
    })
    .await;
    for _ in 0..20 {
        assert!(is_signed_in(&server, &mut browser).await);
        assert!(is_signed_in(&beside, &mut other).await);
    }
}

#[tokio::test]
async fn who_was_switched_off_and_on_again_has_no_living_session() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["developer"]).await;
    let mut browser = signed_in(&server, "zoe").await;
    disable(&server, &zoe, true).await;
    assert!(!is_signed_in(&server, &mut browser).await);
    disable(&server, &zoe, false).await;
    assert!(!is_signed_in(&server, &mut browser).await);
    assert!(!is_signed_in(&server.beside(), &mut browser).await);
    // Whoever signs in anew is signed in, after the second in which they were switched off.
    server.clock.advance(std::time::Duration::from_secs(1));
    let mut anew = signed_in(&server, "zoe").await;
    assert!(is_signed_in(&server, &mut anew).await);
}

#[tokio::test]
async fn who_is_gone_has_no_session() {
    let server = server().await;
    let zoe = added(&server, "zoe", &["developer"]).await;
    let mut browser = signed_in(&server, "zoe").await;
    let answer = call(&server, "DELETE", &place(&zoe), &operator(&server).await, Value::Null).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    assert!(!is_signed_in(&server, &mut browser).await);
}

#[tokio::test]
async fn a_declared_person_has_none_while_they_are_off_or_once_their_digest_is_another() {
    let server = server().await;
    let mut browser = signed_in(&server, "root").await;
    let roles = "roles = [\"administrator\"]";
    reload(&server, roles, &format!("{roles}\ndisabled = true"));
    assert!(!is_signed_in(&server, &mut browser).await);
    reload(&server, &format!("{roles}\ndisabled = true"), roles);
    assert!(is_signed_in(&server, &mut browser).await);
    let other = signet::directory::hash_password(
        &signet::secret::Secret::new(PASSWORD.to_owned()),
        &signet::entropy::SystemEntropy,
    );
    reload(&server, hash(), &other.unwrap());
    assert!(!is_signed_in(&server, &mut browser).await);
}

#[tokio::test]
async fn an_anonymous_browser_that_signs_out_is_told_that_nobody_is_signed_in() {
    let server = server().await;
    let mut browser = Browser::new();
    let answer = browser.post(&server, "/logout", &[]).await;
    assert_eq!((answer.status, answer.header("Location")), (303, Some("/logout")));
    let page = browser.follow(&server, &answer).await;
    assert!(page.status == 200 && page.text().contains("Nobody is signed in"), "{page:?}");
}
