//! The issuer's event stream, where it breaks: another takes its place, and what was missed is caught up
//! with.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use signet_verifier::VerifierBuilder;

use crate::support::{
    Answer, EventStream, Followed, LIST, eventually,
    followed::{AGGREGATION, EVENTS},
};

#[tokio::test]
async fn a_stream_begins_with_the_lists_that_are_held_and_have_revocations() {
    let followed = Followed::new().await;
    let scene = &followed.scene;
    scene.issuer.was_asked(AGGREGATION, 1).await;
    let quiet = "/status-lists/quiet";
    scene.issuer.answer(quiet, scene.list_answer(quiet, &[]));
    assert_eq!((scene.says(1).await, scene.says_of(quiet, 1).await), (Ok(()), Ok(())));
    // Revoked while no stream is open; the list is within its ttl.
    scene.publishes(&[1]);
    let named = json!({"status_lists": [scene.uri(LIST), scene.uri("/status-lists/never-seen")]});
    scene.issuer.answer(AGGREGATION, Answer::json(&named));
    followed.events.breaks();
    eventually(|| followed.is_revoked(1)).await;
    assert_eq!((scene.list_fetches(), scene.issuer.count(quiet)), (2, 1));
    assert_eq!(scene.issuer.count("/status-lists/never-seen"), 0);
    assert_eq!(scene.issuer.count(EVENTS), 2);
}

#[tokio::test]
async fn the_first_stream_too_begins_with_what_was_missed() {
    let followed = Followed::new().await;
    let scene = &followed.scene;
    scene.issuer.was_asked(AGGREGATION, 1).await;
    assert_eq!(scene.says(1).await, Ok(()));
    scene.publishes(&[1]);
    let named = json!({"status_lists": [scene.uri(LIST)]});
    scene.issuer.answer(AGGREGATION, Answer::json(&named));
    let another = tokio::spawn(scene.verifier.follow_events());
    eventually(|| followed.is_revoked(1)).await;
    another.abort();
}

#[tokio::test]
async fn a_fetch_that_began_before_the_stream_is_not_taken_for_news() {
    let followed = Arc::new(Followed::new().await);
    let scene = &followed.scene;
    scene.issuer.was_asked(AGGREGATION, 1).await;
    // The answer of before the revocation is still under way when the stream is replaced.
    let gate = followed.holds(scene.list_answer(LIST, &[]));
    let waits = tokio::spawn({
        let followed = Arc::clone(&followed);
        async move { followed.scene.says(1).await }
    });
    scene.issuer.was_asked(LIST, 1).await;
    scene.publishes(&[1]);
    let named = json!({"status_lists": [scene.uri(LIST)]});
    scene.issuer.answer(AGGREGATION, Answer::json(&named));
    followed.events.breaks();
    scene.issuer.was_asked(AGGREGATION, 2).await;
    gate.notify_one();
    assert_eq!(waits.await.unwrap(), Ok(()));
    eventually(|| followed.is_revoked(1)).await;
    assert_eq!(scene.list_fetches(), 2);
}

#[tokio::test]
async fn where_the_issuer_does_not_say_which_lists_there_are_all_that_are_held_are_fetched() {
    let followed = Followed::new().await;
    let scene = &followed.scene;
    scene.issuer.was_asked(AGGREGATION, 1).await;
    assert_eq!(scene.says(1).await, Ok(()));
    scene.publishes(&[1]);
    scene.issuer.answer(AGGREGATION, Answer::status(500));
    followed.events.breaks();
    eventually(|| followed.is_revoked(1)).await;
}

#[tokio::test]
async fn a_stream_that_falls_silent_is_replaced() {
    let quickly = |builder: VerifierBuilder| builder.longest_silence(Duration::from_millis(20));
    let followed = Followed::with(quickly).await;
    followed.scene.issuer.was_asked(EVENTS, 3).await;
}

#[tokio::test]
async fn a_stream_that_cannot_be_had_is_asked_for_again() {
    let followed = Followed::new().await;
    let issuer = &followed.scene.issuer;
    let page =
        Answer::Send(200, vec!["Content-Type: text/html".to_owned()], b"data: x\n\n".to_vec());
    for answer in [Answer::status(503), Answer::HangUp, page] {
        let asked = issuer.count(EVENTS);
        issuer.answer(EVENTS, answer);
        followed.events.breaks();
        issuer.was_asked(EVENTS, asked + 1).await;
    }
    issuer.answer(EVENTS, Answer::Stream(EventStream::default()));
    let asked = issuer.count(AGGREGATION);
    issuer.was_asked(AGGREGATION, asked + 1).await;
}

#[tokio::test]
async fn what_cannot_be_read_ends_the_stream_and_the_next_one_catches_up() {
    for text in [
        "x".repeat(100 * 1024),
        format!("data: {}\n", "x".repeat(1000)).repeat(100),
        "event: revoked\ndata: {\"idx\":1}\n\n".to_owned(),
        "event: revoked\ndata: nonsense\n\n".to_owned(),
    ] {
        let followed = Followed::new().await;
        followed.scene.issuer.was_asked(AGGREGATION, 1).await;
        followed.events.says(text);
        followed.scene.issuer.was_asked(AGGREGATION, 2).await;
    }
}
