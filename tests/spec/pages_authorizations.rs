//! `/account/authorizations`: what a person allowed, listed and ended.

use std::time::Duration;

use crate::support::{
    TestServer,
    accounts::{assert_page, server, signed_in, switched},
    browser::{Browser, forms, location},
    kept::{added, signed_in as tokens_of},
    refreshing::{refresh, refresh_token, renewed},
};

const PATH: &str = "/account/authorizations";

async fn zoe() -> (TestServer, Browser) {
    let server = server().await;
    added(&server, "zoe", &["developer"]).await;
    let browser = signed_in(&server, "zoe").await;
    (server, browser)
}

#[tokio::test]
async fn each_names_the_application_what_it_may_do_since_when_and_when_it_was_used() {
    let (server, mut browser) = zoe().await;
    let page = browser.get(&server, PATH).await;
    assert_page(&page, 200);
    assert!(page.text().contains("No application has access"), "{page:?}");
    let grant = tokens_of(&server, "zoe").await;
    let granted = browser.get(&server, PATH).await;
    assert_page(&granted, 200);
    let times: Vec<String> = granted
        .text()
        .split("<time datetime=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert!(times.len() == 2 && times[0] == times[1] && times[0].ends_with('Z'), "{times:?}");
    server.clock.advance(Duration::from_secs(3600));
    renewed(&server, "app", &refresh_token(&grant), "").await;
    let used = browser.get(&server, PATH).await;
    for said in ["The App", "Read your notes", &times[0]] {
        assert!(used.text().contains(said), "{said}: {used:?}");
    }
    assert_eq!(used.text().matches(times[0].as_str()).count(), 1, "{used:?}");
}

#[tokio::test]
async fn one_ends_or_all_do_and_nobody_elses() {
    let (server, mut browser) = zoe().await;
    let (one, two, three) = (
        tokens_of(&server, "zoe").await,
        tokens_of(&server, "zoe").await,
        tokens_of(&server, "zoe").await,
    );
    let others = tokens_of(&server, "root").await;
    let page = browser.get(&server, PATH).await;
    let mut named = forms(&page);
    named.retain(|form| form.hidden.iter().any(|(name, _)| name == "grant"));
    assert_eq!(named.len(), 3, "{page:?}");
    let fields: Vec<_> =
        named[0].hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = browser.post(&server, PATH, &fields).await;
    assert_eq!((answer.status, location(&answer).as_str()), (303, PATH), "{answer:?}");
    // Once more: it is gone already.
    assert_eq!(browser.post(&server, PATH, &fields).await.status, 303);
    let mut alive = 0;
    let mut tokens = Vec::new();
    for grant in [&one, &two, &three] {
        let answer = refresh(&server, "app", &refresh_token(grant), "").await;
        if answer.status == 200 {
            alive += 1;
            tokens.push(refresh_token(&answer.json()));
        }
    }
    assert_eq!(alive, 2);
    // Somebody else's, by its name, stays.
    let sid = crate::support::people::claims(&others)["sid"].as_str().unwrap().to_owned();
    let token = fields.iter().find(|(name, _)| *name == "csrf").unwrap().1;
    let theirs = [("csrf", token), ("grant", sid.as_str())];
    assert_eq!(browser.post(&server, PATH, &theirs).await.status, 303);
    let answer = browser.post(&server, PATH, &[("csrf", token), ("all", "yes")]).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    for token in tokens {
        refresh(&server, "app", &token, "").await.assert_error(400, "invalid_grant");
    }
    let page = browser.get(&server, PATH).await;
    assert!(page.text().contains("No application has access"), "{page:?}");
    renewed(&server, "app", &refresh_token(&others), "").await;
    // The browser itself goes on.
    assert_page(&browser.get(&server, "/account").await, 200);
}

#[tokio::test]
async fn while_ending_cannot_be_kept_it_says_so_and_ends_nothing() {
    let (server, store) = switched();
    let grant = crate::support::people::signed_in(&server, "app", "root", "").await;
    let mut browser = signed_in(&server, "root").await;
    let page = browser.get(&server, PATH).await;
    store.set_read_only(true);
    let named = forms(&page).into_iter().find(|form| form.action == PATH).unwrap();
    let fields: Vec<_> =
        named.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = browser.post(&server, PATH, &fields).await;
    assert_page(&answer, 503);
    assert!(answer.text().contains("try again later"), "{answer:?}");
    store.set_read_only(false);
    assert_eq!(browser.post(&server, PATH, &fields).await.status, 303);
    refresh(&server, "app", &refresh_token(&grant), "").await.assert_error(400, "invalid_grant");
}
