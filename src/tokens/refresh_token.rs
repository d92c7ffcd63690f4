//! Refresh tokens (RFC 6749 section 1.5): `sgr_` and the base64url of family, generation and tag. The
//! tag, an HMAC under the sealing key, says that Signet issued it: garbage is refused without asking
//! the store, and the store holds no token.

use std::sync::Arc;

use arc_swap::ArcSwap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    keys::{DerivedKeys, SealingKeys},
    secret::Secret,
    store::FamilyId,
};

/// What refresh tokens begin with, so that scanners of leaked secrets know them.
pub(super) const PREFIX: &str = "sgr_";

/// The purpose, for the derivation of the key.
const LABEL: &str = "signet refresh token v1";

const FAMILY: usize = 16;
const GENERATION: usize = 4;
const TAG: usize = 16;
const MESSAGE: usize = FAMILY + GENERATION;
/// 36 bytes are a whole number of base64 quanta: each token has one spelling.
const ENCODED: usize = (MESSAGE + TAG) / 3 * 4;

/// What a refresh token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshTokenParts {
    /// The grant.
    pub family: FamilyId,
    /// Which of its tokens this is; the first is 1.
    pub generation: u32,
}

/// Writes and reads refresh tokens. Cheap to clone.
#[derive(Debug, Clone)]
pub struct RefreshTokens(Arc<ArcSwap<DerivedKeys>>);

impl RefreshTokens {
    /// Tags with a key derived from `sealing_keys`.
    #[must_use]
    pub fn new(sealing_keys: &SealingKeys) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(sealing_keys.derive(LABEL))))
    }

    /// Goes over to other sealing keys; what the previous one tagged stays good while it is among them.
    pub fn replace_keys(&self, sealing_keys: &SealingKeys) {
        self.0.store(Arc::new(sealing_keys.derive(LABEL)));
    }

    /// The token that says `parts`; the same one whenever it is asked for.
    #[must_use]
    pub fn write(&self, parts: RefreshTokenParts) -> Secret {
        let mut bytes = [0; MESSAGE + TAG];
        bytes[..FAMILY].copy_from_slice(parts.family.as_bytes());
        bytes[FAMILY..MESSAGE].copy_from_slice(&parts.generation.to_be_bytes());
        let tag = self.0.load().tag(&bytes[..MESSAGE]);
        bytes[MESSAGE..].copy_from_slice(&tag[..TAG]);
        let mut token = String::with_capacity(PREFIX.len() + ENCODED);
        token.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(bytes, &mut token);
        Secret::new(token)
    }

    /// Reads a token that somebody presents; `None` where Signet did not issue it.
    #[must_use]
    pub fn read(&self, presented: &Secret) -> Option<RefreshTokenParts> {
        let encoded = presented.expose().strip_prefix(PREFIX)?;
        if encoded.len() != ENCODED {
            return None;
        }
        let mut bytes = [0; MESSAGE + TAG];
        let length = URL_SAFE_NO_PAD.decode_slice(encoded, &mut bytes).ok()?;
        let (message, tag) = bytes.split_at(MESSAGE);
        if length != bytes.len() || !self.0.load().verifies(message, tag) {
            return None;
        }
        let (family, generation) = message.split_at(FAMILY);
        Some(RefreshTokenParts {
            family: FamilyId::from_bytes(family.try_into().ok()?),
            generation: u32::from_be_bytes(generation.try_into().ok()?),
        })
    }
}
