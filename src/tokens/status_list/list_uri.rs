//! A list's URI: its name and a tag (HMAC-SHA256, cut to 96 bits) by which every replica recognises it as
//! one of ours. Nobody can make up a list that Signet would then sign.

use std::{fmt, sync::Arc};

use arc_swap::ArcSwap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    keys::{DerivedKeys, SealingKeys},
    oauth::IssuerUrl,
    store::ListId,
};

/// The lists' path below the issuer.
pub const PATH: &str = "/status-lists";

/// What the key for the tags is derived for.
const LABEL: &str = "signet status list v1";

/// The bytes of a name.
const NAME: usize = 12;
/// The bytes of its tag in the URI.
const TAG: usize = 12;

/// Makes the lists' URIs and reads them.
pub struct ListUris {
    aggregation: String,
    keys: ArcSwap<DerivedKeys>,
}

impl ListUris {
    /// The URIs below `issuer`, with tags under a key derived from `sealing_keys`.
    #[must_use]
    pub fn new(issuer: &IssuerUrl, sealing_keys: &SealingKeys) -> Self {
        let keys = ArcSwap::from_pointee(sealing_keys.derive(LABEL));
        Self { aggregation: issuer.join(PATH), keys }
    }

    /// Goes over to other sealing keys; what the previous one tagged stays ours while it is among them.
    pub fn replace_keys(&self, sealing_keys: &SealingKeys) {
        self.keys.store(Arc::new(sealing_keys.derive(LABEL)));
    }

    /// Where the aggregation is: the URI that those of the lists are below.
    #[must_use]
    pub fn aggregation(&self) -> &str {
        &self.aggregation
    }

    /// The URI of a list that is opened now.
    #[must_use]
    pub fn uri(&self, list: ListId) -> Arc<str> {
        let name = list.to_bytes();
        self.join(name, self.keys.load().tag(&name)).into()
    }

    /// The URIs under which `list` may have been given out: one for each sealing key, the current one's
    /// first. There is one sealing key but while it is being replaced.
    #[must_use]
    pub fn all_uris(&self, list: ListId) -> Vec<String> {
        let name = list.to_bytes();
        self.keys.load().tags(&name).map(|tag| self.join(name, tag)).collect()
    }

    /// The list that `id`, the last segment of a URI, names; `None` where it is not ours.
    #[must_use]
    pub fn recognise(&self, id: &str) -> Option<ListId> {
        let mut bytes = [0; NAME + TAG];
        // 24 bytes are 32 characters and no bit more: a list has one URI to the letter.
        let length = URL_SAFE_NO_PAD.decode_slice(id, &mut bytes).ok()?;
        let (name, tag) = bytes.split_first_chunk::<NAME>()?;
        let ours = length == bytes.len() && self.keys.load().verifies(name, tag);
        ours.then(|| ListId::from_bytes(*name))
    }

    /// The list that a whole URI names; `None` where it is not ours.
    #[must_use]
    pub fn recognise_uri(&self, uri: &str) -> Option<ListId> {
        self.recognise(uri.strip_prefix(&self.aggregation)?.strip_prefix('/')?)
    }

    fn join(&self, name: [u8; NAME], tag: [u8; 32]) -> String {
        let mut bytes = [0; NAME + TAG];
        bytes[..NAME].copy_from_slice(&name);
        bytes[NAME..].copy_from_slice(&tag[..TAG]);
        format!("{}/{}", self.aggregation, URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl fmt::Debug for ListUris {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListUris").field("aggregation", &self.aggregation).finish_non_exhaustive()
    }
}
