//! RFC 7638: a key is named by its thumbprint.

use ring::digest::{SHA256, digest};
use serde_json::Value;
use signet_verifier::jwk::Jwk;

use crate::{
    rfc7517_jwks::keys,
    support::{TestServer, client_key::base64url},
};

/// The key of section 3.1.
const VECTOR: &str = r#"{
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29"
}"#;

#[test]
fn the_thumbprint_of_the_published_key_is_the_published_one() {
    let jwk: Jwk = serde_json::from_str(VECTOR).unwrap();
    assert_eq!(jwk.thumbprint().unwrap(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

/// Written here once more by hand: required members only, in lexicographic order, without white space.
fn thumbprint(key: &Value) -> String {
    let member = |name: &str| format!("\"{name}\":{}", key[name]);
    let required: &[&str] = match key["kty"].as_str().unwrap() {
        "EC" => &["crv", "kty", "x", "y"],
        "RSA" => &["e", "kty", "n"],
        _ => &["crv", "kty", "x"],
    };
    let members: Vec<String> = required.iter().map(|name| member(name)).collect();
    base64url(digest(&SHA256, format!("{{{}}}", members.join(",")).as_bytes()))
}

#[tokio::test]
async fn every_published_key_is_named_by_its_thumbprint() {
    let server = TestServer::start().await;
    for key in keys(&server).await {
        assert_eq!(key["kid"], thumbprint(&key), "{key}");
    }
}
