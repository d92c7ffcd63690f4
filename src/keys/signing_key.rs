//! A private key that signs JWTs (RFC 7515, RFC 7519) and knows its public half. Knows no times: whether
//! it may sign now is the ring's to say.

use std::{fmt, sync::Arc};

use jsonwebtoken::{EncodingKey, Header, errors::ErrorKind};
use serde::Serialize;
use signet_verifier::{
    Algorithm,
    jwk::{Jwk, PublicKey},
};

use super::{
    SigningError, UnfitKey,
    crypto_provider::{Handle, jsonwebtoken_algorithm},
    pem, public_jwk,
};

/// A private key with its name, its algorithm and its public half.
pub struct SigningKey {
    kid: String,
    algorithm: Algorithm,
    jwk: Jwk,
    /// The same as `jwk`, ready to verify.
    public_key: Arc<PublicKey>,
    /// `alg` and `kid`; a token adds its `typ`.
    header: Header,
    encoding_key: EncodingKey,
    _handle: Handle,
}

impl SigningKey {
    /// Reads an unencrypted PKCS#8 PEM. `pem` may have text before the key, and white space after
    /// it.
    ///
    /// # Errors
    /// When it is no such PEM, when the key does not fit `algorithm`, when its parts are inconsistent,
    /// and when an RSA modulus is outside of 2048 to 4096 bits.
    pub fn from_pkcs8_pem(pem: &str, algorithm: Algorithm) -> Result<Self, UnfitKey> {
        let key_pair = pem::parse(pem, algorithm)?;
        let (jwk, kid) = public_jwk::of(&key_pair);
        let public_key = PublicKey::from_jwk(&jwk).map_err(|_| UnfitKey::Inconsistent)?;
        let public_key = Arc::new(public_key);
        let mut header = Header::new(jsonwebtoken_algorithm(algorithm));
        header.kid = Some(kid.clone());
        let handle = Handle::register(key_pair);
        let encoding_key = handle.encoding_key(algorithm);
        Ok(Self { kid, algorithm, jwk, public_key, header, encoding_key, _handle: handle })
    }

    /// The key's name: its SHA-256 thumbprint (RFC 7638).
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The one algorithm that the key signs with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public half, to be published.
    #[must_use]
    pub const fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// The public half, ready to verify.
    #[must_use]
    pub const fn public_key(&self) -> &Arc<PublicKey> {
        &self.public_key
    }

    /// Signs `claims` as a JWT in compact form, with `alg`, `typ` and `kid` in its header. `typ` tells
    /// the kinds of token apart (RFC 8725 section 3.11), `at+jwt` for one.
    ///
    /// # Errors
    /// When the claims have no JSON form or the key gives no signature.
    pub fn sign<T: Serialize>(
        &self,
        typ: &'static str,
        claims: &T,
    ) -> Result<String, SigningError> {
        let header = Header { typ: Some(typ.to_owned()), ..self.header.clone() };
        jsonwebtoken::encode(&header, claims, &self.encoding_key).map_err(|error| {
            match error.kind() {
                ErrorKind::Json(_) => SigningError::Claims,
                _ => SigningError::Signature,
            }
        })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
