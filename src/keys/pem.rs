//! From PKCS#8 PEM (RFC 7468 section 10, RFC 5958) to a key pair that is known to be fit: the right kind
//! of key for its algorithm, and strong enough. Every copy of the key made on the way is zeroized.

use rsa::{
    pkcs1::RsaPrivateKey,
    pkcs8::{ObjectIdentifier, PrivateKeyInfo, SecretDocument},
};
use signet_verifier::Algorithm;

use super::{UnfitKey, key_pair::KeyPair};

const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// RFC 7518 sections 3.3 and 3.5: "A key of size 2048 bits or larger MUST be used".
const MIN_RSA_BITS: usize = 2048;
/// The longest modulus that ring signs with.
const MAX_RSA_BITS: usize = 4096;

/// Parses and checks a private key.
pub(super) fn parse(pem: &str, algorithm: Algorithm) -> Result<KeyPair, UnfitKey> {
    // The parser takes text before the key and, after it, one line end at most.
    let pem = pem.trim_ascii_end();
    let (label, document) = SecretDocument::from_pem(pem).map_err(|_| UnfitKey::NotPkcs8Pem)?;
    if label != "PRIVATE KEY" {
        return Err(UnfitKey::NotPkcs8Pem);
    }
    let info = PrivateKeyInfo::try_from(document.as_bytes()).map_err(|_| UnfitKey::NotPkcs8Pem)?;

    let found = kind(&info);
    let fits = match algorithm {
        Algorithm::Es256 => found == Kind::P256,
        Algorithm::Es384 => found == Kind::P384,
        Algorithm::Rs256 | Algorithm::Ps256 => found == Kind::Rsa,
        Algorithm::EdDsa => found == Kind::Ed25519,
    };
    if !fits {
        return Err(UnfitKey::OtherAlgorithm { algorithm, found: found.with_article() });
    }
    if found == Kind::Rsa {
        // Ring rounds the length up to whole octets and would take 2041 bits for 2048.
        match modulus_bits(&info)? {
            bits @ ..MIN_RSA_BITS => return Err(UnfitKey::WeakRsa { bits }),
            MIN_RSA_BITS..=MAX_RSA_BITS => {}
            bits => return Err(UnfitKey::OversizeRsa { bits }),
        }
    }
    KeyPair::from_pkcs8(document.as_bytes(), algorithm)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    P256,
    P384,
    Rsa,
    Ed25519,
    Other,
}

impl Kind {
    const fn with_article(self) -> &'static str {
        match self {
            Self::P256 => "a P-256",
            Self::P384 => "a P-384",
            Self::Rsa => "an RSA",
            Self::Ed25519 => "an Ed25519",
            Self::Other => "another kind of",
        }
    }
}

fn kind(info: &PrivateKeyInfo<'_>) -> Kind {
    match (info.algorithm.oid, info.algorithm.parameters_oid()) {
        (EC_PUBLIC_KEY, Ok(P256)) => Kind::P256,
        (EC_PUBLIC_KEY, Ok(P384)) => Kind::P384,
        (RSA_ENCRYPTION, _) => Kind::Rsa,
        (ED25519, _) => Kind::Ed25519,
        _ => Kind::Other,
    }
}

fn modulus_bits(info: &PrivateKeyInfo<'_>) -> Result<usize, UnfitKey> {
    let key = RsaPrivateKey::try_from(info.private_key).map_err(|_| UnfitKey::Inconsistent)?;
    let modulus = key.modulus.as_bytes();
    let leading_zeros = modulus.first().map_or(0, |first| first.leading_zeros() as usize);
    Ok(modulus.len() * 8 - leading_zeros)
}
