//! RFC 8414: where the metadata is, whose it is, and which `jwks_uri` is believed.

use std::sync::Arc;

use serde_json::json;
use signet_verifier::{
    KeyFetchError, Rejection, Verifier,
    fetch::FetchError,
    metadata::{authorization_server_metadata_url, openid_configuration_url},
};

use crate::support::{
    AUDIENCE, Answer, Signer, TestClock, TestIssuer, Token,
    issuer::{JWKS, METADATA, OPENID},
};

fn verifier(issuer: &str) -> Verifier {
    let builder = Verifier::builder(issuer, AUDIENCE).clock(TestClock::new());
    builder.build().expect("the issuer is on loopback")
}

/// Why the keys could not be fetched, with the metadata changed.
async fn refusal(jwks_uri: serde_json::Value) -> Arc<KeyFetchError> {
    let signer = Signer::seeded(1);
    let issuer = TestIssuer::with_keys(&[&signer]).await;
    issuer.answer(METADATA, Answer::json(&json!({"issuer": issuer.url, "jwks_uri": jwks_uri})));
    let verifier = verifier(&issuer.url);
    let verdict = verifier.verify(&Token::of(&issuer.url, &signer).sign(&signer)).await;
    assert_eq!(verdict, Err(Rejection::KeysUnavailable));
    verifier.last_key_fetch_error().expect("a fetch failed")
}

#[test]
fn section_3_1_the_well_known_path_is_inserted_before_the_issuers() {
    for (issuer, url) in [
        ("https://example.com", "https://example.com/.well-known/oauth-authorization-server"),
        ("https://example.com/", "https://example.com/.well-known/oauth-authorization-server"),
        (
            "https://example.com/issuer1",
            "https://example.com/.well-known/oauth-authorization-server/issuer1",
        ),
        (
            "https://example.com:8443/a/b/",
            "https://example.com:8443/.well-known/oauth-authorization-server/a/b",
        ),
    ] {
        assert_eq!(authorization_server_metadata_url(issuer).unwrap().as_str(), url);
    }
}

#[test]
fn the_openid_path_is_appended_to_the_issuers() {
    let url = openid_configuration_url("https://example.com/issuer1/").unwrap();
    assert_eq!(url.as_str(), "https://example.com/issuer1/.well-known/openid-configuration");
}

#[tokio::test]
async fn keys_are_found_from_the_issuer_alone() {
    let signer = Signer::seeded(1);
    let issuer = TestIssuer::with_keys(&[&signer]).await;
    let token = Token::of(&issuer.url, &signer).sign(&signer);
    verifier(&issuer.url).verify(&token).await.unwrap();
    assert_eq!((issuer.count(METADATA), issuer.count(OPENID), issuer.count(JWKS)), (1, 0, 1));
}

#[tokio::test]
async fn an_issuer_with_a_path_keeps_its_metadata_behind_the_inserted_one() {
    let signer = Signer::seeded(1);
    let host = TestIssuer::with_keys(&[&signer]).await;
    let issuer = format!("{}/tenant", host.url);
    let document = json!({"issuer": issuer, "jwks_uri": format!("{}{JWKS}", host.url)});
    host.answer(&format!("{METADATA}/tenant"), Answer::json(&document));
    let token = Token::of(&issuer, &signer).sign(&signer);
    verifier(&issuer).verify(&token).await.unwrap();
}

#[tokio::test]
async fn where_there_is_no_oauth_metadata_the_openid_configuration_serves() {
    let signer = Signer::seeded(1);
    let issuer = TestIssuer::with_keys(&[&signer]).await;
    issuer.answer(METADATA, Answer::status(404));
    issuer.answer(OPENID, Answer::json(&issuer.metadata()));
    let token = Token::of(&issuer.url, &signer).sign(&signer);
    verifier(&issuer.url).verify(&token).await.unwrap();
    assert_eq!((issuer.count(METADATA), issuer.count(OPENID)), (1, 1));
}

#[tokio::test]
async fn only_a_404_leads_to_the_second_place() {
    let signer = Signer::seeded(1);
    let issuer = TestIssuer::with_keys(&[&signer]).await;
    issuer.answer(METADATA, Answer::status(500));
    issuer.answer(OPENID, Answer::json(&issuer.metadata()));
    let token = Token::of(&issuer.url, &signer).sign(&signer);
    let verdict = verifier(&issuer.url).verify(&token).await;
    assert_eq!((verdict, issuer.count(OPENID)), (Err(Rejection::KeysUnavailable), 0));
}

#[tokio::test]
async fn section_3_3_metadata_of_another_issuer_is_not_used() {
    let signer = Signer::seeded(1);
    let issuer = TestIssuer::with_keys(&[&signer]).await;
    let slash = format!("{}/", issuer.url);
    let document = json!({"issuer": slash, "jwks_uri": format!("{}{JWKS}", issuer.url)});
    issuer.answer(METADATA, Answer::json(&document));
    let verifier = verifier(&issuer.url);
    let verdict = verifier.verify(&Token::of(&issuer.url, &signer).sign(&signer)).await;
    assert_eq!((verdict, issuer.count(JWKS)), (Err(Rejection::KeysUnavailable), 0));
    let error = verifier.last_key_fetch_error().unwrap();
    assert!(matches!(*error, KeyFetchError::IssuerMismatch), "{error:?}");
}

#[tokio::test]
async fn a_jwks_uri_that_is_missing_or_insecure_is_not_followed() {
    let missing = refusal(json!(null)).await;
    assert!(matches!(*missing, KeyFetchError::NoJwksUri), "{missing:?}");
    for uri in ["http://keys.example/jwks.json", "file:///etc/passwd", "/jwks.json", ""] {
        let error = refusal(json!(uri)).await;
        assert!(matches!(*error, KeyFetchError::JwksUriNotAllowed), "{uri}: {error:?}");
    }
}

#[tokio::test]
async fn a_jwks_uri_that_redirects_is_not_followed() {
    let signer = Signer::seeded(1);
    let issuer = TestIssuer::with_keys(&[&signer]).await;
    issuer.answer("/elsewhere", Answer::keys(&[&signer]));
    issuer.answer(JWKS, Answer::status(302).header("Location: /elsewhere"));
    let verifier = verifier(&issuer.url);
    let verdict = verifier.verify(&Token::of(&issuer.url, &signer).sign(&signer)).await;
    assert_eq!((verdict, issuer.count("/elsewhere")), (Err(Rejection::KeysUnavailable), 0));
    let error = verifier.last_key_fetch_error().unwrap();
    assert!(matches!(*error, KeyFetchError::JwkSet(FetchError::Status(302))), "{error:?}");
}
