//! Signing keys: RFC 7515, RFC 7517, RFC 7518, RFC 7638, RFC 8037.

use jsonwebtoken::{
    Algorithm as Alg, DecodingKey, EncodingKey, Header, Validation, errors::ErrorKind,
};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use signet::keys::{SigningError, crypto_provider};
use signet_verifier::{Algorithm, jwk::Jwk};

use super::support::{decode, part, signing_key, verifies};

#[test]
fn each_algorithm_signs_what_its_published_key_verifies() {
    for algorithm in Algorithm::ALL {
        let key = signing_key(algorithm);
        let token = key.sign("at+jwt", &json!({"sub": "somebody", "iat": 1})).unwrap();
        assert_eq!(
            part(&token, 0),
            json!({"typ": "at+jwt", "alg": algorithm.name(), "kid": key.kid()}),
            "{algorithm}"
        );
        assert_eq!(part(&token, 1), json!({"sub": "somebody", "iat": 1}), "{algorithm}");
        assert!(verifies(&token, key.jwk()), "{algorithm}");

        let other =
            signing_key(algorithm).sign("at+jwt", &json!({"sub": "somebody else"})).unwrap();
        let (message, _) = other.rsplit_once('.').unwrap();
        let (_, signature) = token.rsplit_once('.').unwrap();
        assert!(!verifies(&format!("{message}.{signature}"), key.jwk()), "{algorithm}");
    }
}

#[test]
fn rfc7638_section_3_1_the_example_has_the_thumbprint_of_the_rfc() {
    let jwk: Jwk = serde_json::from_value(json!({
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP\
              ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368\
              QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2N\
              cRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        "e": "AQAB",
        "alg": "RS256",
        "kid": "2011-04-29",
    }))
    .unwrap();
    assert_eq!(jwk.thumbprint().unwrap(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

#[test]
fn rfc7638_the_kid_is_the_thumbprint_of_the_published_key() {
    for algorithm in Algorithm::ALL {
        let key = signing_key(algorithm);
        assert_eq!(Some(key.kid().to_owned()), key.jwk().thumbprint(), "{algorithm}");
        assert_eq!(Some(key.kid()), key.jwk().kid.as_deref(), "{algorithm}");
    }
}

#[test]
fn rfc7517_a_published_key_has_public_members_only() {
    let members = |algorithm| {
        let Value::Object(jwk) = serde_json::to_value(signing_key(algorithm).jwk()).unwrap() else {
            unreachable!("a JWK is an object")
        };
        assert_eq!((&jwk["use"], &jwk["alg"]), (&json!("sig"), &json!(algorithm.name())));
        let mut names: Vec<_> = jwk.keys().cloned().collect();
        names.sort();
        (jwk["kty"].clone(), jwk.get("crv").cloned(), names.join(" "))
    };
    let ec = "alg crv kid kty use x y".to_owned();
    let rsa = "alg e kid kty n use".to_owned();
    assert_eq!(members(Algorithm::Es256), (json!("EC"), Some(json!("P-256")), ec.clone()));
    assert_eq!(members(Algorithm::Es384), (json!("EC"), Some(json!("P-384")), ec));
    assert_eq!(members(Algorithm::Rs256), (json!("RSA"), None, rsa.clone()));
    assert_eq!(members(Algorithm::Ps256), (json!("RSA"), None, rsa));
    let okp = "alg crv kid kty use x".to_owned();
    assert_eq!(members(Algorithm::EdDsa), (json!("OKP"), Some(json!("Ed25519")), okp));
}

#[test]
fn rfc7518_section_6_2_1_2_coordinates_keep_their_leading_zeros() {
    for (algorithm, length) in [(Algorithm::Es256, 32), (Algorithm::Es384, 48)] {
        // One key in 128 has one; that 5,000 have none happens once in 10^17 runs.
        let found = (0..5_000).any(|_| {
            let key = signing_key(algorithm);
            let coordinates = [&key.jwk().x, &key.jwk().y].map(|one| decode(one.as_ref().unwrap()));
            assert!(coordinates.iter().all(|one| one.len() == length));
            coordinates.iter().any(|one| one[0] == 0)
                && verifies(&key.sign("at+jwt", &json!({})).unwrap(), key.jwk())
        });
        assert!(found, "{algorithm}");
    }
}

#[test]
fn rfc7518_section_6_3_1_modulus_and_exponent_have_no_leading_zeros() {
    let key = signing_key(Algorithm::Rs256);
    let modulus = decode(key.jwk().n.as_ref().unwrap());
    assert_eq!((modulus.len(), modulus[0] >= 0x80), (256, true));
    assert_eq!(key.jwk().e.as_deref(), Some("AQAB"));
}

#[test]
fn debug_shows_name_and_algorithm_and_no_more() {
    let key = signing_key(Algorithm::Es256);
    let shown = format!("{key:?}");
    assert_eq!(shown, format!("SigningKey {{ kid: {:?}, algorithm: Es256, .. }}", key.kid()));
}

#[test]
fn claims_without_a_json_form_are_an_error_of_the_claims() {
    struct Unwritable;
    impl Serialize for Unwritable {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("a claim that should not be repeated"))
        }
    }
    let error = signing_key(Algorithm::EdDsa).sign("at+jwt", &Unwritable).unwrap_err();
    assert_eq!(error, SigningError::Claims);
    assert!(!error.to_string().contains("repeated"));
}

#[test]
fn the_provider_is_installed_as_often_as_one_likes() {
    crypto_provider::install();
    crypto_provider::install();
    assert!(signing_key(Algorithm::EdDsa).sign("at+jwt", &json!({})).is_ok());
}

#[test]
fn a_handle_that_was_never_given_out_signs_nothing() {
    crypto_provider::install();
    for handle in [&u64::MAX.to_be_bytes()[..], b"", b"a private key, once"] {
        let key = EncodingKey::from_ec_der(handle);
        let error = jsonwebtoken::encode(&Header::new(Alg::ES256), &json!({}), &key).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Provider(_)), "{error}");
    }
}

#[test]
fn a_dropped_key_signs_no_more_by_any_handle() {
    // Handles are counted from 0; the tests of this process together make far fewer keys than this.
    let signatures = |jwk: &Jwk| {
        let sign = |handle: u64| {
            let key = EncodingKey::from_ec_der(&handle.to_be_bytes());
            jsonwebtoken::encode(&Header::new(Alg::ES384), &json!({}), &key).ok()
        };
        (0..50_000).filter_map(sign).filter(|token| verifies(token, jwk)).count()
    };
    let key = signing_key(Algorithm::Es384);
    let jwk = key.jwk().clone();
    assert_eq!(signatures(&jwk), 1);
    drop(key);
    assert_eq!(signatures(&jwk), 0);
}

#[test]
fn the_provider_refuses_to_verify() {
    crypto_provider::install();
    let token = signing_key(Algorithm::EdDsa).sign("at+jwt", &json!({})).unwrap();
    let key = DecodingKey::from_ed_der(&[0; 32]);
    let error =
        jsonwebtoken::decode::<Value>(&token, &key, &Validation::new(Alg::EdDSA)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Provider(_)), "{error}");
}

#[test]
fn threads_sign_with_their_own_keys_while_keys_come_and_go() {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let key = signing_key(Algorithm::EdDsa);
                for count in 0..50 {
                    let passing = signing_key(Algorithm::Es256);
                    for key in [&key, &passing] {
                        let token = key.sign("at+jwt", &json!({"count": count})).unwrap();
                        assert!(verifies(&token, key.jwk()));
                    }
                }
            });
        }
    });
}
