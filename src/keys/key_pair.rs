//! Ring's key pairs, one kind per algorithm (RFC 7518 section 3, RFC 8037 section 3.1), parsed once.
//! Knows DER, not PEM; knows neither files nor JWTs.

use ring::{
    error::Unspecified,
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
    },
};
use signet_verifier::Algorithm;

use super::UnfitKey;

/// A private key, ready to sign with its one algorithm.
pub(super) struct KeyPair {
    algorithm: Algorithm,
    pair: Pair,
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
}

/// What of a key pair may be published.
pub(super) enum PublicParts<'a> {
    /// An uncompressed point: 4, x, y.
    Point(&'a [u8]),
    /// The 32 bytes of an Ed25519 key.
    Ed25519(&'a [u8]),
    /// Modulus and exponent, without leading zeros.
    Rsa(PublicKeyComponents<Vec<u8>>),
}

impl KeyPair {
    /// Parses a PKCS#8 document. That the halves of the key belong together is checked here, wherever
    /// the document names the public half.
    pub(super) fn from_pkcs8(der: &[u8], algorithm: Algorithm) -> Result<Self, UnfitKey> {
        let rsa = || RsaKeyPair::from_pkcs8(der);
        let ecdsa = |signing| EcdsaKeyPair::from_pkcs8(signing, der, &system_random());
        let pair = match algorithm {
            Algorithm::Es256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Pair::Ecdsa),
            Algorithm::Es384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING).map(Pair::Ecdsa),
            Algorithm::Rs256 => rsa().map(|pair| Pair::Rsa(pair, &RSA_PKCS1_SHA256)),
            Algorithm::Ps256 => rsa().map(|pair| Pair::Rsa(pair, &RSA_PSS_SHA256)),
            // OpenSSL writes version 1 of the document, without the public half.
            Algorithm::EdDsa => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map(Pair::Ed25519),
        };
        Ok(Self { algorithm, pair: pair.map_err(|_| UnfitKey::Inconsistent)? })
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The signature in the form of JWS: for ECDSA `r ‖ s`, each of full length. RFC 7518 section 3.4:
    /// "The octet sequence representations MUST NOT be shortened to omit any leading zero octets
    /// contained in the values."
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match &self.pair {
            Pair::Ecdsa(pair) => Ok(pair.sign(&system_random(), message)?.as_ref().to_vec()),
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Pair::Rsa(pair, padding) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(*padding, &system_random(), message, &mut signature)?;
                Ok(signature)
            }
        }
    }

    pub(super) fn public(&self) -> PublicParts<'_> {
        match &self.pair {
            Pair::Ecdsa(pair) => PublicParts::Point(pair.public_key().as_ref()),
            Pair::Ed25519(pair) => PublicParts::Ed25519(pair.public_key().as_ref()),
            Pair::Rsa(pair, _) => PublicParts::Rsa(pair.public().into()),
        }
    }
}

/// Ring's own generator, for nonces and for new keys.
pub(super) fn system_random() -> SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "ring takes no other generator than its own")]
    SystemRandom::new()
}
