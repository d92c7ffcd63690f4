//! The key cache in good times: who waits, who does not, and how often the issuer is asked.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use signet_verifier::{Rejection, VerifierBuilder};
use tokio::{sync::Notify, task::JoinSet};

use crate::support::{
    Answer, Scene, Signer,
    issuer::{JWKS, METADATA},
};

#[tokio::test]
async fn while_the_set_is_fresh_the_issuer_is_not_asked_again() {
    let scene = Scene::new().await;
    for _ in 0..50 {
        scene.verdict(&scene.signer).await.unwrap();
    }
    scene.clock.advance(299);
    scene.verdict(&scene.signer).await.unwrap();
    assert_eq!((scene.fetches(), scene.issuer.count(METADATA)), (1, 1));
}

#[tokio::test]
async fn the_first_requests_share_one_fetch() {
    let scene = Arc::new(Scene::new().await);
    let mut requests = JoinSet::new();
    for _ in 0..100 {
        let scene = Arc::clone(&scene);
        requests.spawn(async move { scene.verdict(&scene.signer).await });
    }
    for verdict in requests.join_all().await {
        verdict.unwrap();
    }
    assert_eq!(scene.fetches(), 1);
}

#[tokio::test]
async fn a_client_who_hangs_up_does_not_end_the_fetch_for_the_others() {
    let scene = Arc::new(Scene::new().await);
    let gate = Arc::new(Notify::new());
    let held = Answer::Held(Arc::clone(&gate), Box::new(Answer::keys(&[&scene.signer])));
    scene.issuer.answer(JWKS, held);
    let impatient = tokio::spawn({
        let scene = Arc::clone(&scene);
        async move { scene.verdict(&scene.signer).await }
    });
    scene.issuer.was_asked(JWKS, 1).await;
    impatient.abort();
    assert!(impatient.await.unwrap_err().is_cancelled());
    gate.notify_one();
    scene.verdict(&scene.signer).await.unwrap();
    assert_eq!(scene.fetches(), 1);
}

#[tokio::test]
async fn past_freshness_the_old_set_serves_while_a_new_one_is_fetched() {
    let scene = Scene::new().await;
    scene.verdict(&scene.signer).await.unwrap();
    scene.clock.advance(300);
    let gate = Arc::new(Notify::new());
    let held = Answer::Held(Arc::clone(&gate), Box::new(Answer::keys(&[&scene.signer])));
    scene.issuer.answer(JWKS, held);
    // The issuer does not answer, and nobody waits for it; only one is on the way.
    for _ in 0..20 {
        scene.verdict(&scene.signer).await.unwrap();
    }
    scene.issuer.was_asked(JWKS, 2).await;
    scene.verdict(&scene.signer).await.unwrap();
    assert_eq!(scene.fetches(), 2);
    gate.notify_one();
    // An unknown name waits for the fetch in flight, and so sees its end.
    assert_eq!(scene.unknown("x").await, Err(Rejection::UnknownKey));
    scene.clock.advance(250);
    scene.verdict(&scene.signer).await.unwrap();
    assert_eq!(scene.fetches(), 2);
}

#[tokio::test]
async fn max_age_decides_between_a_minute_and_an_hour() {
    for (header, fresh_for) in [
        ("Cache-Control: public, max-age=120", 120),
        ("cache-control: MAX-AGE=120", 120),
        ("Cache-Control: max-age=1", 60),
        ("Cache-Control: no-store", 60),
        ("Cache-Control: max-age=999999", 3600),
        ("Cache-Control: max-age=nonsense", 300),
        ("X-Nothing: here", 300),
    ] {
        let scene = Scene::with(|builder| builder.stale_for(Duration::ZERO)).await;
        scene.issuer.answer(JWKS, Answer::keys(&[&scene.signer]).header(header));
        scene.verdict(&scene.signer).await.unwrap();
        scene.clock.advance(fresh_for - 1);
        scene.verdict(&scene.signer).await.unwrap();
        assert_eq!(scene.fetches(), 1, "{header}");
        scene.clock.advance(1);
        scene.verdict(&scene.signer).await.unwrap();
        assert_eq!(scene.fetches(), 2, "{header}");
    }
}

#[tokio::test]
async fn cache_for_overrides_what_the_issuer_says() {
    let choose = |builder: VerifierBuilder| {
        builder.cache_for(Duration::from_secs(20)).stale_for(Duration::ZERO)
    };
    let scene = Scene::with(choose).await;
    scene.verdict(&scene.signer).await.unwrap();
    scene.clock.advance(20);
    scene.verdict(&scene.signer).await.unwrap();
    assert_eq!(scene.fetches(), 2);
}

#[tokio::test]
async fn a_rotated_key_is_picked_up_at_its_first_token() {
    let scene = Scene::new().await;
    scene.verdict(&scene.signer).await.unwrap();
    let next = Signer::seeded(2);
    scene.issuer.answer(JWKS, Answer::keys(&[&scene.signer, &next]));
    scene.clock.advance(10);
    scene.verdict(&next).await.unwrap();
    scene.verdict(&scene.signer).await.unwrap();
    assert_eq!((scene.fetches(), scene.issuer.count(METADATA)), (2, 1));
}

#[tokio::test]
async fn a_key_that_was_taken_away_is_gone_with_the_next_set() {
    let scene = Scene::new().await;
    scene.verdict(&scene.signer).await.unwrap();
    let next = Signer::seeded(2);
    scene.issuer.answer(JWKS, Answer::keys(&[&next]));
    scene.clock.advance(10);
    scene.verdict(&next).await.unwrap();
    assert_eq!(scene.verdict(&scene.signer).await, Err(Rejection::UnknownKey));
}

#[tokio::test]
async fn a_flood_of_unknown_keys_causes_one_fetch_per_cool_down() {
    let scene = Scene::new().await;
    scene.verdict(&scene.signer).await.unwrap();
    for round in 1..=3 {
        scene.clock.advance(10);
        for kid in 0..1000 {
            let verdict = scene.unknown(&format!("{round}-{kid}")).await;
            assert_eq!(verdict, Err(Rejection::UnknownKey));
        }
        assert_eq!(scene.fetches(), 1 + round);
    }
}

#[tokio::test]
async fn an_unknown_key_right_after_a_fetch_is_unknown_without_another() {
    let scene = Scene::new().await;
    assert_eq!(scene.unknown("x").await, Err(Rejection::UnknownKey));
    scene.clock.advance(9);
    assert_eq!(scene.unknown("x").await, Err(Rejection::UnknownKey));
    assert_eq!(scene.fetches(), 1);
}

#[tokio::test]
async fn a_clock_that_is_set_back_a_little_is_no_reason_to_refuse() {
    let scene = Scene::new().await;
    scene.verdict(&scene.signer).await.unwrap();
    scene.clock.set_back(5);
    scene.verdict(&scene.signer).await.unwrap();
    assert_eq!(scene.fetches(), 1);
}

#[tokio::test]
async fn an_unchanged_set_is_not_sent_twice() {
    let scene = Scene::with(|builder| builder.stale_for(Duration::ZERO)).await;
    scene.issuer.answer(JWKS, Answer::keys(&[&scene.signer]).header("ETag: \"v1\""));
    scene.verdict(&scene.signer).await.unwrap();
    assert!(!scene.issuer.last_request(JWKS).to_lowercase().contains("if-none-match"));
    scene.issuer.answer(JWKS, Answer::status(304));
    scene.clock.advance(300);
    scene.verdict(&scene.signer).await.unwrap();
    assert!(scene.issuer.last_request(JWKS).contains("if-none-match: \"v1\""));
    scene.clock.advance(299);
    scene.verdict(&scene.signer).await.unwrap();
    assert_eq!(scene.fetches(), 2);
}

#[tokio::test]
async fn an_etag_is_shown_only_to_the_place_that_gave_it() {
    let scene = Scene::with(|builder| builder.stale_for(Duration::ZERO)).await;
    scene.issuer.answer(JWKS, Answer::keys(&[&scene.signer]).header("ETag: \"v1\""));
    scene.verdict(&scene.signer).await.unwrap();
    scene.issuer.answer("/moved", Answer::keys(&[&scene.signer]));
    let jwks_uri = format!("{}/moved", scene.issuer.url);
    let moved = json!({"issuer": scene.issuer.url, "jwks_uri": jwks_uri});
    scene.issuer.answer(METADATA, Answer::json(&moved));
    scene.clock.advance(3600);
    scene.verdict(&scene.signer).await.unwrap();
    let request = scene.issuer.last_request("/moved").to_lowercase();
    assert!(!request.is_empty() && !request.contains("if-none-match"), "{request}");
}
