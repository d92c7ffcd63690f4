//! The key cache in bad times: what an issuer that is away, slow, or wrong means for its tokens.

use std::time::Duration;

use serde_json::json;
use signet_verifier::{KeyFetchError, Rejection, fetch::FetchError};

use crate::support::{
    Answer, Scene,
    issuer::{JWKS, METADATA},
};

#[tokio::test]
async fn without_any_key_a_token_is_not_called_invalid() {
    let scene = Scene::new().await;
    scene.issuer.goes_down();
    let verdict = scene.verdict(&scene.signer).await;
    assert_eq!(verdict, Err(Rejection::KeysUnavailable));
    let error = scene.verifier.last_key_fetch_error().unwrap();
    let is_unreachable = matches!(*error, KeyFetchError::Metadata(FetchError::Unreachable(_)));
    assert!(is_unreachable, "{error:?}");
}

#[tokio::test]
async fn a_failed_fetch_is_not_repeated_before_the_cool_down_is_over() {
    let scene = Scene::new().await;
    scene.issuer.goes_down();
    for _ in 0..100 {
        let verdict = scene.verdict(&scene.signer).await;
        assert_eq!(verdict, Err(Rejection::KeysUnavailable));
    }
    assert_eq!(scene.issuer.count(METADATA), 1);
    scene.issuer.answer(METADATA, Answer::json(&scene.issuer.metadata()));
    scene.issuer.answer(JWKS, Answer::keys(&[&scene.signer]));
    scene.clock.advance(9);
    assert_eq!(scene.verdict(&scene.signer).await, Err(Rejection::KeysUnavailable));
    scene.clock.advance(1);
    scene.verdict(&scene.signer).await.unwrap();
    assert!(scene.verifier.last_key_fetch_error().is_none());
}

#[tokio::test]
async fn while_the_issuer_is_down_old_keys_serve_within_their_bound_and_no_longer() {
    let scene = Scene::new().await;
    scene.verdict(&scene.signer).await.unwrap();
    scene.issuer.goes_down();
    scene.clock.advance(300 + 3599);
    scene.verdict(&scene.signer).await.unwrap();
    // The attempt in the background failed; the known key serves on, an unknown one may be a new one.
    assert_eq!(scene.unknown("x").await, Err(Rejection::KeysUnavailable));
    scene.verdict(&scene.signer).await.unwrap();
    scene.clock.advance(1);
    assert_eq!(scene.verdict(&scene.signer).await, Err(Rejection::KeysUnavailable));
}

#[tokio::test]
async fn after_the_bound_the_first_answer_of_the_issuer_mends_it() {
    let scene = Scene::new().await;
    scene.verdict(&scene.signer).await.unwrap();
    scene.clock.advance(20_000);
    scene.verdict(&scene.signer).await.unwrap();
    assert_eq!(scene.fetches(), 2);
}

#[tokio::test]
async fn metadata_is_read_again_after_an_hour_and_after_a_failure() {
    let scene = Scene::with(|builder| builder.stale_for(Duration::ZERO)).await;
    scene.verdict(&scene.signer).await.unwrap();
    scene.clock.advance(3600);
    scene.verdict(&scene.signer).await.unwrap();
    assert_eq!(scene.issuer.count(METADATA), 2);
    // The keys move: the old place fails once, and the new one is learned.
    scene.issuer.answer(JWKS, Answer::status(404));
    scene.issuer.answer("/moved", Answer::keys(&[&scene.signer]));
    let moved =
        json!({"issuer": scene.issuer.url, "jwks_uri": format!("{}/moved", scene.issuer.url)});
    scene.issuer.answer(METADATA, Answer::json(&moved));
    scene.clock.advance(300);
    assert_eq!(scene.verdict(&scene.signer).await, Err(Rejection::KeysUnavailable));
    scene.clock.advance(10);
    scene.verdict(&scene.signer).await.unwrap();
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_given_up_on() {
    let scene = Scene::with(|builder| builder.http_timeout(Duration::from_millis(50))).await;
    scene.issuer.answer(JWKS, Answer::Silence);
    assert_eq!(scene.verdict(&scene.signer).await, Err(Rejection::KeysUnavailable));
    let error = scene.verifier.last_key_fetch_error().unwrap();
    assert!(matches!(*error, KeyFetchError::JwkSet(FetchError::TimedOut)), "{error:?}");
}

#[tokio::test]
async fn a_key_set_that_is_too_long_or_no_key_set_is_a_failed_fetch() {
    let too_long = Answer::Send(200, Vec::new(), vec![b' '; 256 * 1024 + 1]);
    for answer in [too_long, Answer::json(&json!({"no": "keys"})), Answer::json(&json!([]))] {
        let scene = Scene::new().await;
        scene.issuer.answer(JWKS, answer);
        assert_eq!(scene.verdict(&scene.signer).await, Err(Rejection::KeysUnavailable));
    }
}

#[tokio::test]
async fn an_issuer_that_says_it_has_no_keys_is_believed() {
    let scene = Scene::new().await;
    scene.issuer.answer(JWKS, Answer::keys(&[]));
    assert_eq!(scene.verdict(&scene.signer).await, Err(Rejection::UnknownKey));
}
