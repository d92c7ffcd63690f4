//! The issuer's event stream: a revocation is known as it happens, and what was missed is caught up
//! with.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use signet_verifier::{Rejection, RevocationUnknown, VerifierBuilder};
use tokio::{sync::Notify, task::AbortHandle};

use crate::support::{Answer, EventStream, LIST, Scene, eventually, issuer::METADATA};

const EVENTS: &str = "/status-lists/events";
const AGGREGATION: &str = "/status-lists";

/// A scene whose issuer has an event stream, which the verifier follows.
struct Followed {
    scene: Scene,
    events: EventStream,
    follower: AbortHandle,
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

fn metadata(scene: &Scene) -> Value {
    let mut metadata = scene.issuer.metadata();
    metadata["status_list_events_endpoint"] = json!(scene.uri(EVENTS));
    metadata["status_list_aggregation_endpoint"] = json!(scene.uri(AGGREGATION));
    metadata
}

impl Followed {
    async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    async fn with(choose: impl FnOnce(VerifierBuilder) -> VerifierBuilder) -> Self {
        let scene = Scene::with(choose).await;
        scene.issuer.answer(METADATA, Answer::json(&metadata(&scene)));
        scene.issuer.answer(AGGREGATION, Answer::json(&json!({"status_lists": []})));
        scene.publishes(&[]);
        let events = EventStream::default();
        scene.issuer.answer(EVENTS, Answer::Stream(events.clone()));
        let follower = tokio::spawn(scene.verifier.follow_events()).abort_handle();
        Self { scene, events, follower }
    }

    /// From now on the list is asked for in vain: the answer is held until the test lets it go.
    fn holds(&self, answer: Answer) -> Arc<Notify> {
        let gate = Arc::new(Notify::new());
        self.scene.issuer.answer(LIST, Answer::Held(Arc::clone(&gate), Box::new(answer)));
        gate
    }

    async fn is_revoked(&self, idx: u64) -> bool {
        self.scene.says(idx).await == Err(Rejection::Revoked)
    }
}

#[tokio::test]
async fn an_event_denies_at_once_before_any_list_is_fetched() {
    let followed = Followed::new().await;
    assert_eq!(followed.scene.says(1).await, Ok(()));
    let gate = followed.holds(followed.scene.list_answer(LIST, &[1]));
    followed.scene.clock.advance(1);
    followed.events.tells(&followed.scene.uri(LIST), 1, 1);
    eventually(|| followed.is_revoked(1)).await;
    assert_eq!((followed.scene.says(0).await, followed.scene.says(2).await), (Ok(()), Ok(())));
    // The list that will show it is on its way.
    followed.scene.issuer.was_asked(LIST, 2).await;
    gate.notify_one();
    assert!(followed.is_revoked(1).await);
}

#[tokio::test]
async fn what_an_event_denied_stays_denied_until_a_list_shows_it() {
    let followed = Followed::new().await;
    let scene = &followed.scene;
    scene.issuer.answer(LIST, scene.list_answer(LIST, &[]).header("ETag: \"v1\""));
    assert_eq!(scene.says(1).await, Ok(()));
    followed.events.tells(&scene.uri(LIST), 1, 1);
    eventually(|| followed.is_revoked(1)).await;
    // Neither a 304 nor a list of a replica that is behind takes it back.
    scene.issuer.answer(LIST, Answer::status(304));
    scene.clock.advance(5);
    assert_eq!(scene.says(2).await, Ok(()));
    assert!(followed.is_revoked(1).await);
    scene.publishes(&[]);
    scene.clock.advance(5);
    assert_eq!(scene.says(2).await, Ok(()));
    assert!(followed.is_revoked(1).await);
    // Once shown it is the list's to tell: a later one that takes it back is believed.
    scene.publishes(&[1]);
    scene.clock.advance(5);
    assert_eq!(scene.says(2).await, Ok(()));
    assert!(followed.is_revoked(1).await);
    scene.publishes(&[]);
    scene.clock.advance(5);
    assert_eq!((scene.says(2).await, scene.says(1).await), (Ok(()), Ok(())));
}

#[tokio::test]
async fn an_event_may_revoke_a_block_of_entries() {
    let followed = Followed::new().await;
    followed.events.tells(&followed.scene.uri(LIST), 64, 64);
    eventually(|| followed.is_revoked(64)).await;
    for (idx, is_revoked) in [(63, false), (64, true), (100, true), (127, true), (128, false)] {
        assert_eq!(followed.is_revoked(idx).await, is_revoked, "{idx}");
    }
}

#[tokio::test]
async fn an_event_of_a_list_not_seen_yet_is_remembered() {
    let choice = RevocationUnknown::AcceptFor(Duration::from_secs(60));
    let followed = Followed::with(|builder| builder.when_revocation_is_unknown(choice)).await;
    let other = "/status-lists/other";
    followed.scene.issuer.answer(other, Answer::HangUp);
    followed.events.tells(&followed.scene.uri(other), 5, 1);
    // An event after it, so as to know that it was read.
    followed.events.tells(&followed.scene.uri(LIST), 1, 1);
    eventually(|| followed.is_revoked(1)).await;
    assert_eq!(followed.scene.issuer.count(other), 0);
    assert_eq!(followed.scene.says_of(other, 5).await, Err(Rejection::Revoked));
    assert_eq!(followed.scene.says_of(other, 6).await, Ok(()));
}

#[tokio::test]
async fn an_event_never_allows_what_a_list_denies() {
    let followed = Followed::new().await;
    followed.scene.publishes(&[1]);
    assert!(followed.is_revoked(1).await);
    let uri = followed.scene.uri(LIST);
    let data = format!("{{\"uri\":\"{uri}\",\"idx\":1,\"count\":0,\"status\":0}}");
    followed
        .events
        .says(format!("event: revoked\ndata: {data}\n\nevent: restored\ndata: {data}\n\n"));
    followed.events.tells(&uri, 2, 1);
    eventually(|| followed.is_revoked(2)).await;
    assert!(followed.is_revoked(1).await);
}

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

#[tokio::test]
async fn events_of_other_names_and_of_other_issuers_lists_are_passed_over() {
    let followed = Followed::new().await;
    let uri = followed.scene.uri(LIST);
    followed.events.tells("https://elsewhere.example/status-lists/1", 1, 1);
    followed.events.says(format!("event: other\ndata: {{\"uri\":\"{uri}\",\"idx\":3}}\n\n"));
    followed.events.says("event: other\ndata: nonsense\n\n: comment\n\nretry: 5\n\n");
    followed.events.tells(&uri, 1, 1);
    eventually(|| followed.is_revoked(1)).await;
    assert_eq!((followed.scene.says(3).await, followed.scene.issuer.count(EVENTS)), (Ok(()), 1));
}

#[tokio::test]
async fn without_following_events_or_revocation_no_stream_is_opened() {
    let scene = Scene::new().await;
    scene.issuer.answer(METADATA, Answer::json(&metadata(&scene)));
    scene.publishes(&[]);
    assert_eq!((scene.says(1).await, scene.issuer.count(EVENTS)), (Ok(()), 0));
    let deaf = Followed::with(VerifierBuilder::ignore_revocation).await;
    assert_eq!(deaf.scene.says(1).await, Ok(()));
    assert_eq!((deaf.scene.issuer.count(EVENTS), deaf.scene.issuer.count(METADATA)), (0, 1));
}
