//! Signing, which only tests may do here.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    rsa::{KeyPairComponents, PublicKeyComponents},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
    },
};
use signet_verifier::{Algorithm, jwk::Jwk};

use super::vectors;

/// A private key with its algorithm and its public half.
#[derive(Debug)]
pub(crate) struct Signer {
    algorithm: Algorithm,
    key: PrivateKey,
    jwk: Jwk,
}

#[derive(Debug)]
enum PrivateKey {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl Signer {
    /// The published key of the algorithm's kind; P-384 has none in these RFCs, so its key is new.
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let (key, jwk) = match algorithm {
            Algorithm::Es256 => published_p256(),
            Algorithm::Es384 => new_p384(),
            Algorithm::EdDsa => published_ed25519(),
            Algorithm::Rs256 | Algorithm::Ps256 => published_rsa(),
        };
        let alg = Some(algorithm.name().to_owned());
        let kid = jwk.thumbprint();
        Self { algorithm, key, jwk: Jwk { alg, kid, ..jwk } }
    }

    /// An Ed25519 key of a test's own, different for each seed.
    pub(crate) fn seeded(seed: u8) -> Self {
        let key = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("32 bytes are a seed");
        let jwk = okp(key.public_key().as_ref());
        let (alg, kid) = (Some("EdDSA".to_owned()), jwk.thumbprint());
        let key = PrivateKey::Ed25519(key);
        Self { algorithm: Algorithm::EdDsa, key, jwk: Jwk { alg, kid, ..jwk } }
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public half, with `alg`, and the thumbprint as its `kid`.
    pub(crate) fn jwk(&self) -> Jwk {
        self.jwk.clone()
    }

    pub(crate) fn kid(&self) -> &str {
        self.jwk.kid.as_deref().expect("every signer's key is named")
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.key {
            PrivateKey::Ecdsa(key) => {
                key.sign(&random(), message).expect("ECDSA signs").as_ref().to_vec()
            }
            PrivateKey::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            PrivateKey::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                let padding: &dyn ring::signature::RsaEncoding = match self.algorithm {
                    Algorithm::Ps256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                key.sign(padding, &random(), message, &mut signature).expect("RSA signs");
                signature
            }
        }
    }
}

fn published_p256() -> (PrivateKey, Jwk) {
    let (x, y) = (decode(vectors::P256_X), decode(vectors::P256_Y));
    let key = EcdsaKeyPair::from_private_key_and_public_key(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        &decode(vectors::P256_D),
        &[&[4], &x[..], &y[..]].concat(),
        &random(),
    );
    (PrivateKey::Ecdsa(key.expect("the key of RFC 7515 A.3 is valid")), ec("P-256", &x, &y))
}

fn new_p384() -> (PrivateKey, Jwk) {
    let algorithm = &ECDSA_P384_SHA384_FIXED_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random()).expect("a key is made");
    let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random()).expect("and read");
    let point = key.public_key().as_ref().to_vec();
    let (x, y) = point[1..].split_at(48);
    let jwk = ec("P-384", x, y);
    (PrivateKey::Ecdsa(key), jwk)
}

fn published_ed25519() -> (PrivateKey, Jwk) {
    let public = decode(vectors::ED25519_X);
    let key = Ed25519KeyPair::from_seed_and_public_key(&decode(vectors::ED25519_D), &public);
    (PrivateKey::Ed25519(key.expect("the key of RFC 8037 A.1 is valid")), okp(&public))
}

fn published_rsa() -> (PrivateKey, Jwk) {
    let key = RsaKeyPair::from_components(&KeyPairComponents {
        public_key: PublicKeyComponents { n: decode(vectors::RSA_N), e: decode(vectors::RSA_E) },
        d: decode(vectors::RSA_D),
        p: decode(vectors::RSA_P),
        q: decode(vectors::RSA_Q),
        dP: decode(vectors::RSA_DP),
        dQ: decode(vectors::RSA_DQ),
        qInv: decode(vectors::RSA_QI),
    });
    let jwk = Jwk {
        n: Some(vectors::RSA_N.to_owned()),
        e: Some(vectors::RSA_E.to_owned()),
        ..bare("RSA")
    };
    (PrivateKey::Rsa(key.expect("the key of RFC 7515 A.2 is valid")), jwk)
}

/// A JWK with its type alone.
pub(crate) fn bare(kty: &str) -> Jwk {
    let kty = kty.to_owned();
    Jwk { kty, use_: None, alg: None, kid: None, crv: None, x: None, y: None, n: None, e: None }
}

pub(crate) fn ec(crv: &str, x: &[u8], y: &[u8]) -> Jwk {
    Jwk { crv: Some(crv.to_owned()), x: Some(encode(x)), y: Some(encode(y)), ..bare("EC") }
}

pub(crate) fn okp(x: &[u8]) -> Jwk {
    Jwk { crv: Some("Ed25519".to_owned()), x: Some(encode(x)), ..bare("OKP") }
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("the vectors are base64url")
}

fn random() -> SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "ring signs ECDSA and PSS with its own generator"
    )]
    SystemRandom::new()
}
