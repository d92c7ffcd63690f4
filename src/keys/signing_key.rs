//! A private key that signs JWTs (RFC 7515, RFC 7519) and knows its public half. Knows no times: whether
//! it may sign now is the ring's to say.

use std::{fmt, sync::Arc};

use arc_swap::ArcSwap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{EncodingKey, Header, crypto};
use serde::Serialize;
use signet_verifier::{
    Algorithm,
    jwk::{Jwk, PublicKey},
};

use super::{
    SigningError, UnfitKey, cohort,
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
    /// The encoded header for each `typ` that was signed, of which there are few.
    encoded_headers: ArcSwap<Vec<(&'static str, Arc<str>)>>,
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
        let encoded_headers = ArcSwap::default();
        Ok(Self {
            kid,
            algorithm,
            jwk,
            public_key,
            header,
            encoded_headers,
            encoding_key,
            _handle: handle,
        })
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
        let json = serde_json::to_vec(claims).map_err(|_| SigningError::Claims)?;
        self.complete(self.signing_input(typ, &json)?)
    }

    /// The same for claims that are JSON already, together with what else is to be signed at this time:
    /// cheaper where many requests are answered at once.
    ///
    /// # Errors
    /// When the key gives no signature.
    pub async fn sign_json_in_company(
        self: &Arc<Self>,
        typ: &'static str,
        json: &[u8],
    ) -> Result<String, SigningError> {
        cohort::complete(self, self.signing_input(typ, json)?).await
    }

    /// Header and claims as they are signed (RFC 7515 section 5.1), with room for the signature.
    fn signing_input(&self, typ: &'static str, json: &[u8]) -> Result<String, SigningError> {
        // What `jsonwebtoken::encode` does, but that it writes the header anew and each part by itself.
        let header = self.encoded_header(typ)?;
        let length = header.len() + json.len().div_ceil(3) * 4 + signature_length(self.algorithm);
        let mut token = String::with_capacity(length + 2);
        token.push_str(&header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(json, &mut token);
        Ok(token)
    }

    /// Appends the signature.
    pub(super) fn complete(&self, mut signing_input: String) -> Result<String, SigningError> {
        let signature = crypto::sign(signing_input.as_bytes(), &self.encoding_key, self.header.alg)
            .map_err(|_| SigningError::Signature)?;
        signing_input.push('.');
        signing_input.push_str(&signature);
        Ok(signing_input)
    }

    /// The JOSE header with `typ`, in base64url; made once for each.
    fn encoded_header(&self, typ: &'static str) -> Result<Arc<str>, SigningError> {
        let known = self.encoded_headers.load();
        if let Some((_, header)) = known.iter().find(|(known, _)| *known == typ) {
            return Ok(Arc::clone(header));
        }
        let header = Header { typ: Some(typ.to_owned()), ..self.header.clone() };
        let json = serde_json::to_vec(&header).map_err(|_| SigningError::Signature)?;
        let encoded: Arc<str> = URL_SAFE_NO_PAD.encode(json).into();
        self.encoded_headers.rcu(|known| {
            let mut known = Vec::clone(known);
            known.push((typ, Arc::clone(&encoded)));
            known
        });
        Ok(encoded)
    }
}

/// How long a signature is in base64url; those of RSA keys above 2048 bits are longer.
const fn signature_length(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::Es256 | Algorithm::EdDsa => 86,
        Algorithm::Es384 => 128,
        Algorithm::Rs256 | Algorithm::Ps256 => 342,
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
