//! Sealed values: what must travel through a browser or a client and come back unread and unchanged, instead
//! of being stored. Authenticated encryption (AES-256-GCM), under a key that is derived for each value.

use std::{fmt, marker::PhantomData, sync::Arc};

use arc_swap::ArcSwap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, KeyType, Prk},
};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::{
    entropy::{Entropy, EntropyUnavailable},
    keys::SealingKeys,
};

/// How many random bytes make the key of one value: so many that no two values share one.
const SALT: usize = 24;

/// The length of an AES-256-GCM tag, in bytes.
const TAG: usize = 16;

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 32 * 1024;

/// Seals and opens the values of one purpose. Cheap to clone.
pub struct Sealer<T> {
    label: &'static str,
    keys: Arc<ArcSwap<SealingKeys>>,
    entropy: Arc<dyn Entropy>,
    kind: PhantomData<fn() -> T>,
}

/// Why a text cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOpened {
    /// Not sealed by this server for this purpose, or changed since.
    #[error("not sealed by this server for this purpose")]
    Foreign,
    /// Its time has passed.
    #[error("sealed by this server, and expired")]
    Expired,
}

impl<T: Serialize + DeserializeOwned> Sealer<T> {
    /// Seals for the purpose that `label` names, with the keys that are there at each call.
    #[must_use]
    pub fn new(
        label: &'static str,
        keys: Arc<ArcSwap<SealingKeys>>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { label, keys, entropy, kind: PhantomData }
    }

    /// Seals `value`; it can be opened before `expires_at`, in Unix seconds. The text is base64url.
    ///
    /// # Errors
    /// When there is no entropy; nothing may be handed out then.
    ///
    /// # Panics
    /// Where the value has no JSON form, which no type of ours lacks.
    pub fn seal(&self, value: &T, expires_at: u64) -> Result<String, EntropyUnavailable> {
        let mut salt = [0; SALT];
        self.entropy.fill(&mut salt)?;
        let mut sealed = Zeroizing::new(expires_at.to_be_bytes().to_vec());
        serde_json::to_writer(&mut *sealed, value)
            .expect("OK because sealed types have text keys and no failing parts");
        let (key, nonce) = key_of(self.keys.load().derive(self.label).current(), &salt);
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut *sealed)
            .expect("OK because AES-GCM takes 64 GiB");
        let mut text = String::with_capacity((SALT + sealed.len()).div_ceil(3) * 4);
        let bytes: Vec<u8> = salt.iter().chain(sealed.iter()).copied().collect();
        URL_SAFE_NO_PAD.encode_string(bytes, &mut text);
        Ok(text)
    }

    /// Opens what [`Self::seal`] sealed, also under a previous sealing key.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn open(&self, text: &str, now: u64) -> Result<T, NotOpened> {
        if text.len() > LONGEST {
            return Err(NotOpened::Foreign);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotOpened::Foreign)?;
        if bytes.len() < SALT + TAG + 8 {
            return Err(NotOpened::Foreign);
        }
        let (salt, sealed) = bytes.split_at(SALT);
        let opened = self.keys.load().derive(self.label).iter().find_map(|key| {
            let (key, nonce) = key_of(key, salt);
            let mut sealed = Zeroizing::new(sealed.to_vec());
            let length = key.open_in_place(nonce, Aad::empty(), &mut sealed).ok()?.len();
            sealed.truncate(length);
            Some(sealed)
        });
        let opened = opened.ok_or(NotOpened::Foreign)?;
        let (expires_at, json) = opened.split_first_chunk().ok_or(NotOpened::Foreign)?;
        if now >= u64::from_be_bytes(*expires_at) {
            return Err(NotOpened::Expired);
        }
        // Of another version of this server, where it cannot be read.
        serde_json::from_slice(json).map_err(|_| NotOpened::Foreign)
    }
}

/// The key and the nonce of one value: RFC 5869 section 2.3, from the key of the purpose.
fn key_of(purpose: &[u8; 32], salt: &[u8]) -> (LessSafeKey, Nonce) {
    const KEY: usize = 32;
    struct Length;
    impl KeyType for Length {
        fn len(&self) -> usize {
            KEY + NONCE_LEN
        }
    }
    let mut output = Zeroizing::new([0; KEY + NONCE_LEN]);
    Prk::new_less_safe(HKDF_SHA256, purpose)
        .expand(&[salt], Length)
        .and_then(|derived| derived.fill(&mut *output))
        .expect("OK because HKDF-SHA256 gives up to 255 times 32 bytes");
    let (key, nonce) = output.split_at(KEY);
    let key = UnboundKey::new(&AES_256_GCM, key).expect("OK because AES-256 takes 32 bytes");
    let nonce = Nonce::try_assume_unique_for_key(nonce).expect("OK because a nonce has 12 bytes");
    (LessSafeKey::new(key), nonce)
}

impl<T> Clone for Sealer<T> {
    fn clone(&self) -> Self {
        Self {
            label: self.label,
            keys: Arc::clone(&self.keys),
            entropy: Arc::clone(&self.entropy),
            kind: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Sealer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("label", &self.label).finish_non_exhaustive()
    }
}
