//! The issuer's event stream: a revocation is known as it happens.

use std::time::Duration;

use signet_verifier::{Rejection, RevocationUnknown, VerifierBuilder};

use crate::support::{
    Answer, Followed, LIST, Scene, eventually,
    followed::{EVENTS, metadata},
    issuer::METADATA,
};

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
async fn a_storm_of_events_is_no_storm_of_fetches() {
    let followed = Followed::new().await;
    assert_eq!(followed.scene.says(0).await, Ok(()));
    for idx in 1..200 {
        followed.events.tells(&followed.scene.uri(LIST), idx, 1);
    }
    eventually(|| followed.is_revoked(199)).await;
    assert_eq!((followed.scene.says(0).await, followed.scene.list_fetches()), (Ok(()), 1));
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
