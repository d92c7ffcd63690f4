//! RFC 7518 section 6: how the numbers of a public key are written.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use signet::{
    entropy::SystemEntropy,
    keys::{RsaBits, SigningKey, generate_pkcs8_pem},
};
use signet_verifier::{Algorithm, jwk::Jwk};

use crate::{rfc7517_jwks::keys, support::TestServer};

fn octets(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    assert!(!text.contains(['=', '+', '/']), "base64url without padding: {text}");
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

#[tokio::test]
async fn coordinates_have_the_full_length_of_their_curve() {
    let server = TestServer::start().await;
    let mut seen = 0;
    for key in keys(&server).await {
        let length = match key["crv"].as_str() {
            Some("P-256" | "Ed25519") => 32,
            Some("P-384") => 48,
            _ => continue,
        };
        seen += 1;
        assert_eq!(octets(&key["x"]).len(), length, "{key}");
        if key["kty"] == "EC" {
            assert_eq!(octets(&key["y"]).len(), length, "{key}");
        }
    }
    assert_eq!(seen, 3);
}

/// One coordinate in 128 begins with a zero octet, which must not be left out.
#[test]
fn a_coordinate_that_begins_with_zero_keeps_it() {
    let mut zeros = 0;
    for _ in 0..4000 {
        let pem = generate_pkcs8_pem(Algorithm::Es256, RsaBits::default(), &SystemEntropy).unwrap();
        let key = SigningKey::from_pkcs8_pem(&pem, Algorithm::Es256).unwrap();
        let Jwk { x: Some(x), y: Some(y), .. } = key.jwk() else { panic!("no coordinates") };
        for coordinate in [x, y] {
            let octets = URL_SAFE_NO_PAD.decode(coordinate).unwrap();
            assert_eq!(octets.len(), 32, "{coordinate}");
            zeros += usize::from(octets[0] == 0);
        }
        if zeros > 2 {
            return;
        }
    }
    panic!("among 8000 coordinates none begins with zero");
}

#[tokio::test]
async fn rsa_numbers_have_no_leading_zero_and_the_modulus_at_least_2048_bits() {
    let server = TestServer::start().await;
    let mut seen = 0;
    for key in keys(&server).await.into_iter().filter(|key| key["kty"] == "RSA") {
        seen += 1;
        let (n, e) = (octets(&key["n"]), octets(&key["e"]));
        assert!(n[0] != 0 && e[0] != 0, "{key}");
        let bits = n.len() * 8 - n[0].leading_zeros() as usize;
        assert!(bits >= 2048, "{bits} bits");
        assert_eq!(e, [1, 0, 1], "65537");
    }
    assert_eq!(seen, 2, "RS256 and PS256");
}
