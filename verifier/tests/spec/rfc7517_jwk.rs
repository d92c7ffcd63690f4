//! RFC 7517, RFC 7518 section 6, RFC 7638, RFC 8037: keys as JSON, and which of them are usable.

use serde_json::json;
use signet_verifier::{
    Algorithm,
    jwk::{Jwk, JwkSet, PublicKey, UnusableKey},
};

use crate::support::{
    Signer,
    signer::{bare, decode, ec, encode, okp},
    vectors,
};

fn unusable(jwk: &Jwk) -> UnusableKey {
    PublicKey::from_jwk(jwk).expect_err("the key is unusable")
}

fn rsa(n: &[u8], e: &[u8]) -> Jwk {
    Jwk { n: Some(encode(n)), e: Some(encode(e)), ..bare("RSA") }
}

#[test]
fn rfc_7638_section_3_1_the_thumbprint_is_the_published_one() {
    let jwk = Jwk {
        n: Some(vectors::THUMBPRINT_N.into()),
        e: Some("AQAB".into()),
        alg: Some("RS256".into()),
        kid: Some("2011-04-29".into()),
        ..bare("RSA")
    };
    assert_eq!(jwk.thumbprint().as_deref(), Some(vectors::THUMBPRINT));
}

#[test]
fn rfc_8037_a3_the_thumbprint_of_an_okp_key_is_the_published_one() {
    let thumbprint = okp(&decode(vectors::ED25519_X)).thumbprint();
    assert_eq!(thumbprint.as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
}

#[test]
fn private_members_are_neither_kept_nor_written() {
    let json = json!({"kty": "EC", "crv": "P-256", "x": vectors::P256_X, "y": vectors::P256_Y,
        "d": vectors::P256_D});
    let jwk: Jwk = serde_json::from_value(json).unwrap();
    PublicKey::from_jwk(&jwk).unwrap();
    let written = serde_json::to_value(&jwk).unwrap();
    assert_eq!(
        written,
        json!({"kty": "EC", "crv": "P-256", "x": vectors::P256_X, "y": vectors::P256_Y})
    );
}

#[test]
fn section_5_an_entry_that_is_not_understood_leaves_the_others_usable() {
    let good = json!({"kty": "OKP", "crv": "Ed25519", "x": vectors::ED25519_X});
    let set = json!({"keys": [{"kty": 7}, {"no": "kty"}, "text", good], "more": true});
    let set: JwkSet = serde_json::from_value(set).unwrap();
    assert_eq!(set.keys, [okp(&decode(vectors::ED25519_X))]);
    assert!(serde_json::from_value::<JwkSet>(json!({})).is_err());
    assert!(serde_json::from_str::<JwkSet>(r#"{"keys":[],"keys":[]}"#).is_err());
}

#[test]
fn without_alg_the_type_decides() {
    for (signer, algorithm) in [
        (Signer::new(Algorithm::Es256), Algorithm::Es256),
        (Signer::new(Algorithm::Es384), Algorithm::Es384),
        (Signer::new(Algorithm::EdDsa), Algorithm::EdDsa),
        (Signer::new(Algorithm::Ps256), Algorithm::Rs256),
    ] {
        let jwk = Jwk { alg: None, ..signer.jwk() };
        assert_eq!(PublicKey::from_jwk(&jwk).unwrap().algorithm(), algorithm);
    }
}

#[test]
fn a_key_is_taken_for_an_algorithm_that_it_goes_with() {
    let rsa = Jwk { alg: None, ..Signer::new(Algorithm::Ps256).jwk() };
    let key = PublicKey::from_jwk_for(&rsa, Algorithm::Ps256).unwrap();
    assert_eq!((key.algorithm(), key.kid()), (Algorithm::Ps256, rsa.kid.as_deref()));
    for (jwk, algorithm) in [
        (rsa, Algorithm::Es256),
        (Signer::new(Algorithm::Rs256).jwk(), Algorithm::Ps256),
        (Signer::new(Algorithm::Es256).jwk(), Algorithm::Es384),
        (Signer::new(Algorithm::EdDsa).jwk(), Algorithm::Rs256),
    ] {
        let error = PublicKey::from_jwk_for(&jwk, algorithm).unwrap_err();
        assert_eq!(error, UnusableKey::AlgorithmMismatch, "{algorithm}");
    }
}

#[test]
fn an_alg_that_contradicts_the_type_is_refused() {
    let jwk = Signer::new(Algorithm::Es256).jwk();
    let alg = |alg: &str| Jwk { alg: Some(alg.into()), ..jwk.clone() };
    assert_eq!(unusable(&alg("RS256")), UnusableKey::AlgorithmMismatch);
    assert_eq!(unusable(&alg("HS256")), UnusableKey::UnsupportedAlgorithm);
    assert_eq!(unusable(&alg("none")), UnusableKey::UnsupportedAlgorithm);
}

#[test]
fn types_and_curves_that_are_not_supported_are_named_as_such() {
    assert_eq!(unusable(&bare("oct")), UnusableKey::UnsupportedKeyType);
    assert_eq!(unusable(&bare("ec")), UnusableKey::UnsupportedKeyType);
    assert_eq!(unusable(&ec("secp256k1", &[1; 32], &[1; 32])), UnusableKey::UnsupportedCurve);
    let x25519 = Jwk { crv: Some("X25519".into()), ..okp(&[1; 32]) };
    assert_eq!(unusable(&x25519), UnusableKey::UnsupportedCurve);
    assert_eq!(unusable(&bare("EC")), UnusableKey::MissingMember("crv"));
}

#[test]
fn section_4_2_only_keys_for_signatures_are_taken() {
    let jwk = Signer::new(Algorithm::Es256).jwk();
    PublicKey::from_jwk(&Jwk { use_: Some("sig".into()), ..jwk.clone() }).unwrap();
    let encryption = Jwk { use_: Some("enc".into()), ..jwk };
    assert_eq!(unusable(&encryption), UnusableKey::NotForSignatures);
}

#[test]
fn rfc_7518_section_6_2_1_2_coordinates_have_full_length() {
    let (x, y) = (decode(vectors::P256_X), decode(vectors::P256_Y));
    assert_eq!(unusable(&ec("P-256", &x[1..], &y)), UnusableKey::WrongLength("x"));
    assert_eq!(unusable(&ec("P-256", &x, &y[..31])), UnusableKey::WrongLength("y"));
    let padded = [&[0], &x[..]].concat();
    assert_eq!(unusable(&ec("P-256", &padded, &y)), UnusableKey::WrongLength("x"));
    assert_eq!(unusable(&ec("P-384", &x, &y)), UnusableKey::WrongLength("x"));
    assert_eq!(unusable(&okp(&[1; 31])), UnusableKey::WrongLength("x"));
}

#[test]
fn missing_members_and_other_alphabets_are_refused() {
    let jwk = Signer::new(Algorithm::Es256).jwk();
    let without_y = Jwk { y: None, ..jwk.clone() };
    assert_eq!(unusable(&without_y), UnusableKey::MissingMember("y"));
    let padded = Jwk { x: jwk.x.as_ref().map(|x| format!("{x}=")), ..jwk };
    assert_eq!(unusable(&padded), UnusableKey::NotBase64url("x"));
    assert_eq!(unusable(&bare("RSA")), UnusableKey::MissingMember("n"));
    assert_eq!(unusable(&bare("RSA")), UnusableKey::MissingMember("n"));
}

#[test]
fn rfc_7518_section_3_3_rsa_keys_have_2048_to_8192_bits() {
    let e = [1, 0, 1];
    PublicKey::from_jwk(&rsa(&[0xff; 256], &e)).unwrap();
    PublicKey::from_jwk(&rsa(&[0xff; 1024], &e)).unwrap();
    assert_eq!(unusable(&rsa(&[0xff; 128], &e)), UnusableKey::RsaTooShort);
    let mut bits_2047 = [0xff; 256];
    bits_2047[0] = 0x7f;
    assert_eq!(unusable(&rsa(&bits_2047, &e)), UnusableKey::RsaTooShort);
    assert_eq!(unusable(&rsa(&[0xff; 1025], &e)), UnusableKey::RsaTooLong);
}

#[test]
fn rfc_7518_section_2_rsa_numbers_have_no_leading_zeros() {
    let n = [&[0], &[0xff; 256][..]].concat();
    assert_eq!(unusable(&rsa(&n, &[1, 0, 1])), UnusableKey::LeadingZero("n"));
    assert_eq!(unusable(&rsa(&[0xff; 256], &[0, 1, 0, 1])), UnusableKey::LeadingZero("e"));
}

#[test]
fn rsa_exponents_are_odd_and_of_sane_size() {
    for e in [&[1][..], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 1]] {
        assert_eq!(unusable(&rsa(&[0xff; 256], e)), UnusableKey::RsaExponentOutOfRange, "{e:?}");
    }
    PublicKey::from_jwk(&rsa(&[0xff; 256], &[3])).unwrap();
}
