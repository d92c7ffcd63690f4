//! ID tokens (OpenID Connect Core sections 2, 3.1.3.3 and 12.2), as the grants of the token endpoint give them.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};
use signet::clock::Clock;
use signet_verifier::{Algorithm, Verifier, jwk::JwkSet, jwk::PublicKey, jws::CompactJws};

use super::openapi_schema::{assert_documented, document};
use crate::support::{
    Request, TestServer,
    openid::{openid_tables, server},
    people::{self, attempt, signed_in},
    refreshing::{refresh_token, renewed},
    returned::call,
    token::{claims, header},
};

fn id_token(response: &Value) -> String {
    response["id_token"].as_str().unwrap_or_else(|| panic!("no ID token: {response}")).to_owned()
}

fn with_algorithm(algorithm: Algorithm) -> String {
    let from = "client_id = \"rp\"\n";
    let name = algorithm.name();
    openid_tables().replace(from, &format!("{from}id_token_signed_response_alg = \"{name}\"\n"))
}

async fn published(server: &TestServer) -> JwkSet {
    let jwks = server.send(Request::get("/.well-known/jwks.json")).await;
    serde_json::from_slice(&jwks.body).unwrap()
}

// Item 111.
#[tokio::test]
async fn item_111_an_id_token_says_who_signed_in_when_and_for_whom() {
    let server = server().await;
    let response = signed_in(&server, "rp", "Zoë", "&scope=openid+read").await;
    let token = id_token(&response);
    let (claims, now) = (claims(&token), server.clock.now());
    let access = people::claims(&response);
    assert_eq!(claims["iss"], server.issuer.as_str());
    assert_eq!((&claims["sub"], &claims["aud"]), (&access["sub"], &json!("rp")));
    assert_eq!(claims["iat"], now);
    assert_eq!(claims["exp"], now + 600);
    assert_eq!((&claims["auth_time"], &claims["sid"]), (&json!(now), &access["sid"]));
    let header = header(&token);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("JWT"), &json!("RS256")));
    // What an access token says and an ID token does not: who it is for could be mistaken.
    for absent in ["scope", "client_id", "roles", "status", "nonce"] {
        assert!(claims.get(absent).is_none(), "{absent}: {claims}");
    }
}

#[tokio::test]
async fn there_is_none_without_the_scope_openid_and_none_for_an_application_itself() {
    let server = server().await;
    let response = signed_in(&server, "rp", "Zoë", "&scope=read+profile").await;
    assert!(response.get("id_token").is_none(), "{response}");
    let form = "grant_type=client_credentials&scope=openid";
    let answer = server.token("rp", "rp-secret", form).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.json().get("id_token").is_none(), "{answer:?}");
}

#[tokio::test]
async fn a_renewal_that_asks_for_less_than_openid_brings_none() {
    let server = server().await;
    let first = signed_in(&server, "rp", "Zoë", "&scope=openid+read").await;
    let again = renewed(&server, "rp", &refresh_token(&first), "&scope=read").await;
    assert!(again.get("id_token").is_none(), "{again}");
    let whole = renewed(&server, "rp", &refresh_token(&again), "").await;
    assert!(whole.get("id_token").is_some(), "{whole}");
}

// Item 116.
#[tokio::test]
async fn item_116_a_renewed_id_token_keeps_who_for_whom_and_when_they_signed_in() {
    let server = server().await;
    let first = signed_in(&server, "rp", "Zoë", "&scope=openid").await;
    server.clock.advance(Duration::from_secs(300));
    let again = renewed(&server, "rp", &refresh_token(&first), "").await;
    let (first, again_claims) = (claims(&id_token(&first)), claims(&id_token(&again)));
    for same in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(first[same], again_claims[same], "{same}");
    }
    assert_eq!(again_claims["iat"], server.clock.now());
    assert_ne!(first["iat"], again_claims["iat"]);
    assert_ne!(first["at_hash"], again_claims["at_hash"]);
    assert!(again_claims.get("nonce").is_none(), "{again_claims}");
}

#[tokio::test]
async fn each_algorithm_signs_and_at_hash_is_by_its_own_hash() {
    for algorithm in Algorithm::ALL {
        let server = TestServer::with(&with_algorithm(algorithm)).await;
        let response = signed_in(&server, "rp", "Zoë", "&scope=openid").await;
        let token = id_token(&response);
        assert_eq!(header(&token)["alg"], algorithm.name());
        // The access token is signed by what signs access tokens.
        let access = response["access_token"].as_str().unwrap();
        assert_eq!(header(access)["alg"], "ES256");

        let kid = header(&token)["kid"].clone();
        let jwks = published(&server).await;
        let jwk = jwks.keys.iter().find(|jwk| json!(jwk.kid) == kid).unwrap();
        let key = PublicKey::from_jwk(jwk).unwrap();
        assert!(CompactJws::parse(&token).unwrap().verify(&key).is_ok(), "{algorithm:?}");

        // OpenID Connect Core section 3.1.3.6; EdDSA by the hash of Ed25519.
        let digest = match algorithm {
            Algorithm::Es384 => Sha384::digest(access).to_vec(),
            Algorithm::EdDsa => Sha512::digest(access).to_vec(),
            _ => Sha256::digest(access).to_vec(),
        };
        let half = URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2]);
        assert_eq!(claims(&token)["at_hash"], half, "{algorithm:?}");
    }
}

#[tokio::test]
async fn an_id_token_is_no_access_token() {
    // With the same key and algorithm, and the audience that a resource server might have.
    let server = TestServer::with(&with_algorithm(Algorithm::Es256)).await;
    let response = signed_in(&server, "rp", "Zoë", "&scope=openid").await;
    let token = id_token(&response);
    let verifier = Verifier::builder(&server.issuer, "rp")
        .keys(published(&server).await)
        .clock(server.clock.clone())
        .ignore_revocation()
        .build()
        .unwrap();
    let rejection = verifier.verify(&token).await.unwrap_err();
    assert!(matches!(rejection, signet_verifier::Rejection::WrongType), "{rejection:?}");
    for path in ["/oauth2/userinfo", "/api/v1/authorized-tokens"] {
        let answer = call(&server, "GET", path, &token).await;
        assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_token"), "{answer:?}");
    }
}

#[tokio::test]
async fn the_configured_algorithm_signs_where_an_application_says_nothing_and_a_reload_changes_it()
{
    let tables = openid_tables() + "[keys]\nid_token_algorithm = \"ES256\"\n";
    let server = TestServer::with(&tables).await;
    let response = signed_in(&server, "rp", "Zoë", "&scope=openid").await;
    assert_eq!(header(&id_token(&response))["alg"], "ES256");
    people::reload(&server, "\"ES256\"", "\"PS256\"");
    let response = signed_in(&server, "rp", "Zoë", "&scope=openid").await;
    assert_eq!(header(&id_token(&response))["alg"], "PS256");
}

#[tokio::test]
async fn the_answer_with_an_id_token_is_documented() {
    let server = server().await;
    let answer = attempt(&server, "rp", "Zoë", "&scope=openid").await;
    assert!(answer.json().get("id_token").is_some(), "{answer:?}");
    assert_documented(&document(&server).await, "post", "/oauth2/token", &answer);
}
