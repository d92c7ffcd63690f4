//! One status list token (section 5.1), signed, in the forms in which it travels.

use std::{
    io::{self, Write},
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use signet_verifier::status_list::{Bits, StatusList, StatusListClaims, StatusListMember, TYP};

use crate::{
    keys::{SigningError, SigningKey},
    store::LIST_SIZE,
};

/// How long a copy serves before a newer one should be fetched, in seconds: the longest that a revocation
/// goes unseen by a resource server that does not listen to events.
pub(super) const TTL: u64 = 5;

/// How long a copy serves at all, in seconds: resource servers ride out a short outage, and refuse then.
pub(super) const LIFETIME: u64 = 900;

/// "It is RECOMMENDED to use the highest compression level available" (section 4.1).
const BEST: u32 = 9;

/// A status list token.
#[derive(Debug)]
pub struct SignedList {
    /// The compact JWT.
    pub token: Bytes,
    /// The same, compressed (RFC 1952).
    pub gzipped: Bytes,
    /// What tells it from every other: a digest, in characters that an entity tag may have.
    pub digest: String,
    pub(super) kid: String,
    pub(super) iat: u64,
    pub(super) exp: u64,
}

/// What is to be signed.
pub(super) struct UnsignedList {
    /// The list's URI, as the tokens on it bear it.
    pub(super) uri: String,
    pub(super) aggregation_uri: String,
    /// One bit a place, cut behind the last that is not zero.
    pub(super) bytes: Vec<u8>,
    pub(super) iat: u64,
}

impl UnsignedList {
    /// Takes milliseconds where much is revoked: not for a thread that answers requests.
    pub(super) fn sign(mut self, key: &Arc<SigningKey>) -> Result<SignedList, SigningError> {
        // Every place is on the list from the start: its length tells nothing.
        self.bytes.resize(LIST_SIZE as usize / 8, 0);
        let exp = self.iat + LIFETIME;
        let claims = StatusListClaims {
            // Section 5.1: "The value MUST be equal to that of the uri claim contained in the status_list
            // claim of the Referenced Token."
            sub: self.uri,
            iat: self.iat,
            exp: Some(exp),
            ttl: Some(TTL),
            status_list: StatusListMember {
                bits: Bits::One,
                lst: StatusList::from_bytes(Bits::One, self.bytes).encode(BEST),
                aggregation_uri: Some(self.aggregation_uri),
            },
        };
        // Section 5.1: "typ: REQUIRED. The JWT type MUST be "statuslist+jwt"".
        let token = key.sign(TYP, &claims)?;
        let gzipped = gzip(token.as_bytes()).expect("OK because a vector takes every write").into();
        let digest = URL_SAFE_NO_PAD.encode(&Sha256::digest(&token)[..16]);
        let kid = key.kid().to_owned();
        Ok(SignedList { token: token.into(), gzipped, digest, kid, iat: self.iat, exp })
    }
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}
