//! Makes private keys as PKCS#8 PEM (RFC 5958, RFC 7468). Ring makes the elliptic ones, from its own
//! generator; it cannot make RSA keys, so the `rsa` crate does. Knows no files.

use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
};
use rsa::{
    RsaPrivateKey,
    pkcs8::{EncodePrivateKey, LineEnding, SecretDocument},
};
use signet_verifier::Algorithm;
use zeroize::Zeroizing;

use super::{KeyError, SigningKey, entropy_rng::EntropyRng, key_pair::system_random};
use crate::entropy::{Entropy, EntropyUnavailable};

/// How long the modulus of a new RSA key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RsaBits {
    /// 2048 bits, the least that RFC 7518 section 3.3 accepts, and the quickest to sign with.
    #[default]
    Bits2048,
    /// 3072 bits.
    Bits3072,
    /// 4096 bits, the most that ring signs with.
    Bits4096,
}

/// A new key that is in no folder yet.
pub(super) struct MadeKey {
    pub(super) kid: String,
    pub(super) pem: Zeroizing<String>,
}

/// Makes a key and reads it back, so that nothing is written that would not load.
pub(super) fn make(
    algorithm: Algorithm,
    rsa_bits: RsaBits,
    entropy: &dyn Entropy,
) -> Result<MadeKey, KeyError> {
    let pem = generate_pkcs8_pem(algorithm, rsa_bits, entropy)?;
    let key =
        SigningKey::from_pkcs8_pem(&pem, algorithm).map_err(|_| KeyError::NotMade { algorithm })?;
    Ok(MadeKey { kid: key.kid().to_owned(), pem })
}

/// Makes a private key for `algorithm`; `rsa_bits` counts for RS256 and PS256 only.
///
/// # Errors
/// When `entropy`, or for elliptic keys the operating system's generator, does not answer.
pub fn generate_pkcs8_pem(
    algorithm: Algorithm,
    rsa_bits: RsaBits,
    entropy: &dyn Entropy,
) -> Result<Zeroizing<String>, KeyError> {
    let random = &system_random();
    let document = match algorithm {
        Algorithm::Es256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, random),
        Algorithm::Es384 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, random),
        Algorithm::EdDsa => Ed25519KeyPair::generate_pkcs8(random),
        Algorithm::Rs256 | Algorithm::Ps256 => return rsa_pem(algorithm, rsa_bits, entropy),
    };
    let document = document.map_err(|_| EntropyUnavailable)?;
    SecretDocument::try_from(document.as_ref())
        .and_then(|document| document.to_pem("PRIVATE KEY", LineEnding::LF))
        .map_err(|_| KeyError::NotMade { algorithm })
}

fn rsa_pem(
    algorithm: Algorithm,
    rsa_bits: RsaBits,
    entropy: &dyn Entropy,
) -> Result<Zeroizing<String>, KeyError> {
    let bits = match rsa_bits {
        RsaBits::Bits2048 => 2048,
        RsaBits::Bits3072 => 3072,
        RsaBits::Bits4096 => 4096,
    };
    let mut rng = EntropyRng::new(entropy);
    let key = RsaPrivateKey::new(&mut rng, bits);
    rng.verdict()?;
    key.ok()
        .and_then(|key| key.to_pkcs8_pem(LineEnding::LF).ok())
        .ok_or(KeyError::NotMade { algorithm })
}
