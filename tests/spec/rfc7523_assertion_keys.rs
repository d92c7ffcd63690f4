//! RFC 7523 section 3, point 9, and RFC 8725 section 3: which keys and algorithms vouch for an assertion.

use ring::hmac;
use serde_json::{Value, json};
use signet::keys::{KeyDirectory, SigningKey};
use signet_verifier::Algorithm;

use crate::support::{
    Answer, TestServer,
    assertion::{Assertion, asserted},
    client_key::{ClientKey, toml_jwks, without},
};

/// A client `signer` whose registered keys are `jwks`.
async fn server_with(jwks: &[Value]) -> TestServer {
    TestServer::with(&format!(
        "[[scopes]]\nname = \"read\"\n[[applications]]\nclient_id = \"signer\"\n\
         token_endpoint_auth_method = \"private_key_jwt\"\njwks = {}\n\
         grant_types = [\"client_credentials\"]\nscopes = [\"read\"]\n",
        toml_jwks(jwks)
    ))
    .await
}

async fn outcome(server: &TestServer, key: &ClientKey) -> Answer {
    server.send(asserted(&Assertion::of("signer", server).sign(key))).await
}

#[tokio::test]
async fn each_algorithm_that_the_metadata_lists_proves_a_client() {
    let keys: Vec<ClientKey> =
        Algorithm::ALL.map(|algorithm| ClientKey::new(algorithm, algorithm.name())).into();
    let jwks: Vec<Value> = keys.iter().map(ClientKey::jwk).collect();
    let server = server_with(&jwks).await;
    for key in &keys {
        let answer = outcome(&server, key).await;
        assert_eq!(answer.status, 200, "{}: {answer:?}", key.algorithm);
    }
}

#[tokio::test]
async fn an_rsa_key_without_alg_is_good_for_ps256_too() {
    let key = ClientKey::new(Algorithm::Ps256, "rsa");
    let server = server_with(&[without(key.jwk(), &["alg"])]).await;
    let answer = outcome(&server, &key).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = outcome(&server, &ClientKey::new(Algorithm::Rs256, "rsa")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_key_is_good_for_the_algorithm_that_it_names_and_no_other() {
    let rs256 = ClientKey::new(Algorithm::Rs256, "rsa");
    let server = server_with(&[rs256.jwk()]).await;
    let ps256 = ClientKey::new(Algorithm::Ps256, "rsa");
    outcome(&server, &ps256).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn an_assertion_that_names_no_key_is_tried_with_all_of_them() {
    let (first, second) =
        (ClientKey::new(Algorithm::Es256, "first"), ClientKey::new(Algorithm::Es256, "second"));
    let server = server_with(&[first.jwk(), second.jwk()]).await;
    for key in [&first, &second] {
        let assertion = Assertion::of("signer", &server).header("kid", json!(null)).sign(key);
        let answer = server.send(asserted(&assertion)).await;
        assert_eq!(answer.status, 200, "{}: {answer:?}", key.kid);
    }
}

#[tokio::test]
async fn an_assertion_that_names_another_key_than_its_own_is_refused() {
    let (first, second) =
        (ClientKey::new(Algorithm::Es256, "first"), ClientKey::new(Algorithm::Es256, "second"));
    let server = server_with(&[first.jwk(), second.jwk()]).await;
    for kid in ["second", "unknown", ""] {
        let assertion = Assertion::of("signer", &server).header("kid", kid).sign(&first);
        server.send(asserted(&assertion)).await.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn a_signature_by_an_unregistered_key_is_refused() {
    let server = server_with(&[ClientKey::new(Algorithm::Es256, "ours").jwk()]).await;
    let forger = ClientKey::new(Algorithm::Es256, "ours");
    outcome(&server, &forger).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn a_key_that_the_header_brings_along_counts_for_nothing() {
    let server = server_with(&[ClientKey::new(Algorithm::Es256, "ours").jwk()]).await;
    let forger = ClientKey::new(Algorithm::Es256, "ours");
    let assertion = Assertion::of("signer", &server)
        .header("jwk", forger.jwk())
        .header("jku", "http://127.0.0.1:1/jwks.json")
        .sign(&forger);
    server.send(asserted(&assertion)).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn an_unsigned_assertion_is_refused() {
    let key = ClientKey::new(Algorithm::Es256, "ours");
    let server = server_with(&[key.jwk()]).await;
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let empty = Assertion::of("signer", &server).sign_by(alg, "ours", |_| Vec::new());
        server.send(asserted(&empty)).await.assert_error(401, "invalid_client");
        let signed = Assertion::of("signer", &server).sign_by(alg, "ours", |input| key.sign(input));
        server.send(asserted(&signed)).await.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn a_public_key_is_no_secret_of_hs256() {
    let key = ClientKey::new(Algorithm::Rs256, "ours");
    let jwk = without(key.jwk(), &["alg"]);
    let server = server_with(std::slice::from_ref(&jwk)).await;
    let n = jwk["n"].as_str().unwrap();
    let bytes =
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, n).unwrap();
    for secret in [bytes.as_slice(), n.as_bytes(), jwk.to_string().as_bytes(), b""] {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let mac = |input: &[u8]| hmac::sign(&secret, input).as_ref().to_vec();
        let assertion = Assertion::of("signer", &server).sign_by("HS256", "ours", mac);
        server.send(asserted(&assertion)).await.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn algorithms_outside_of_the_list_are_refused() {
    let key = ClientKey::new(Algorithm::Es256, "ours");
    let server = server_with(&[without(key.jwk(), &["alg"])]).await;
    for alg in ["ES256K", "ES512", "RS1", "es256", "HS512", "RSA-OAEP", "dir"] {
        let assertion =
            Assertion::of("signer", &server).sign_by(alg, "ours", |input| key.sign(input));
        server.send(asserted(&assertion)).await.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn a_key_on_the_wrong_curve_is_refused() {
    let p384 = ClientKey::new(Algorithm::Es384, "ours");
    let server = server_with(&[without(p384.jwk(), &["alg"])]).await;
    let assertion =
        Assertion::of("signer", &server).sign_by("ES256", "ours", |input| p384.sign(input));
    server.send(asserted(&assertion)).await.assert_error(401, "invalid_client");

    let mut mislabelled = without(p384.jwk(), &["alg"]);
    mislabelled["crv"] = json!("P-256");
    let server = server_with(&[mislabelled]).await;
    for alg in ["ES256", "ES384"] {
        let assertion =
            Assertion::of("signer", &server).sign_by(alg, "ours", |input| p384.sign(input));
        server.send(asserted(&assertion)).await.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn a_key_for_encryption_signs_nothing() {
    let key = ClientKey::new(Algorithm::Es256, "ours");
    let mut jwk = key.jwk();
    jwk["use"] = json!("enc");
    let server = server_with(&[jwk]).await;
    outcome(&server, &key).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn an_unusable_key_does_not_take_the_others_away() {
    let key = ClientKey::new(Algorithm::Es256, "ours");
    let broken = json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "ours"});
    let symmetric = json!({"kty": "unheard-of", "kid": "ours"});
    let server = server_with(&[broken, symmetric, key.jwk()]).await;
    let answer = outcome(&server, &key).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn an_ecdsa_signature_in_der_is_no_jws_signature() {
    let key = ClientKey::new(Algorithm::Es256, "ours");
    let server = server_with(&[key.jwk()]).await;
    let der = |input: &[u8]| {
        let fixed = key.sign(input);
        let integer = |half: &[u8]| [&[2, 33, 0], half].concat();
        [&[0x30, 70], &integer(&fixed[..32])[..], &integer(&fixed[32..])[..]].concat()
    };
    let assertion = Assertion::of("signer", &server).sign_by("ES256", "ours", der);
    server.send(asserted(&assertion)).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn the_type_jwt_is_welcome_and_tokens_of_other_kinds_are_not() {
    let key = ClientKey::new(Algorithm::Es256, "ours");
    let server = server_with(&[key.jwk()]).await;
    for typ in [json!("JWT"), json!("jwt"), json!("client-authentication+jwt"), json!(null)] {
        let assertion = Assertion::of("signer", &server).header("typ", typ.clone()).sign(&key);
        let answer = server.send(asserted(&assertion)).await;
        assert_eq!(answer.status, 200, "{typ}: {answer:?}");
    }
    let others =
        ["at+jwt", "AT+JWT", "application/at+jwt", "dpop+jwt", "logout+jwt", "oauth-authz-req+jwt"];
    for typ in others {
        let assertion = Assertion::of("signer", &server).header("typ", typ).sign(&key);
        let answer = server.send(asserted(&assertion)).await;
        assert_eq!((answer.status, answer.error()), (401, "invalid_client".to_owned()), "{typ}");
    }
}

/// A client that is named like the issuer and trusts the issuer's keys: each of our access tokens for it
/// has the claims of an assertion, and its type alone keeps it from being one.
#[tokio::test]
async fn an_access_token_of_ours_is_no_assertion() {
    let server = TestServer::with(
        "[[scopes]]\nname = \"read\"\n[[applications]]\nclient_id = \"http://127.0.0.1:{port}\"\n\
         token_endpoint_auth_method = \"private_key_jwt\"\n\
         jwks_uri = \"http://127.0.0.1:{port}/.well-known/jwks.json\"\n\
         grant_types = [\"client_credentials\"]\nscopes = [\"read\"]\n",
    )
    .await;
    let key = issuers_own_key(&server);
    let claims = |jti: &str| {
        let issuer = &server.issuer;
        json!({
            "iss": issuer, "sub": issuer, "aud": issuer, "client_id": issuer, "jti": jti,
            "iat": now(&server), "exp": now(&server) + 600, "scope": "read",
        })
    };
    let access_token = key.sign("at+jwt", &claims("1")).unwrap();
    server.send(asserted(&access_token)).await.assert_error(401, "invalid_client");
    let assertion = key.sign("JWT", &claims("2")).unwrap();
    let answer = server.send(asserted(&assertion)).await;
    assert_eq!(answer.status, 200, "but for its type it is one: {answer:?}");
    let granted = answer.json();
    let access_token = granted["access_token"].as_str().unwrap();
    server.send(asserted(access_token)).await.assert_error(401, "invalid_client");
}

fn now(server: &TestServer) -> u64 {
    signet::clock::Clock::now(&*server.clock)
}

fn issuers_own_key(server: &TestServer) -> std::sync::Arc<SigningKey> {
    let folder = server.folder.path().join("keys");
    let ring = KeyDirectory::new(folder, std::time::Duration::from_secs(600)).load().unwrap();
    std::sync::Arc::clone(ring.signing_key(Algorithm::Es256, now(server)).unwrap())
}
