//! The page of an application: its owner changes it, gives it a new secret, switches it off and on, deletes it;
//! nobody else sees it.

use std::time::Duration;

use signet::directory::Registry;

use super::pages_applications::{directory, id_of, registered, secret_on};
use crate::support::{
    TestServer,
    accounts::{assert_page, server, signed_in},
    browser::{Browser, form, location, unescaped},
    kept::added,
};

async fn zoes() -> (TestServer, Browser, String, String) {
    let server = server().await;
    added(&server, "zoe", &["developer"]).await;
    let mut browser = signed_in(&server, "zoe").await;
    let answer = registered(&server, &mut browser, &[("scope:read", "yes")]).await;
    let secret = secret_on(&browser.follow(&server, &answer).await).unwrap();
    let place = format!("/account/applications/{}", id_of(&answer));
    (server, browser, place, secret)
}

async fn authenticates(server: &TestServer, place: &str, secret: &str) -> bool {
    let id = place.rsplit('/').next().unwrap();
    let answer = server.token(id, secret, "grant_type=client_credentials").await;
    assert!(["unauthorized_client", "invalid_client"].contains(&answer.error().as_str()));
    answer.error() == "unauthorized_client"
}

#[tokio::test]
async fn its_owner_changes_what_the_form_speaks_of_and_nothing_else() {
    let (server, mut browser, place, secret) = zoes().await;
    let fields = [("client_name", "Storm"), ("redirect_uris", "https://b.example/cb")];
    let answer = browser.submit(&server, &place, &place, &fields).await;
    assert_eq!((answer.status, location(&answer)), (303, format!("{place}?done=changed")));
    let page = browser.follow(&server, &answer).await;
    assert_page(&page, 200);
    for said in ["Storm", "https://b.example/cb", "The application is changed."] {
        assert!(page.text().contains(said), "{said}: {page:?}");
    }
    assert_eq!(secret_on(&page), None);
    let kept = directory(&server).application(place.rsplit('/').next().unwrap()).await;
    let kept = kept.unwrap().unwrap();
    assert!(kept.metadata.scope.is_empty() && kept.metadata.grant_types.len() == 2);
    assert!(authenticates(&server, &place, &secret).await);
    let wrong = [("client_name", "Storm"), ("redirect_uris", "nowhere")];
    let answer = browser.submit(&server, &place, &place, &wrong).await;
    assert_page(&answer, 400);
    assert!(answer.text().contains("nowhere</textarea>"), "{answer:?}");
}

#[tokio::test]
async fn a_new_secret_is_shown_once_and_the_old_one_goes_on_for_as_long_as_was_said() {
    let (server, mut browser, place, first) = zoes().await;
    let action = format!("{place}/secret");
    let page = browser.get(&server, &place).await;
    let answer = browser.submit_on(&server, &page, &action, &[("overlap", "3600")]).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let shown = browser.follow(&server, &answer).await;
    let second = secret_on(&shown).unwrap();
    assert!(authenticates(&server, &place, &first).await);
    assert!(authenticates(&server, &place, &second).await);
    // A second click on the same page makes no third one, of which nobody would know.
    let again = browser.submit_on(&server, &page, &action, &[("overlap", "0")]).await;
    assert_page(&again, 412);
    assert!(again.text().contains("changed in the meantime"), "{again:?}");
    server.clock.advance(Duration::from_secs(3600));
    // Anything that is changed makes the directory look again.
    let fields = [("client_name", "Renamed"), ("redirect_uris", "https://a.example/cb")];
    assert_eq!(browser.submit(&server, &place, &place, &fields).await.status, 303);
    assert!(!authenticates(&server, &place, &first).await);
    assert!(authenticates(&server, &place, &second).await);
    let answer = browser.submit(&server, &place, &action, &[("overlap", "0")]).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert!(!authenticates(&server, &place, &second).await);
    for overlap in ["-1", "99999999", "soon"] {
        let answer = browser.submit(&server, &place, &action, &[("overlap", overlap)]).await;
        assert_page(&answer, 400);
    }
}

#[tokio::test]
async fn it_is_switched_off_and_on_and_deleted_after_a_question() {
    let (server, mut browser, place, secret) = zoes().await;
    let action = format!("{place}/state");
    let answer = browser.submit(&server, &place, &action, &[]).await;
    assert_eq!(location(&answer), format!("{place}?done=off"), "{answer:?}");
    assert!(!authenticates(&server, &place, &secret).await);
    assert!(browser.get(&server, "/account/applications").await.text().contains("badge"));
    let answer = browser.submit(&server, &place, &action, &[]).await;
    assert_eq!(location(&answer), format!("{place}?done=on"), "{answer:?}");
    assert!(authenticates(&server, &place, &secret).await);
    // To look at the question deletes nothing.
    let question = browser.get(&server, &format!("{place}/delete")).await;
    assert_page(&question, 200);
    assert!(question.text().contains("Weather"), "{question:?}");
    assert_page(&browser.get(&server, &place).await, 200);
    let answer = browser.submit_on(&server, &question, &format!("{place}/delete"), &[]).await;
    assert_eq!(location(&answer), "/account/applications?done=deleted", "{answer:?}");
    assert_page(&browser.get(&server, &place).await, 404);
    assert!(!authenticates(&server, &place, &secret).await);
}

#[tokio::test]
async fn nobody_else_sees_or_changes_it_on_these_pages() {
    let (server, mut owner, place, secret) = zoes().await;
    added(&server, "mallory", &["developer"]).await;
    let page = owner.get(&server, &place).await;
    for username in ["mallory", "root"] {
        let mut other = signed_in(&server, username).await;
        let list = other.get(&server, "/account/applications").await;
        assert!(!list.text().contains(&place), "{list:?}");
        for path in [place.clone(), format!("{place}/delete")] {
            assert_page(&other.get(&server, &path).await, 404);
        }
        for more in ["", "/secret", "/state", "/delete"] {
            let action = format!("{place}{more}");
            let token = form(&page, "").unwrap().hidden[0].1.clone();
            let fields = [("csrf", token.as_str()), ("state", "off"), ("client_name", "Mine")];
            assert_page(&other.post(&server, &action, &fields).await, 404);
        }
    }
    assert!(authenticates(&server, &place, &secret).await);
    assert!(owner.get(&server, &place).await.text().contains("Weather"));
    // Declared ones are nobody's here.
    let mut root = signed_in(&server, "root").await;
    assert_page(&root.get(&server, "/account/applications/app").await, 404);
}

#[tokio::test]
async fn what_an_administrator_has_switched_off_its_owner_cannot_switch_on() {
    let (server, mut browser, place, secret) = zoes().await;
    let id = place.rsplit('/').next().unwrap();
    let mut registry = directory(&server).application(id).await.unwrap().unwrap();
    (registry.disabled, registry.locked) = (true, true);
    let written = directory(&server).change_application(&registry).await;
    assert_eq!(written, Ok(signet::directory::Written::Done));
    let answer = browser.submit(&server, &place, &format!("{place}/state"), &[]).await;
    assert_page(&answer, 403);
    assert!(unescaped(answer.text()).contains("None of your roles"), "{answer:?}");
    assert!(!authenticates(&server, &place, &secret).await);
}
