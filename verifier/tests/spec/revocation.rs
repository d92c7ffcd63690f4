//! Token Status List section 8.3: what a list says of a token, and which lists are believed.

use std::sync::Arc;

use serde_json::{Value, json};
use signet_verifier::{
    Rejection, StatusListError,
    jws::MalformedClaims,
    status_list::{Bits, StatusList, UndecodableList},
};

use crate::support::{
    Answer, LIST, NOW, Scene, Signer, Token,
    issuer::JWKS,
    lists::{ENTRIES, list, lst, sent},
};

/// Why the list is not believed, and that the token is not called invalid for it.
async fn refusal(change: impl FnOnce(Token) -> Token) -> Arc<StatusListError> {
    let scene = Scene::new().await;
    scene.publishes_changed(change);
    refused(&scene).await
}

async fn refused(scene: &Scene) -> Arc<StatusListError> {
    assert_eq!(scene.says(1).await, Err(Rejection::RevocationUnavailable));
    scene.verifier.last_status_list_error().expect("a list was refused")
}

fn with_list(token: Token, list: Value) -> Token {
    token.with("status_list", list)
}

#[tokio::test]
async fn a_revoked_token_is_refused_and_its_neighbours_are_not() {
    let scene = Scene::new().await;
    scene.publishes(&[7, 500]);
    for (idx, verdict) in [(6, Ok(())), (7, Err(Rejection::Revoked)), (8, Ok(()))] {
        assert_eq!(scene.says(idx).await, verdict, "{idx}");
    }
    assert_eq!(scene.says(500).await, Err(Rejection::Revoked));
    assert_eq!(
        (Rejection::Revoked.status(), Rejection::Revoked.error()),
        (401, Some("invalid_token"))
    );
    assert!(scene.verifier.last_status_list_error().is_none());
    let request = scene.issuer.last_request(LIST).to_lowercase();
    assert!(request.contains("accept: application/statuslist+jwt\r\n"), "{request}");
    assert!(request.contains("accept-encoding: gzip\r\n"), "{request}");
}

#[tokio::test]
async fn every_status_but_valid_is_refused() {
    let scene = Scene::new().await;
    let lst = StatusList::from_bytes(Bits::Two, vec![0b11_10_01_00]).encode(9);
    scene.publishes_changed(|token| with_list(token, json!({"bits": 2, "lst": lst})));
    assert_eq!(scene.says(0).await, Ok(()));
    for idx in 1..4 {
        assert_eq!(scene.says(idx).await, Err(Rejection::Revoked), "{idx}");
    }
}

#[tokio::test]
async fn an_index_beyond_the_list_is_refused() {
    let scene = Scene::new().await;
    scene.publishes(&[]);
    assert_eq!(scene.says(ENTRIES - 1).await, Ok(()));
    for idx in [ENTRIES, u64::MAX] {
        assert_eq!(scene.says(idx).await, Err(Rejection::NoStatusEntry));
    }
    assert_eq!(Rejection::NoStatusEntry.status(), 401);
}

#[tokio::test]
async fn a_token_that_does_not_tell_its_status_is_accepted_unless_it_must() {
    let scene = Scene::new().await;
    assert_eq!(scene.verdict(&scene.signer).await, Ok(()));
    let strict = Scene::with(|builder| builder.require_status(true)).await;
    let verdict = strict.verdict(&strict.signer).await;
    assert_eq!(verdict, Err(Rejection::MissingClaim("status")));
    strict.publishes(&[]);
    assert_eq!(strict.says(0).await, Ok(()));
}

#[tokio::test]
async fn a_status_of_another_kind_is_not_taken_for_a_yes() {
    let scene = Scene::new().await;
    let uri = scene.uri(LIST);
    for status in [
        json!({}),
        json!({"other": {"id": 1}}),
        json!({"status_list": {"uri": uri}}),
        json!({"status_list": {"idx": 1}}),
        json!({"status_list": {"idx": -1, "uri": uri}}),
        json!({"status_list": {"idx": 1.5, "uri": uri}}),
        json!({"status_list": {"idx": "1", "uri": uri}}),
        json!("valid"),
    ] {
        let verdict = scene.judge(scene.token(status.clone())).await;
        assert_eq!(
            verdict,
            Err(Rejection::MalformedClaims(MalformedClaims::WrongType)),
            "{status}"
        );
    }
    assert_eq!(scene.list_fetches(), 0);
}

#[tokio::test]
async fn nothing_is_fetched_for_a_token_that_is_refused_anyway() {
    let scene = Scene::new().await;
    let status = json!({"status_list": {"idx": 1, "uri": scene.uri(LIST)}});
    for (claim, value, rejection) in [
        ("exp", json!(NOW - 10), Rejection::Expired),
        ("aud", json!("somebody"), Rejection::WrongAudience),
        ("nbf", json!(NOW + 100), Rejection::NotYetValid),
    ] {
        let token = scene.token(status.clone()).with(claim, value);
        assert_eq!(scene.judge(token).await, Err(rejection));
    }
    let forged = scene.token(status).sign(&Signer::seeded(9));
    assert_eq!(scene.verifier.verify(&forged).await, Err(Rejection::BadSignature));
    assert_eq!(scene.list_fetches(), 0);
}

#[tokio::test]
async fn a_list_that_is_not_below_the_issuer_is_not_fetched() {
    let (scene, elsewhere) = (Scene::new().await, Scene::new().await);
    elsewhere.publishes(&[]);
    let same_origin_with_credentials = scene.uri(LIST).replace("://", "://user@");
    for uri in [&elsewhere.uri(LIST), &same_origin_with_credentials, "file:///etc/passwd", ""] {
        let token = scene.token(json!({"status_list": {"idx": 1, "uri": uri}}));
        assert_eq!(scene.judge(token).await, Err(Rejection::ForeignStatusList), "{uri}");
    }
    assert_eq!((elsewhere.list_fetches(), scene.list_fetches()), (0, 0));
    assert_eq!(Rejection::ForeignStatusList.status(), 401);
}

#[tokio::test]
async fn revocation_can_be_ignored() {
    let scene = Scene::with(|builder| builder.ignore_revocation().require_status(true)).await;
    scene.publishes(&[1]);
    assert_eq!((scene.says(1).await, scene.list_fetches()), (Ok(()), 0));
    assert!(scene.verifier.last_status_list_error().is_none());
}

#[tokio::test]
async fn a_list_of_another_type_is_not_believed() {
    for typ in [json!(null), json!("at+jwt"), json!("JWT"), json!("statuslist+cwt")] {
        let error = refusal(|token| token.with_header("typ", typ)).await;
        assert!(matches!(*error, StatusListError::WrongType), "{error:?}");
    }
    let scene = Scene::new().await;
    let long = json!("application/statuslist+jwt");
    scene.publishes_changed(|token| token.with_header("typ", long));
    assert_eq!(scene.says(1).await, Ok(()));
}

#[tokio::test]
async fn a_list_that_the_issuers_keys_did_not_sign_is_not_believed() {
    let error = refusal(|token| token.with_header("kid", json!(null))).await;
    assert!(matches!(*error, StatusListError::NoKeyId), "{error:?}");
    let error = refusal(|token| token.with_header("kid", json!("unknown"))).await;
    assert!(matches!(*error, StatusListError::Key(Rejection::UnknownKey)), "{error:?}");
    let error = refusal(|token| token.with_header("alg", json!("none"))).await;
    assert!(matches!(*error, StatusListError::Malformed(_)), "{error:?}");
    let error = refusal(|token| token.with_header("alg", json!("ES256"))).await;
    assert!(matches!(*error, StatusListError::Signature(_)), "{error:?}");
    let scene = Scene::new().await;
    let forged = list(&scene.uri(LIST), &scene.signer, &[]).sign(&Signer::seeded(9));
    scene.issuer.answer(LIST, sent(&forged));
    let error = refused(&scene).await;
    assert!(matches!(*error, StatusListError::Signature(_)), "{error:?}");
}

#[tokio::test]
async fn a_list_that_a_new_key_signed_brings_the_new_key() {
    let scene = Scene::new().await;
    scene.publishes(&[]);
    assert_eq!(scene.says(1).await, Ok(()));
    let next = Signer::seeded(2);
    scene.issuer.answer(JWKS, Answer::keys(&[&scene.signer, &next]));
    let signed = list(&scene.uri(LIST), &next, &[1]).sign(&next);
    scene.issuer.answer(LIST, sent(&signed));
    scene.clock.advance(10);
    assert_eq!((scene.says(1).await, scene.fetches()), (Err(Rejection::Revoked), 2));
}

#[tokio::test]
async fn a_list_of_another_subject_is_not_believed() {
    let error = refusal(|token| token.with("sub", json!("https://issuer.example/1"))).await;
    assert!(matches!(*error, StatusListError::WrongSubject), "{error:?}");
    let scene = Scene::new().await;
    let slash = format!("{}/", scene.uri(LIST));
    scene.publishes_changed(|token| token.with("sub", json!(slash)));
    let error = refused(&scene).await;
    assert!(matches!(*error, StatusListError::WrongSubject), "{error:?}");
}

#[tokio::test]
async fn a_list_is_believed_from_its_iat_to_its_exp_with_leeway() {
    for (claim, value, is_believed) in [
        ("exp", json!(NOW - 9), true),
        ("exp", json!(NOW - 10), false),
        ("iat", json!(NOW + 10), true),
        ("iat", json!(NOW + 11), false),
        ("exp", json!(null), true),
        ("iat", json!(null), false),
        ("ttl", json!(null), true),
        ("ttl", json!(0), false),
        ("ttl", json!(-1), false),
        ("ttl", json!("5"), false),
    ] {
        let scene = Scene::new().await;
        scene.publishes_changed(|token| token.with(claim, value.clone()));
        let verdict = scene.says(1).await;
        let expected = if is_believed { Ok(()) } else { Err(Rejection::RevocationUnavailable) };
        assert_eq!(verdict, expected, "{claim}: {value}");
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_decoded_is_not_believed() {
    for bits in [json!(0), json!(3), json!(16), json!(null)] {
        let error = refusal(|token| with_list(token, json!({"bits": bits, "lst": lst(&[])}))).await;
        assert!(matches!(*error, StatusListError::Claims(_)), "{error:?}");
    }
    for (lst, reason) in
        [("eNrbuRgAAhcBXQ==", UndecodableList::NotBase64url), ("uaM", UndecodableList::NotZlib)]
    {
        let error = refusal(|token| with_list(token, json!({"bits": 1, "lst": lst}))).await;
        assert!(matches!(*error, StatusListError::List(found) if found == reason), "{error:?}");
    }
    for body in [&b""[..], b"no.jws", b"\xff.\xff.\xff"] {
        let scene = Scene::new().await;
        scene.issuer.answer(LIST, Answer::Send(200, Vec::new(), body.to_vec()));
        let error = refused(&scene).await;
        assert!(matches!(*error, StatusListError::Malformed(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_list_that_inflates_without_end_is_not_believed() {
    let bomb = StatusList::from_bytes(Bits::One, vec![0; 16 * 1024 * 1024]).encode(9);
    let error = refusal(|token| with_list(token, json!({"bits": 1, "lst": bomb}))).await;
    let is_too_long = matches!(*error, StatusListError::List(UndecodableList::TooLong));
    assert!(is_too_long, "{error:?}");
}
