//! Private keys of applications, made for a test, with their public halves as JWKs (RFC 7517). Signed by
//! hand: what the product signs with is not asked.

use std::sync::OnceLock;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
    },
};
use serde_json::{Value, json};
use signet::{
    entropy::SystemEntropy,
    keys::{RsaBits, generate_pkcs8_pem},
};
use signet_verifier::Algorithm;

/// A private key for one algorithm.
pub struct ClientKey {
    pub algorithm: Algorithm,
    pub kid: String,
    pair: Pair,
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl ClientKey {
    /// A new key named `kid`. RSA keys, which take long to make, share one pair per test process.
    pub fn new(algorithm: Algorithm, kid: &str) -> Self {
        let ecdsa = |signing| {
            let document = EcdsaKeyPair::generate_pkcs8(signing, &random()).unwrap();
            Pair::Ecdsa(EcdsaKeyPair::from_pkcs8(signing, document.as_ref(), &random()).unwrap())
        };
        let pair = match algorithm {
            Algorithm::Es256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::Es384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::EdDsa => {
                let document = Ed25519KeyPair::generate_pkcs8(&random()).unwrap();
                Pair::Ed25519(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap())
            }
            Algorithm::Rs256 | Algorithm::Ps256 => {
                Pair::Rsa(RsaKeyPair::from_pkcs8(rsa_pkcs8()).unwrap())
            }
        };
        Self { algorithm, kid: kid.to_owned(), pair }
    }

    /// The public half with `kid`, `use` and `alg`.
    pub fn jwk(&self) -> Value {
        let mut jwk = match &self.pair {
            Pair::Ecdsa(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let crv = if x.len() == 32 { "P-256" } else { "P-384" };
                json!({"kty": "EC", "crv": crv, "x": base64url(x), "y": base64url(y)})
            }
            Pair::Ed25519(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": base64url(pair.public_key())})
            }
            Pair::Rsa(pair) => {
                let PublicKeyComponents { n, e } =
                    PublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({"kty": "RSA", "n": base64url(n), "e": base64url(e)})
            }
        };
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(self.algorithm.name());
        jwk
    }

    /// The signature of a JWS over `message` (RFC 7518 section 3).
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::Ecdsa(pair) => pair.sign(&random(), message).unwrap().as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let padding: &dyn ring::signature::RsaEncoding = match self.algorithm {
                    Algorithm::Ps256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                pair.sign(padding, &random(), message, &mut signature).unwrap();
                signature
            }
        }
    }
}

/// A JWK Set as a TOML inline table, for `jwks = …`.
pub fn toml_jwks(jwks: &[Value]) -> String {
    let member = |(name, value): (&String, &Value)| format!("{name} = {value}");
    let table = |jwk: &Value| {
        let members: Vec<String> = jwk.as_object().unwrap().iter().map(member).collect();
        format!("{{ {} }}", members.join(", "))
    };
    let tables: Vec<String> = jwks.iter().map(table).collect();
    format!("{{ keys = [{}] }}", tables.join(", "))
}

/// The same key without some of its members.
pub fn without(mut jwk: Value, members: &[&str]) -> Value {
    jwk.as_object_mut().unwrap().retain(|name, _| !members.contains(&name.as_str()));
    jwk
}

pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn rsa_pkcs8() -> &'static [u8] {
    static DOCUMENT: OnceLock<Vec<u8>> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let pem = generate_pkcs8_pem(Algorithm::Rs256, RsaBits::Bits2048, &SystemEntropy).unwrap();
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        STANDARD.decode(base64).unwrap()
    })
}

fn random() -> SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "ring makes and signs with its own generator")]
    SystemRandom::new()
}
