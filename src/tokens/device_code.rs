//! Device codes (RFC 8628 section 3.2): `sgd_` and the base64url of the request's name, the time when it
//! expires and a tag over both and the application. None is stored. Another application's, one of nobody's
//! and one that has expired are told apart without asking the store.

use std::sync::Arc;

use arc_swap::ArcSwap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    keys::SealingKeys,
    oauth::{ClientId, UserCode},
    secret::Secret,
    store::{FamilyId, Identifier},
};

/// What device codes begin with, so that scanners of leaked secrets know them.
const PREFIX: &str = "sgd_";

/// The purposes, for the derivation of the keys.
const LABEL: &str = "signet device code v1";
const USER_CODE_LABEL: &str = "signet user code v1";

const NAME: usize = 16;
const MESSAGE: usize = NAME + 4;
const TAG: usize = 16;
/// 36 bytes are a whole number of base64 quanta: each code has one spelling.
const ENCODED: usize = (MESSAGE + TAG) / 3 * 4;

/// What a device code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceCodeParts {
    /// The request, and the grant that may come of it.
    pub id: FamilyId,
    /// When it expires, in Unix seconds.
    pub expires_at: u64,
}

/// Writes and reads device codes, and tags user codes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct DeviceCodes(Arc<ArcSwap<SealingKeys>>);

impl DeviceCodes {
    /// Tags with the keys that are there at each call.
    #[must_use]
    pub const fn new(keys: Arc<ArcSwap<SealingKeys>>) -> Self {
        Self(keys)
    }

    /// The code of `client_id` that says `parts`.
    #[must_use]
    pub fn write(&self, parts: DeviceCodeParts, client_id: &ClientId) -> Secret {
        let mut bytes = [0; MESSAGE + TAG];
        bytes[..NAME].copy_from_slice(parts.id.as_bytes());
        let expires_at = u32::try_from(parts.expires_at).unwrap_or(u32::MAX);
        bytes[NAME..MESSAGE].copy_from_slice(&expires_at.to_be_bytes());
        let tag = self.0.load().derive(LABEL).tag(&message(&bytes[..MESSAGE], client_id));
        bytes[MESSAGE..].copy_from_slice(&tag[..TAG]);
        Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Reads a code that `client_id` presents; `None` where Signet did not issue it, or to another. It may
    /// have expired.
    #[must_use]
    pub fn read(&self, presented: &Secret, client_id: &ClientId) -> Option<DeviceCodeParts> {
        let encoded = presented.expose().strip_prefix(PREFIX)?;
        if encoded.len() != ENCODED {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let (said, tag) = bytes.split_at_checked(MESSAGE)?;
        if !self.0.load().derive(LABEL).verifies(&message(said, client_id), tag) {
            return None;
        }
        let (id, expires_at) = said.split_at(NAME);
        Some(DeviceCodeParts {
            id: FamilyId::from_bytes(id.try_into().ok()?),
            expires_at: u32::from_be_bytes(expires_at.try_into().ok()?).into(),
        })
    }

    /// What the store knows a user code by. It is so short that whoever had its bare digest could try all.
    #[must_use]
    pub fn tag(&self, user_code: &UserCode) -> Identifier {
        self.0.load().derive(USER_CODE_LABEL).tag(user_code.letters())
    }

    /// What the store may know a user code by: by the current key, then by previous ones.
    #[must_use]
    pub fn tags(&self, user_code: &UserCode) -> Vec<Identifier> {
        self.0.load().derive(USER_CODE_LABEL).tags(user_code.letters()).collect()
    }
}

/// What is tagged; the first part has one length.
fn message(said: &[u8], client_id: &ClientId) -> Vec<u8> {
    [said, client_id.as_str().as_bytes()].concat()
}
