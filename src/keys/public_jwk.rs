//! The public half of a key as a JWK (RFC 7517, RFC 7518 section 6, RFC 8037 section 2), named by its
//! thumbprint (RFC 7638).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use signet_verifier::{Algorithm, jwk::Jwk};

use super::key_pair::{KeyPair, PublicParts};

/// The JWK to publish, and its name.
pub(super) fn of(key_pair: &KeyPair) -> (Jwk, String) {
    let algorithm = key_pair.algorithm();
    let blank = Jwk {
        kty: String::new(),
        use_: Some("sig".to_owned()),
        alg: Some(algorithm.name().to_owned()),
        kid: None,
        crv: None,
        x: None,
        y: None,
        n: None,
        e: None,
    };
    let mut jwk = match key_pair.public() {
        PublicParts::Point(point) => {
            // RFC 7518 section 6.2.1.2: "The length of this octet string MUST be the full size of a
            // coordinate for the curve". Both halves of an uncompressed point (SEC1 section 2.3.3) are.
            let (x, y) = point[1..].split_at(point.len() / 2);
            let crv = if algorithm == Algorithm::Es384 { "P-384" } else { "P-256" };
            Jwk { kty: "EC".to_owned(), crv: text(crv), x: base64url(x), y: base64url(y), ..blank }
        }
        PublicParts::Ed25519(x) => {
            Jwk { kty: "OKP".to_owned(), crv: text("Ed25519"), x: base64url(x), ..blank }
        }
        // RFC 7518 section 6.3.1.1: "take care to omit the extra octet"; ring gives none.
        PublicParts::Rsa(key) => {
            Jwk { kty: "RSA".to_owned(), n: base64url(&key.n), e: base64url(&key.e), ..blank }
        }
    };
    let kid = jwk.thumbprint().expect("OK because every required member was set above");
    jwk.kid = Some(kid.clone());
    (jwk, kid)
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn base64url(bytes: &[u8]) -> Option<String> {
    Some(URL_SAFE_NO_PAD.encode(bytes))
}
