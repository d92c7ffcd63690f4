//! A JWS in its compact form (RFC 7515 section 7.1), read strictly. What a token says stays out of
//! reach until a key has proved it: only [`CompactJws::verify`] makes a [`Payload`].

mod error;
mod header;
mod payload;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

pub use error::{MalformedJws, SignatureError};
pub use header::JoseHeader;
pub(crate) use payload::typed as typed_claims;
pub use payload::{MalformedClaims, Payload};

use crate::{json, jwk::PublicKey};

/// The longest token that is looked at, in bytes.
pub const MAX_LENGTH: usize = 16 * 1024;

/// A well-formed compact JWS that nobody has vouched for yet.
#[derive(Debug, Clone)]
pub struct CompactJws<'t> {
    signing_input: &'t str,
    header: JoseHeader,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'t> CompactJws<'t> {
    /// Reads `token`: three parts of strict base64url, the first of them a header that is understood.
    /// Nothing is decoded of a token longer than [`MAX_LENGTH`]. Keys that a header brings along
    /// (`jwk`, `jku`, `x5u`, `x5c`) are ignored.
    ///
    /// # Errors
    /// One variant per departure from the format.
    pub fn parse(token: &'t str) -> Result<Self, MalformedJws> {
        Self::parse_up_to(token, MAX_LENGTH)
    }

    /// As [`Self::parse`], for what may be longer than a token that requests carry.
    pub(crate) fn parse_up_to(token: &'t str, limit: usize) -> Result<Self, MalformedJws> {
        if token.len() > limit {
            return Err(MalformedJws::TooLong);
        }
        let (signing_input, signature) =
            token.rsplit_once('.').ok_or(MalformedJws::NotThreeParts)?;
        let (header, payload) = signing_input.split_once('.').ok_or(MalformedJws::NotThreeParts)?;
        if payload.contains('.') {
            return Err(MalformedJws::NotThreeParts);
        }
        Ok(Self {
            signing_input,
            header: JoseHeader::parse(&decode(header)?)?,
            payload: decode(payload)?,
            signature: decode(signature)?,
        })
    }

    /// The header: by itself no more than a hint at which key to try.
    #[must_use]
    pub const fn header(&self) -> &JoseHeader {
        &self.header
    }

    /// Verifies the signature with `key`, and hands out the payload that it proves.
    ///
    /// # Errors
    /// The header names another algorithm than the key's, or the signature does not hold.
    pub fn verify(&self, key: &PublicKey) -> Result<Payload<'_>, SignatureError> {
        // "The library MUST ensure that the "alg" or "enc" header specifies the same algorithm that is
        // used for the cryptographic operation" (RFC 8725 section 3.1).
        if self.header.alg != key.algorithm() {
            return Err(SignatureError::AlgorithmMismatch);
        }
        key.verify(self.signing_input.as_bytes(), &self.signature)?;
        Ok(Payload::of_verified(&self.payload))
    }

    /// The string claim `name` as the bearer wrote it, with no signature checked: good for choosing
    /// whose keys to try (the `iss` of a client assertion), and for nothing else. `None` where the
    /// payload is no JSON object with unique names, or the claim is missing or no string.
    #[must_use]
    pub fn dangerous_unverified_claim(&self, name: &str) -> Option<String> {
        let claims = json::object(&self.payload).ok()?;
        claims.get(name)?.as_str().map(str::to_owned)
    }
}

/// "Base64url-decode the encoded representation …, following the restriction that no line breaks,
/// whitespace, or other additional characters have been used" (RFC 7515 section 5.2). Padding and
/// trailing bits that are not zero are such additions: each token has one spelling.
fn decode(part: &str) -> Result<Vec<u8>, MalformedJws> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| MalformedJws::NotBase64url)
}
