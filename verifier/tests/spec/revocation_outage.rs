//! Status lists in bad times: what becomes of tokens when it cannot be learned whether they were
//! revoked.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use signet_verifier::{Rejection, RevocationUnknown};
use tokio::sync::Notify;

use crate::support::{Answer, LIST, NOW, Scene};

const UNAVAILABLE: Result<(), Rejection> = Err(Rejection::RevocationUnavailable);

async fn accepting_for(seconds: u64) -> Scene {
    let choice = RevocationUnknown::AcceptFor(Duration::from_secs(seconds));
    Scene::with(|builder| builder.when_revocation_is_unknown(choice)).await
}

/// The verdict on a token issued so long after the beginning.
async fn issued_at(scene: &Scene, seconds: u64, idx: u64) -> Result<(), Rejection> {
    let status = json!({"status_list": {"idx": idx, "uri": scene.uri(LIST)}});
    scene.judge(scene.token(status).with("iat", json!(NOW + seconds))).await
}

#[tokio::test]
async fn by_default_a_token_of_an_unknown_status_is_refused_and_not_called_invalid() {
    let scene = Scene::new().await;
    for answer in [Answer::HangUp, Answer::status(404), Answer::status(503)] {
        scene.issuer.answer(LIST, answer);
        assert_eq!(scene.says(1).await, UNAVAILABLE);
        scene.clock.advance(2);
    }
    assert_eq!(scene.list_fetches(), 3);
    let rejection = Rejection::RevocationUnavailable;
    assert_eq!((rejection.status(), rejection.error()), (503, None));
    assert_eq!(rejection.www_authenticate("x"), "Bearer realm=\"x\"");
}

#[tokio::test]
async fn by_default_a_list_past_its_ttl_is_not_relied_on() {
    let scene = Scene::new().await;
    scene.publishes(&[2]);
    assert_eq!(scene.says(1).await, Ok(()));
    scene.issuer.answer(LIST, Answer::HangUp);
    scene.clock.advance(3);
    assert_eq!(scene.says(1).await, Ok(()));
    scene.clock.advance(2);
    assert_eq!(scene.says(1).await, UNAVAILABLE);
    // What is known to be revoked is revoked, outage or not.
    assert_eq!(scene.says(2).await, Err(Rejection::Revoked));
}

#[tokio::test]
async fn after_a_failure_nothing_is_asked_until_the_cool_down_is_over() {
    let scene = Scene::new().await;
    scene.issuer.answer(LIST, Answer::HangUp);
    for _ in 0..100 {
        assert_eq!(scene.says(1).await, UNAVAILABLE);
    }
    assert_eq!(scene.list_fetches(), 1);
    scene.publishes(&[]);
    scene.clock.advance(1);
    assert_eq!((scene.says(1).await, scene.list_fetches()), (UNAVAILABLE, 1));
    scene.clock.advance(1);
    assert_eq!((scene.says(1).await, scene.list_fetches()), (Ok(()), 2));
}

#[tokio::test]
async fn after_a_failure_only_one_request_waits_for_an_issuer_that_does_not_answer() {
    let scene = Arc::new(Scene::new().await);
    scene.issuer.answer(LIST, Answer::HangUp);
    assert_eq!(scene.says(1).await, UNAVAILABLE);
    let gate = Arc::new(Notify::new());
    let held = Answer::Held(Arc::clone(&gate), Box::new(scene.list_answer(LIST, &[])));
    scene.issuer.answer(LIST, held);
    scene.clock.advance(2);
    let waits = tokio::spawn({
        let scene = Arc::clone(&scene);
        async move { scene.says(1).await }
    });
    scene.issuer.was_asked(LIST, 2).await;
    for _ in 0..100 {
        assert_eq!(scene.says(1).await, UNAVAILABLE);
    }
    gate.notify_one();
    assert_eq!(waits.await.unwrap(), Ok(()));
    assert_eq!((scene.says(1).await, scene.list_fetches()), (Ok(()), 2));
}

#[tokio::test]
async fn an_early_fetch_that_fails_does_not_keep_the_next_token_from_trying() {
    let scene = Scene::new().await;
    scene.publishes(&[]);
    assert_eq!(scene.says(1).await, Ok(()));
    scene.issuer.answer(LIST, Answer::HangUp);
    scene.clock.advance(4);
    while scene.verifier.last_status_list_error().is_none() {
        assert_eq!(scene.says(1).await, Ok(()));
        tokio::task::yield_now().await;
    }
    scene.publishes(&[]);
    scene.clock.advance(1);
    assert_eq!((scene.says(1).await, scene.list_fetches()), (Ok(()), 3));
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_given_up_on() {
    let scene = Scene::with(|builder| builder.http_timeout(Duration::from_millis(50))).await;
    scene.issuer.answer(LIST, Answer::Silence);
    assert_eq!(scene.says(1).await, UNAVAILABLE);
}

#[tokio::test]
async fn a_copy_may_serve_past_its_ttl_for_as_long_as_was_chosen() {
    let scene = accepting_for(60).await;
    scene.publishes(&[2]);
    assert_eq!(issued_at(&scene, 0, 1).await, Ok(()));
    scene.issuer.answer(LIST, Answer::HangUp);
    for (seconds, verdict) in [(5, Ok(())), (59, Ok(())), (1, UNAVAILABLE)] {
        scene.clock.advance(seconds);
        assert_eq!(issued_at(&scene, 0, 1).await, verdict);
        assert_eq!(issued_at(&scene, 0, 2).await, Err(Rejection::Revoked));
        let beyond = issued_at(&scene, 0, 5000).await;
        assert!(matches!(beyond, Err(Rejection::NoStatusEntry)), "{beyond:?}");
    }
    scene.publishes(&[1]);
    scene.clock.advance(2);
    assert_eq!(issued_at(&scene, 0, 1).await, Err(Rejection::Revoked));
}

#[tokio::test]
async fn a_copy_never_serves_past_its_exp() {
    let scene = accepting_for(86_400).await;
    scene.publishes(&[]);
    assert_eq!(scene.says(1).await, Ok(()));
    scene.issuer.answer(LIST, Answer::HangUp);
    scene.clock.advance(609);
    assert_eq!(scene.says(1).await, Ok(()));
    scene.clock.advance(1);
    assert_eq!(scene.says(1).await, UNAVAILABLE);
}

#[tokio::test]
async fn a_token_of_a_list_never_seen_is_accepted_only_while_it_is_young() {
    let scene = accepting_for(60).await;
    scene.issuer.answer(LIST, Answer::HangUp);
    assert_eq!(issued_at(&scene, 0, 1).await, Ok(()));
    scene.clock.advance(59);
    assert_eq!(issued_at(&scene, 0, 1).await, Ok(()));
    scene.clock.advance(1);
    assert_eq!(issued_at(&scene, 0, 1).await, UNAVAILABLE);
    // One that was issued later cannot have been revoked any earlier.
    assert_eq!(issued_at(&scene, 1, 1).await, Ok(()));
}

#[tokio::test]
async fn the_issuer_is_asked_before_a_choice_is_made() {
    let scene = accepting_for(86_400).await;
    scene.publishes(&[]);
    assert_eq!(scene.says(1).await, Ok(()));
    scene.publishes(&[1]);
    scene.clock.advance(5);
    assert_eq!(scene.says(1).await, Err(Rejection::Revoked));
}

#[tokio::test]
async fn a_clock_that_is_set_back_leads_to_a_fetch_and_no_more() {
    let scene = Scene::new().await;
    scene.publishes_changed(|token| token.with("iat", json!(NOW - 100)));
    assert_eq!(scene.says(1).await, Ok(()));
    scene.clock.set_back(5);
    assert_eq!((scene.says(1).await, scene.list_fetches()), (Ok(()), 2));
    assert_eq!((scene.says(1).await, scene.list_fetches()), (Ok(()), 2));
}
