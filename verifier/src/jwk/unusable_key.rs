//! Why a JWK cannot verify anything here: one variant per reason (RFC 7517, RFC 7518 section 6,
//! RFC 8037 section 2).

/// A JWK that [`PublicKey`](super::PublicKey) cannot be made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnusableKey {
    /// `kty` is none of `EC`, `RSA`, `OKP`. Symmetric keys (`oct`) are among those refused.
    #[error("the key type is not supported; expected EC, RSA or OKP")]
    UnsupportedKeyType,
    /// `crv` is none of `P-256`, `P-384` (`EC`), `Ed25519` (`OKP`).
    #[error("the curve is not supported; expected P-256, P-384 or Ed25519")]
    UnsupportedCurve,
    /// `alg` is not an [`Algorithm`](crate::Algorithm).
    #[error("the key's algorithm is not supported")]
    UnsupportedAlgorithm,
    /// The key's type, curve or `alg` does not go with the algorithm asked for.
    #[error("the key does not go with the algorithm")]
    AlgorithmMismatch,
    /// `use` is present and is not `sig` (RFC 7517 section 4.2).
    #[error("the key is not meant for signatures")]
    NotForSignatures,
    /// A member that the key type requires is missing.
    #[error("the key lacks the member {0}")]
    MissingMember(&'static str),
    /// A member is not base64url without padding.
    #[error("the key's member {0} is not base64url")]
    NotBase64url(&'static str),
    /// A coordinate or a public key is not exactly as long as its curve says.
    #[error("the key's member {0} has the wrong length")]
    WrongLength(&'static str),
    /// An RSA number is not in its shortest form (RFC 7518 section 2, `Base64urlUInt`).
    #[error("the key's member {0} has a leading zero")]
    LeadingZero(&'static str),
    /// The RSA modulus has fewer than 2048 bits (RFC 7518 section 3.3).
    #[error("the RSA key is shorter than 2048 bits")]
    RsaTooShort,
    /// The RSA modulus has more than 8192 bits: verifying would cost more than a token is worth.
    #[error("the RSA key is longer than 8192 bits")]
    RsaTooLong,
    /// The RSA exponent is even, below 3, or of more than 33 bits.
    #[error("the RSA exponent is out of range")]
    RsaExponentOutOfRange,
}
