//! RFC 7517 section 5: the public keys, as resource servers read them.

use std::{collections::HashSet, time::Duration};

use serde_json::Value;
use signet::{
    entropy::SystemEntropy,
    keys::{KeyDirectory, RotateWhen},
};
use signet_verifier::Algorithm;

use crate::support::{Request, TestServer, token};

const JWKS: &str = "/.well-known/jwks.json";

pub async fn keys(server: &TestServer) -> Vec<Value> {
    let answer = server.send(Request::get(JWKS)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["keys"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_document_is_an_object_with_the_keys_alone() {
    let server = TestServer::start().await;
    let answer = server.send(Request::get(JWKS)).await;
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("application/json")));
    let document = answer.json();
    let members: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["keys"]);
}

#[tokio::test]
async fn every_key_has_its_public_members_and_no_other() {
    let server = TestServer::start().await;
    let keys = keys(&server).await;
    assert_eq!(keys.len(), Algorithm::ALL.len());
    for key in keys {
        let members: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        let expected: &[&str] = match key["kty"].as_str().unwrap() {
            "EC" => &["alg", "crv", "kid", "kty", "use", "x", "y"],
            "RSA" => &["alg", "e", "kid", "kty", "n", "use"],
            "OKP" => &["alg", "crv", "kid", "kty", "use", "x"],
            other => panic!("a key of the type {other}"),
        };
        assert_eq!(members, expected, "{key}");
        assert!(key.as_object().unwrap().values().all(Value::is_string), "{key}");
    }
}

#[tokio::test]
async fn every_key_is_for_signatures_by_one_algorithm() {
    let server = TestServer::start().await;
    for key in keys(&server).await {
        assert_eq!(key["use"], "sig", "{key}");
        let fits = match key["alg"].as_str().unwrap() {
            "ES256" => key["kty"] == "EC" && key["crv"] == "P-256",
            "ES384" => key["kty"] == "EC" && key["crv"] == "P-384",
            "RS256" | "PS256" => key["kty"] == "RSA",
            "EdDSA" => key["kty"] == "OKP" && key["crv"] == "Ed25519",
            other => panic!("the algorithm {other}"),
        };
        assert!(fits, "{key}");
    }
}

#[tokio::test]
async fn no_two_keys_share_a_kid_or_a_key() {
    let server = TestServer::start().await;
    let keys = keys(&server).await;
    let kids: HashSet<&str> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    let material: HashSet<&str> =
        keys.iter().map(|key| key.get("n").unwrap_or(&key["x"]).as_str().unwrap()).collect();
    assert_eq!((kids.len(), material.len()), (keys.len(), keys.len()));
}

#[tokio::test]
async fn the_key_of_every_token_is_among_them() {
    let server = TestServer::start().await;
    let granted = server.granted("grant_type=client_credentials").await;
    let header = token::header(granted["access_token"].as_str().unwrap());
    let keys = keys(&server).await;
    let key = keys.iter().find(|key| key["kid"] == header["kid"]).unwrap();
    assert_eq!(key["alg"], header["alg"]);
}

#[tokio::test]
async fn the_document_may_be_kept_for_five_minutes() {
    let server = TestServer::start().await;
    let answer = server.send(Request::get(JWKS)).await;
    assert_eq!(answer.header("Cache-Control"), Some("public, max-age=300"), "{answer:?}");
    assert!(answer.header("Pragma").is_none(), "{answer:?}");
}

#[tokio::test]
async fn who_has_the_document_is_told_so_in_304() {
    let server = TestServer::start().await;
    let first = server.send(Request::get(JWKS)).await;
    let etag = first.header("ETag").unwrap();
    assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 2, "{etag}");
    for condition in [
        etag.to_owned(),
        format!("W/{etag}"),
        format!("\"another\", {etag}"),
        format!("\"another\",{etag} , \"third\""),
        "*".to_owned(),
    ] {
        let answer = server.send(Request::get(JWKS).header("If-None-Match", &condition)).await;
        assert_eq!((answer.status, answer.text()), (304, ""), "{condition}: {answer:?}");
        assert_eq!(answer.header("ETag"), Some(etag), "{condition}");
        assert_eq!(answer.header("Cache-Control"), first.header("Cache-Control"), "{condition}");
    }
}

#[tokio::test]
async fn who_has_another_document_is_sent_this_one() {
    let server = TestServer::start().await;
    let first = server.send(Request::get(JWKS)).await;
    let bare = first.header("ETag").unwrap().trim_matches('"').to_owned();
    for condition in ["\"another\"", "", "\"\"", &bare, &format!("\"{bare}x\"")] {
        let answer = server.send(Request::get(JWKS).header("If-None-Match", condition)).await;
        assert_eq!((answer.status, &answer.body), (200, &first.body), "{condition}");
    }
}

#[tokio::test]
async fn the_etag_stays_while_the_keys_do_and_changes_with_them() {
    let server = TestServer::start().await;
    let etag = async || {
        let answer = server.send(Request::get(JWKS)).await;
        answer.header("ETag").unwrap().to_owned()
    };
    let first = etag().await;
    assert_eq!(etag().await, first);
    KeyDirectory::new(server.folder.path().join("keys"), Duration::from_secs(600))
        .rotate(Algorithm::EdDsa, RotateWhen::AfterPublication, &*server.clock, &SystemEntropy)
        .unwrap();
    server.app.reload_keys().unwrap();
    assert_ne!(etag().await, first);
}

#[tokio::test]
async fn the_private_halves_appear_in_no_public_document() {
    let server = TestServer::start().await;
    let mut published = String::new();
    for path in
        [JWKS, "/.well-known/oauth-authorization-server", "/openapi.json", "/metrics", "/readyz"]
    {
        published += server.send(Request::get(path)).await.text();
    }
    for entry in std::fs::read_dir(server.folder.path().join("keys")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "pem") {
            let pem = std::fs::read_to_string(path).unwrap();
            let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
            let second_half = &body[body.len() / 2..body.len() / 2 + 20];
            assert!(!published.contains(second_half));
        }
    }
    assert!(!published.contains("PRIVATE"));
}
