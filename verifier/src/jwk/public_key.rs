//! A key that verifies, bound to one algorithm: "each key MUST be used with exactly one algorithm, and
//! this MUST be checked when the cryptographic operation is performed" (RFC 8725 section 3.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
    VerificationAlgorithm,
};

use super::{Jwk, UnusableKey};
use crate::Algorithm;

/// The signature is not one that this key made over these bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not hold")]
pub struct BadSignature;

/// A public key with the one algorithm that it verifies.
#[derive(Debug, Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    kid: Option<String>,
    material: Material,
}

#[derive(Debug, Clone)]
enum Material {
    /// An uncompressed point, or an Ed25519 key.
    Curve(UnparsedPublicKey<Vec<u8>>),
    Rsa(&'static RsaParameters, RsaPublicKeyComponents<Vec<u8>>),
}

impl PublicKey {
    /// Takes the key for the algorithm that its `alg` names. Where there is none, the type decides:
    /// `P-256` is ES256, `P-384` ES384, `Ed25519` `EdDSA`, and RSA is RS256.
    ///
    /// # Errors
    /// The JWK is of an unsupported type, curve or algorithm, is not for signatures, or one of its
    /// members is missing or out of its range.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, UnusableKey> {
        let algorithm = match &jwk.alg {
            Some(name) => name.parse().map_err(|_| UnusableKey::UnsupportedAlgorithm)?,
            None => implied_algorithm(jwk)?,
        };
        Self::from_jwk_for(jwk, algorithm)
    }

    /// Takes the key for `algorithm`, which its type, its curve and, where present, its `alg` must
    /// allow: the way to PS256 for an RSA key without `alg`.
    ///
    /// # Errors
    /// As [`Self::from_jwk`]; [`UnusableKey::AlgorithmMismatch`] where the key is not for `algorithm`.
    pub fn from_jwk_for(jwk: &Jwk, algorithm: Algorithm) -> Result<Self, UnusableKey> {
        if jwk.use_.as_deref().is_some_and(|use_| use_ != "sig") {
            return Err(UnusableKey::NotForSignatures);
        }
        let same_type = implied_algorithm(jwk)? == without_padding_scheme(algorithm);
        if !same_type || jwk.alg.as_deref().is_some_and(|alg| alg != algorithm.name()) {
            return Err(UnusableKey::AlgorithmMismatch);
        }
        let material = match algorithm {
            Algorithm::Es256 => ec_point(jwk, &ECDSA_P256_SHA256_FIXED, 32)?,
            Algorithm::Es384 => ec_point(jwk, &ECDSA_P384_SHA384_FIXED, 48)?,
            Algorithm::EdDsa => ed25519(jwk)?,
            Algorithm::Rs256 => rsa(jwk, &RSA_PKCS1_2048_8192_SHA256)?,
            Algorithm::Ps256 => rsa(jwk, &RSA_PSS_2048_8192_SHA256)?,
        };
        Ok(Self { algorithm, kid: jwk.kid.clone(), material })
    }

    /// The one algorithm that this key verifies.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's name, where it has one.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Verifies `signature` over `message`, in JWS form: `R ‖ S` of full length for ECDSA (RFC 7518
    /// section 3.4).
    ///
    /// # Errors
    /// [`BadSignature`], without a reason: there is none that a caller could act on.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        match &self.material {
            Material::Curve(key) => key.verify(message, signature),
            Material::Rsa(parameters, key) => key.verify(parameters, message, signature),
        }
        .map_err(|_| BadSignature)
    }
}

/// What a key is for by its type alone.
fn implied_algorithm(jwk: &Jwk) -> Result<Algorithm, UnusableKey> {
    match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("EC", Some("P-256")) => Ok(Algorithm::Es256),
        ("EC", Some("P-384")) => Ok(Algorithm::Es384),
        ("OKP", Some("Ed25519")) => Ok(Algorithm::EdDsa),
        ("RSA", _) => Ok(Algorithm::Rs256),
        ("EC" | "OKP", Some(_)) => Err(UnusableKey::UnsupportedCurve),
        ("EC" | "OKP", None) => Err(UnusableKey::MissingMember("crv")),
        _ => Err(UnusableKey::UnsupportedKeyType),
    }
}

/// RSA keys look the same whatever their padding.
const fn without_padding_scheme(algorithm: Algorithm) -> Algorithm {
    match algorithm {
        Algorithm::Ps256 => Algorithm::Rs256,
        other => other,
    }
}

fn ec_point(
    jwk: &Jwk,
    algorithm: &'static dyn VerificationAlgorithm,
    length: usize,
) -> Result<Material, UnusableKey> {
    // "The length of this octet string MUST be the full size of a coordinate for the curve specified
    // in the "crv" parameter" (RFC 7518 section 6.2.1.2; 6.2.1.3 for "y").
    let x = octets("x", jwk.x.as_deref(), length)?;
    let y = octets("y", jwk.y.as_deref(), length)?;
    // ring takes points uncompressed (SEC 1 section 2.3.3): 4 ‖ x ‖ y.
    Ok(Material::Curve(UnparsedPublicKey::new(algorithm, [&[4], &x[..], &y[..]].concat())))
}

fn ed25519(jwk: &Jwk) -> Result<Material, UnusableKey> {
    Ok(Material::Curve(UnparsedPublicKey::new(&ED25519, octets("x", jwk.x.as_deref(), 32)?)))
}

fn rsa(jwk: &Jwk, parameters: &'static RsaParameters) -> Result<Material, UnusableKey> {
    let n = number("n", jwk.n.as_deref())?;
    let e = number("e", jwk.e.as_deref())?;
    // "A key of size 2048 bits or larger MUST be used with these algorithms" (RFC 7518 section 3.3).
    let bits = n.len() * 8 - n.first().map_or(0, |first| first.leading_zeros() as usize);
    if bits < 2048 {
        return Err(UnusableKey::RsaTooShort);
    }
    if bits > 8192 {
        return Err(UnusableKey::RsaTooLong);
    }
    // The range that ring verifies with, said here so that the reason is told once, when the key is read.
    let exponent = match e.len() {
        1..=5 => e.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte)),
        _ => 0,
    };
    if exponent < 3 || exponent.is_multiple_of(2) || exponent >= 1 << 33 {
        return Err(UnusableKey::RsaExponentOutOfRange);
    }
    Ok(Material::Rsa(parameters, RsaPublicKeyComponents { n, e }))
}

fn decoded(name: &'static str, value: Option<&str>) -> Result<Vec<u8>, UnusableKey> {
    let value = value.ok_or(UnusableKey::MissingMember(name))?;
    URL_SAFE_NO_PAD.decode(value).map_err(|_| UnusableKey::NotBase64url(name))
}

fn octets(name: &'static str, value: Option<&str>, length: usize) -> Result<Vec<u8>, UnusableKey> {
    let octets = decoded(name, value)?;
    if octets.len() == length { Ok(octets) } else { Err(UnusableKey::WrongLength(name)) }
}

/// A `Base64urlUInt`: "The octet sequence MUST utilize the minimum number of octets needed to represent
/// the value" (RFC 7518 section 2).
fn number(name: &'static str, value: Option<&str>) -> Result<Vec<u8>, UnusableKey> {
    let octets = decoded(name, value)?;
    match octets.first() {
        None => Err(UnusableKey::WrongLength(name)),
        Some(0) => Err(UnusableKey::LeadingZero(name)),
        Some(_) => Ok(octets),
    }
}
