//! Token Status List sections 5.1 and 8.1 to 8.3, in good times: when a list is fetched, how often, by
//! whom, and in which form.

use std::{io::Write, sync::Arc};

use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use signet_verifier::{Rejection, StatusListError, fetch::FetchError};
use tokio::{sync::Notify, task::JoinSet};

use crate::support::{
    Answer, LIST, NOW, Scene, eventually,
    lists::{list, sent},
};

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes every write");
    encoder.finish().expect("a vector takes every write")
}

/// Verdicts on a hundred tokens at once.
async fn hundred(scene: &Arc<Scene>) -> Vec<Result<(), Rejection>> {
    let mut requests = JoinSet::new();
    for idx in 0..100 {
        let scene = Arc::clone(scene);
        requests.spawn(async move { scene.says(idx).await });
    }
    requests.join_all().await
}

#[tokio::test]
async fn within_its_ttl_a_list_serves_without_another_fetch() {
    let scene = Scene::new().await;
    scene.publishes(&[]);
    for _ in 0..50 {
        assert_eq!(scene.says(1).await, Ok(()));
    }
    scene.clock.advance(3);
    assert_eq!((scene.says(1).await, scene.list_fetches()), (Ok(()), 1));
}

#[tokio::test]
async fn once_the_ttl_has_passed_no_token_is_accepted_without_a_fetch() {
    let scene = Scene::new().await;
    scene.publishes(&[]);
    assert_eq!(scene.says(1).await, Ok(()));
    scene.publishes(&[1]);
    scene.clock.advance(3);
    assert_eq!(scene.says(1).await, Ok(()));
    scene.clock.advance(2);
    assert_eq!((scene.says(1).await, scene.list_fetches()), (Err(Rejection::Revoked), 2));
}

#[tokio::test]
async fn near_the_end_of_its_ttl_the_next_list_is_fetched_while_nobody_waits() {
    let scene = Arc::new(Scene::new().await);
    scene.publishes(&[]);
    assert_eq!(scene.says(1).await, Ok(()));
    let gate = Arc::new(Notify::new());
    let next = Box::new(scene.list_answer(LIST, &[1]));
    scene.issuer.answer(LIST, Answer::Held(Arc::clone(&gate), next));
    scene.clock.advance(4);
    assert!(hundred(&scene).await.iter().all(Result::is_ok));
    scene.issuer.was_asked(LIST, 2).await;
    gate.notify_one();
    eventually(|| async { scene.says(1).await == Err(Rejection::Revoked) }).await;
    assert_eq!(scene.list_fetches(), 2);
}

#[tokio::test]
async fn the_ttl_is_followed_from_a_second_to_an_hour() {
    for (ttl, exp, fresh_for) in [
        (json!(30), json!(NOW + 86_400), 30),
        (json!(1), json!(NOW + 86_400), 1),
        (json!(1_000_000), json!(NOW + 86_400), 3600),
        (json!(null), json!(NOW + 100), 100),
        (json!(null), json!(NOW + 86_400), 3600),
        (json!(null), json!(null), 60),
    ] {
        let scene = Scene::new().await;
        scene.publishes_changed(|token| token.with("ttl", ttl.clone()).with("exp", exp.clone()));
        assert_eq!(scene.says(1).await, Ok(()));
        scene.clock.advance(fresh_for - 1);
        // The fetch that may begin now is not waited for.
        let gate = Answer::Held(Arc::new(Notify::new()), Box::new(Answer::HangUp));
        scene.issuer.answer(LIST, gate);
        assert_eq!(scene.says(1).await, Ok(()), "{ttl}, {exp}");
        scene.clock.advance(1);
        let scene = Arc::new(scene);
        let waits = tokio::spawn({
            let scene = Arc::clone(&scene);
            async move { scene.says(1).await }
        });
        scene.issuer.was_asked(LIST, 2).await;
        assert!(!waits.is_finished(), "{ttl}, {exp}");
        waits.abort();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_tokens_of_one_list_share_one_fetch() {
    let scene = Arc::new(Scene::new().await);
    scene.publishes(&[]);
    assert!(hundred(&scene).await.iter().all(Result::is_ok));
    assert_eq!(scene.list_fetches(), 1);
    scene.clock.advance(5);
    assert!(hundred(&scene).await.iter().all(Result::is_ok));
    assert_eq!(scene.list_fetches(), 2);
}

#[tokio::test]
async fn a_client_who_hangs_up_does_not_end_the_fetch_for_the_others() {
    let scene = Arc::new(Scene::new().await);
    let gate = Arc::new(Notify::new());
    let held = Answer::Held(Arc::clone(&gate), Box::new(scene.list_answer(LIST, &[])));
    scene.issuer.answer(LIST, held);
    let impatient = tokio::spawn({
        let scene = Arc::clone(&scene);
        async move { scene.says(1).await }
    });
    scene.issuer.was_asked(LIST, 1).await;
    impatient.abort();
    assert!(impatient.await.unwrap_err().is_cancelled());
    gate.notify_one();
    assert_eq!((scene.says(1).await, scene.list_fetches()), (Ok(()), 1));
}

#[tokio::test]
async fn each_list_is_fetched_by_itself() {
    let scene = Scene::new().await;
    for (path, revoked) in [("/status-lists/a", &[1][..]), ("/status-lists/b", &[])] {
        scene.issuer.answer(path, scene.list_answer(path, revoked));
    }
    assert_eq!(scene.says_of("/status-lists/a", 1).await, Err(Rejection::Revoked));
    assert_eq!(scene.says_of("/status-lists/b", 1).await, Ok(()));
}

#[tokio::test]
async fn an_unchanged_list_is_not_sent_twice_and_keeps_its_revocations() {
    let scene = Scene::new().await;
    scene.issuer.answer(LIST, scene.list_answer(LIST, &[1]).header("ETag: \"v1\""));
    assert_eq!((scene.says(1).await, scene.says(2).await), (Err(Rejection::Revoked), Ok(())));
    assert!(!scene.issuer.last_request(LIST).to_lowercase().contains("if-none-match"));
    scene.issuer.answer(LIST, Answer::status(304));
    scene.clock.advance(5);
    assert_eq!((scene.says(2).await, scene.list_fetches()), (Ok(()), 2));
    assert!(scene.issuer.last_request(LIST).contains("if-none-match: \"v1\""));
    // The answer renewed the copy.
    scene.clock.advance(3);
    assert_eq!((scene.says(2).await, scene.list_fetches()), (Ok(()), 2));
    assert_eq!(scene.says(1).await, Err(Rejection::Revoked));
}

#[tokio::test]
async fn after_its_exp_a_list_must_come_anew() {
    let scene = Scene::new().await;
    scene.issuer.answer(LIST, scene.list_answer(LIST, &[]).header("ETag: \"v1\""));
    assert_eq!(scene.says(1).await, Ok(()));
    scene.issuer.answer(LIST, Answer::status(304));
    scene.clock.advance(600);
    assert_eq!(scene.says(1).await, Err(Rejection::RevocationUnavailable));
    assert!(!scene.issuer.last_request(LIST).to_lowercase().contains("if-none-match"));
    scene.publishes_changed(|token| token.with("exp", json!(NOW + 9999)));
    scene.clock.advance(2);
    assert_eq!(scene.says(1).await, Ok(()));
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_no_answer() {
    let scene = Scene::new().await;
    scene.publishes(&[]);
    assert_eq!(scene.says(1).await, Ok(()));
    scene.issuer.answer(LIST, Answer::status(304));
    scene.clock.advance(5);
    assert_eq!(scene.says(1).await, Err(Rejection::RevocationUnavailable));
    let error = scene.verifier.last_status_list_error().unwrap();
    let is_status = matches!(*error, StatusListError::Fetch(FetchError::Status(304)));
    assert!(is_status, "{error:?}");
}

#[tokio::test]
async fn a_list_may_come_compressed() {
    let scene = Scene::new().await;
    let signed = list(&scene.uri(LIST), &scene.signer, &[1]).sign(&scene.signer);
    let body = zipped(signed.as_bytes());
    let answer = Answer::Send(200, vec!["Content-Encoding: gzip".to_owned()], body);
    scene.issuer.answer(LIST, answer);
    assert_eq!((scene.says(1).await, scene.says(2).await), (Err(Rejection::Revoked), Ok(())));
}

#[tokio::test]
async fn a_body_that_inflates_without_end_or_in_an_unknown_way_is_refused() {
    let bomb = zipped(&vec![b'a'; 16 * 1024 * 1024]);
    for (encoding, body) in
        [("gzip", bomb), ("gzip", b"not zipped".to_vec()), ("br", b"whatever".to_vec())]
    {
        let scene = Scene::new().await;
        let headers = vec![format!("Content-Encoding: {encoding}")];
        scene.issuer.answer(LIST, Answer::Send(200, headers, body));
        assert_eq!(scene.says(1).await, Err(Rejection::RevocationUnavailable));
        let error = scene.verifier.last_status_list_error().unwrap();
        let is_refused = matches!(
            *error,
            StatusListError::Fetch(FetchError::TooLong | FetchError::UnknownEncoding)
        );
        assert!(is_refused, "{error:?}");
    }
}

#[tokio::test]
async fn a_list_signed_earlier_than_the_one_held_takes_no_revocation_back() {
    let scene = Scene::new().await;
    scene.publishes(&[1]);
    assert_eq!((scene.says(1).await, scene.says(2).await), (Err(Rejection::Revoked), Ok(())));
    // A replica that is a moment behind, and has something of its own.
    let behind = list(&scene.uri(LIST), &scene.signer, &[900]).with("iat", json!(NOW - 1));
    scene.issuer.answer(LIST, sent(&behind.sign(&scene.signer)));
    scene.clock.advance(5);
    assert_eq!((scene.says(2).await, scene.list_fetches()), (Ok(()), 2));
    for idx in [1, 900] {
        assert_eq!(scene.says(idx).await, Err(Rejection::Revoked), "{idx}");
    }
    // One signed later is taken at its word.
    scene.publishes_changed(|token| token.with("iat", json!(NOW + 5)));
    scene.clock.advance(5);
    assert_eq!(scene.says(2).await, Ok(()));
    assert_eq!((scene.says(1).await, scene.says(900).await), (Ok(()), Ok(())));
}

#[tokio::test]
async fn more_lists_than_are_held_are_served_all_the_same() {
    let scene = Scene::new().await;
    let path = |number: u64| format!("/status-lists/{number}");
    for number in 0..=1024 {
        scene.issuer.answer(&path(number), scene.list_answer(&path(number), &[number % 1024]));
        assert_eq!(scene.says_of(&path(number), number % 1024).await, Err(Rejection::Revoked));
    }
    // The first had to go; the others are held.
    for number in [1024, 1, 0] {
        assert_eq!(scene.says_of(&path(number), number % 1024).await, Err(Rejection::Revoked));
    }
    let counts = [0, 1, 1024].map(|number| scene.issuer.count(&path(number)));
    assert_eq!(counts, [2, 1, 1]);
}
