//! Ring's key pairs with nothing around them: what a signature costs before there is any JWT. Shared by
//! both benchmarks.

use std::error::Error;

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
    },
};
use signet::{
    entropy::SystemEntropy,
    keys::{RsaBits, generate_pkcs8_pem},
};
use signet_verifier::Algorithm;

/// As long as what is signed of an access token of these benchmarks.
pub(crate) const SIGNING_INPUT: [u8; 384] = [b'x'; 384];

/// A key pair that signs as Signet's do: fresh from its PKCS#8 document, RSA with 2048 bits.
pub(crate) enum BareKey {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
}

impl BareKey {
    pub(crate) fn generate(algorithm: Algorithm) -> Result<Self, Box<dyn Error>> {
        let pem = generate_pkcs8_pem(algorithm, RsaBits::Bits2048, &SystemEntropy)?;
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = STANDARD.decode(body)?;
        let ecdsa = |signing| EcdsaKeyPair::from_pkcs8(signing, &der, &system_random());
        let rsa = || RsaKeyPair::from_pkcs8(&der);
        let key = match algorithm {
            Algorithm::Es256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Self::Ecdsa),
            Algorithm::Es384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING).map(Self::Ecdsa),
            Algorithm::Rs256 => rsa().map(|pair| Self::Rsa(pair, &RSA_PKCS1_SHA256)),
            Algorithm::Ps256 => rsa().map(|pair| Self::Rsa(pair, &RSA_PSS_SHA256)),
            Algorithm::EdDsa => Ed25519KeyPair::from_pkcs8(&der).map(Self::Ed25519),
        };
        key.map_err(|rejected| format!("a fresh {algorithm} key was rejected: {rejected}").into())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        const SIGNS: &str = "OK because ring refuses no message";
        match self {
            Self::Ecdsa(pair) => {
                pair.sign(&system_random(), message).expect(SIGNS).as_ref().to_vec()
            }
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rsa(pair, padding) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(*padding, &system_random(), message, &mut signature).expect(SIGNS);
                signature
            }
        }
    }
}

fn system_random() -> SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "ring takes no other generator than its own")]
    SystemRandom::new()
}
