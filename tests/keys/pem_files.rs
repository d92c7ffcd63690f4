//! Which private keys are taken, and how the others are refused: RFC 5958, RFC 7468, RFC 7518.

use base64::{Engine, engine::general_purpose::STANDARD};
use rsa::{
    RsaPrivateKey,
    pkcs1::{self, EncodeRsaPrivateKey, UintRef},
    pkcs8::{EncodePrivateKey, LineEnding, PrivateKeyInfo, SecretDocument, der::Encode},
};
use serde_json::json;
use signet::keys::{SigningKey, UnfitKey};
use signet_verifier::Algorithm;

use super::support::{TestRng, openssl, pem, verifies};

fn refused(pem: &str, algorithm: Algorithm) -> UnfitKey {
    SigningKey::from_pkcs8_pem(pem, algorithm).expect_err("the key must be refused")
}

fn signs(pem: &str, algorithm: Algorithm) {
    let key = SigningKey::from_pkcs8_pem(pem, algorithm).expect("the key must be taken");
    let token = key.sign("at+jwt", &json!({})).expect("the key must sign");
    assert!(verifies(&token, key.jwk()), "{algorithm}");
}

/// An RSA key of `bits` whose numbers mean nothing.
fn hollow_rsa_key(bits: usize) -> String {
    let mut modulus = vec![0xff; bits.div_ceil(8)];
    modulus[0] = 0xff >> (modulus.len() * 8 - bits);
    let number = |bytes| UintRef::new(bytes).expect("bytes are a number");
    let half = &modulus[..modulus.len() / 2];
    let key = pkcs1::RsaPrivateKey {
        modulus: number(&modulus),
        public_exponent: number(&[1, 0, 1]),
        private_exponent: number(&modulus),
        prime1: number(half),
        prime2: number(half),
        exponent1: number(half),
        exponent2: number(half),
        coefficient: number(half),
        other_prime_infos: None,
    };
    let key = key.to_der().expect("the key has a DER form");
    SecretDocument::try_from(PrivateKeyInfo::new(pkcs1::ALGORITHM_ID, &key))
        .and_then(|document| document.to_pem("PRIVATE KEY", LineEnding::LF).map_err(Into::into))
        .expect("the key has a PEM form")
        .to_string()
}

#[test]
fn keys_made_by_openssl_sign() {
    for (algorithm, arguments) in [
        (Algorithm::Es256, &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"][..]),
        (Algorithm::Es384, &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
        (Algorithm::EdDsa, &["-algorithm", "ED25519"]),
        (Algorithm::Rs256, &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
        (Algorithm::Ps256, &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"]),
    ] {
        let made = openssl(&[&["genpkey"], arguments].concat());
        signs(&made.unwrap_or_else(|| pem(algorithm)), algorithm);
    }
}

#[test]
fn an_ed25519_key_of_version_1_without_its_public_half_signs() {
    let seed = [7; 32];
    let prefix = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
    let body = STANDARD.encode([&prefix[..], &seed].concat());
    let (label, dashes) = ("PRIVATE KEY", "-----");
    signs(
        &format!("{dashes}BEGIN {label}{dashes}\n{body}\n{dashes}END {label}{dashes}\n"),
        Algorithm::EdDsa,
    );
}

#[test]
fn text_before_the_key_white_space_after_it_and_other_line_ends_are_taken() {
    let plain = pem(Algorithm::Es256);
    signs(&format!("Key of the staging system\n{plain}"), Algorithm::Es256);
    signs(&plain.replace('\n', "\r\n"), Algorithm::Es256);
    signs(&format!("{plain}\n \r\n"), Algorithm::Es256);
    assert_eq!(refused(&format!("{plain}{plain}"), Algorithm::Es256), UnfitKey::NotPkcs8Pem);
}

#[test]
fn rfc7518_section_3_3_an_rsa_key_below_2048_bits_is_refused() {
    for bits in [1024, 2047] {
        let key = RsaPrivateKey::new(&mut TestRng, bits).unwrap();
        let pem = key.to_pkcs8_pem(LineEnding::LF).unwrap();
        for algorithm in [Algorithm::Rs256, Algorithm::Ps256] {
            assert_eq!(refused(&pem, algorithm), UnfitKey::WeakRsa { bits });
        }
    }
    assert!(UnfitKey::WeakRsa { bits: 1024 }.to_string().contains("1024 bits is too weak"));
}

#[test]
fn an_rsa_key_longer_than_ring_signs_with_is_refused_and_the_limit_named() {
    let error = refused(&hollow_rsa_key(4097), Algorithm::Rs256);
    assert_eq!(error, UnfitKey::OversizeRsa { bits: 4097 });
    assert!(error.to_string().contains("2048 to 4096 bits"));
}

#[test]
fn an_rsa_key_whose_parts_do_not_belong_together_is_refused() {
    assert_eq!(refused(&hollow_rsa_key(2048), Algorithm::Rs256), UnfitKey::Inconsistent);
}

#[test]
fn an_elliptic_key_with_the_public_half_of_another_is_refused() {
    for (algorithm, public_length) in
        [(Algorithm::Es256, 65), (Algorithm::Es384, 97), (Algorithm::EdDsa, 32)]
    {
        let document = |pem: &str| SecretDocument::from_pem(pem).unwrap().1.to_bytes();
        let (mine, other) = (document(&pem(algorithm)), document(&pem(algorithm)));
        let private = mine.len() - public_length;
        let mixed = [&mine[..private], &other[private..]].concat();
        let mixed = SecretDocument::try_from(mixed).unwrap().to_pem("PRIVATE KEY", LineEnding::LF);
        assert_eq!(refused(&mixed.unwrap(), algorithm), UnfitKey::Inconsistent, "{algorithm}");
    }
}

#[test]
fn a_key_of_another_kind_than_the_algorithm_needs_is_refused_and_named() {
    for algorithm in Algorithm::ALL {
        for other in Algorithm::ALL {
            let is_rsa = |one| matches!(one, Algorithm::Rs256 | Algorithm::Ps256);
            if algorithm == other || is_rsa(algorithm) && is_rsa(other) {
                continue;
            }
            let found = match other {
                Algorithm::Es256 => "a P-256",
                Algorithm::Es384 => "a P-384",
                Algorithm::EdDsa => "an Ed25519",
                Algorithm::Rs256 | Algorithm::Ps256 => "an RSA",
            };
            let error = refused(&pem(other), algorithm);
            assert_eq!(error, UnfitKey::OtherAlgorithm { algorithm, found });
            assert!(error.to_string().starts_with(&format!("{found} key cannot sign {algorithm}")));
        }
    }
}

#[test]
fn a_truncated_pem_is_refused() {
    for algorithm in [Algorithm::Es256, Algorithm::Rs256] {
        let pem = pem(algorithm);
        let lines: Vec<_> = pem.lines().collect();
        let without_end = lines[..lines.len() - 1].join("\n");
        let without_line = [&lines[..1], &lines[2..]].concat().join("\n");
        for broken in [&pem[..pem.len() / 2], &without_end, &without_line, "", "\0"] {
            assert_eq!(refused(broken, algorithm), UnfitKey::NotPkcs8Pem);
        }
    }
}

#[test]
fn other_forms_of_private_key_are_refused_with_the_way_to_convert_them() {
    let key = RsaPrivateKey::new(&mut TestRng, 1024).unwrap();
    let pkcs1 = key.to_pkcs1_pem(LineEnding::LF).unwrap();
    let encrypted = pem(Algorithm::Es256).replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    let public = pem(Algorithm::Es256).replace("PRIVATE KEY", "PUBLIC KEY");
    for pem in [pkcs1.as_str(), &encrypted, &public] {
        let error = refused(pem, Algorithm::Rs256);
        assert_eq!(error, UnfitKey::NotPkcs8Pem);
        assert!(error.to_string().contains("openssl pkcs8 -topk8 -nocrypt"));
    }
}
