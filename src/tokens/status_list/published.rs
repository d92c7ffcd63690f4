//! The lists as resource servers read them: any list of ours, whichever replica opened it. What is revoked
//! is in the store; this process keeps what it signed, asks for changes once a second at most, at once
//! where it heard of one, and signs anew where there are some.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use moka::{policy::EvictionPolicy, sync::Cache};
use sha2::{Digest, Sha256};
use signet_verifier::{Algorithm, status_list::StatusListAggregation};
use tokio::sync::broadcast::{self, error::TryRecvError};

use super::{
    ListUris, StatusLists,
    signed_list::{LIFETIME, SignedList, UnsignedList},
};
use crate::{
    clock::Clock,
    keys::{KeyRing, SigningError},
    store::{ListId, RevocationEvent, RevocationList, Store, StoreError},
};

/// How much memory the signed lists may take, in bytes. Most take two kilobytes.
const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// Why there is no list to answer with.
#[derive(Debug, thiserror::Error)]
pub enum NoStatusList {
    /// Not one of ours, or every token on it has ended.
    #[error("no such list")]
    Unknown,
    /// What is revoked cannot be known at the moment.
    #[error("the store is away, and the copy at hand is too old")]
    Unknowable,
    /// No key of that algorithm signs at the moment.
    #[error("the key ring has no active {0} key")]
    NoActiveKey(Algorithm),
    /// The signature failed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// A defect of ours.
    #[error("signing a status list was broken off")]
    BrokenOff,
}

/// The signed lists.
pub struct PublishedLists {
    places: Arc<StatusLists>,
    keys: Arc<ArcSwap<KeyRing>>,
    algorithm: ArcSwap<Algorithm>,
    clock: Arc<dyn Clock>,
    revocations: Arc<dyn RevocationList>,
    /// What was revoked since the last request.
    events: Mutex<broadcast::Receiver<RevocationEvent>>,
    /// By the last segment of the URI.
    kept: Cache<String, Arc<Kept>>,
}

/// What is known of one list.
struct Kept {
    list: ListId,
    /// How many changes were heard of.
    changes: AtomicU64,
    /// Locked for as long as one request looks, so that many do not look at once.
    known: tokio::sync::Mutex<Known>,
    bytes: AtomicU32,
}

#[derive(Default)]
struct Known {
    /// When the store was last asked, and after how many changes.
    looked: Option<(u64, u64)>,
    /// What is signed, and the digest of what was revoked then.
    signed: Option<(Arc<SignedList>, [u8; 32])>,
}

impl PublishedLists {
    /// Nothing is signed yet. `algorithm` is that of access tokens.
    #[must_use]
    pub fn new(
        places: Arc<StatusLists>,
        keys: Arc<ArcSwap<KeyRing>>,
        algorithm: Algorithm,
        store: &Store,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let kept = Cache::builder()
            .max_capacity(MOST_BYTES)
            .weigher(|_, kept: &Arc<Kept>| kept.bytes.load(Ordering::Relaxed))
            .eviction_policy(EvictionPolicy::lru())
            .time_to_idle(Duration::from_secs(LIFETIME))
            .build();
        Self {
            places,
            keys,
            algorithm: ArcSwap::from_pointee(algorithm),
            clock,
            revocations: Arc::clone(&store.revocations),
            events: Mutex::new(store.revocations.events()),
            kept,
        }
    }

    /// Lists are signed with `algorithm` from now on.
    pub fn sign_with(&self, algorithm: Algorithm) {
        self.algorithm.store(Arc::new(algorithm));
    }

    /// Which lists there are: those on which something is revoked, and those that tokens are put on here.
    ///
    /// # Errors
    /// [`StoreError`], when it is not known: a list left out would be taken for one without a revocation.
    pub async fn aggregation(&self) -> Result<StatusListAggregation, StoreError> {
        let revoked = self.revocations.lists(self.clock.now()).await?;
        let uris = revoked.into_iter().flat_map(|list| self.uris().all_uris(list));
        let open = self.places.open_lists().into_iter().map(|uri| String::from(&*uri));
        let mut status_lists: Vec<String> = uris.chain(open).collect();
        status_lists.sort_unstable();
        status_lists.dedup();
        Ok(StatusListAggregation { status_lists })
    }

    /// The list that `id`, the last segment of its URI, names.
    ///
    /// # Errors
    /// [`NoStatusList`].
    pub async fn get(&self, id: &str) -> Result<Arc<SignedList>, NoStatusList> {
        let list = self.uris().recognise(id).ok_or(NoStatusList::Unknown)?;
        if u64::from(list.expires_at) <= self.clock.now() {
            return Err(NoStatusList::Unknown);
        }
        self.hear();
        let kept = self.kept.get_with_by_ref(id, || Arc::new(Kept::nothing_of(list)));
        let mut known = kept.known.lock().await;
        let now = self.clock.now();
        let looks = (now, kept.changes.load(Ordering::SeqCst));
        if known.looked != Some(looks) {
            match self.revocations.bitmap(list).await {
                Ok(bytes) => {
                    let signed = self.sign_changes(id, bytes.unwrap_or_default(), &known).await?;
                    if let Some((signed, digest)) = signed {
                        kept.bytes.store(weight(&signed), Ordering::Relaxed);
                        known.signed = Some((signed, digest));
                        // Weighs it again.
                        self.kept.insert(id.to_owned(), Arc::clone(&kept));
                    }
                }
                Err(error) => tracing::debug!(%error, "status lists as they were last known"),
            }
            // Also where the store is away: not every request waits for it.
            known.looked = Some(looks);
        }
        match &known.signed {
            Some((signed, _)) if now < signed.exp => Ok(Arc::clone(signed)),
            _ => Err(NoStatusList::Unknowable),
        }
    }

    /// Signs `bytes`, unless what is known says the same, by the same key, and for long enough.
    async fn sign_changes(
        &self,
        id: &str,
        bytes: Vec<u8>,
        known: &Known,
    ) -> Result<Option<(Arc<SignedList>, [u8; 32])>, NoStatusList> {
        let now = self.clock.now();
        let algorithm = **self.algorithm.load();
        let keys = self.keys.load_full();
        let key =
            keys.signing_key(algorithm, now).ok_or(NoStatusList::NoActiveKey(algorithm))?.clone();
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        let serves = |(signed, signed_digest): &(Arc<SignedList>, [u8; 32])| {
            *signed_digest == digest
                && signed.kid == key.kid()
                && (signed.iat..signed.iat + LIFETIME / 2).contains(&now)
        };
        if known.signed.as_ref().is_some_and(serves) {
            return Ok(None);
        }
        let aggregation_uri = self.uris().aggregation().to_owned();
        let uri = format!("{aggregation_uri}/{id}");
        let unsigned = UnsignedList { uri, aggregation_uri, bytes, iat: now };
        let signing = tokio::task::spawn_blocking(move || unsigned.sign(&key));
        let signed = signing.await.map_err(|_| NoStatusList::BrokenOff)??;
        Ok(Some((Arc::new(signed), digest)))
    }

    /// Takes note of what was revoked since the last request, so that this one sees it.
    fn hear(&self) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match events.try_recv() {
                Ok(RevocationEvent::Revoked(revoked)) => {
                    self.changed(|kept| kept.list == revoked.list);
                }
                Ok(RevocationEvent::Missed) | Err(TryRecvError::Lagged(_)) => {
                    self.changed(|_| true);
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    fn changed(&self, meant: impl Fn(&Kept) -> bool) {
        for (_, kept) in &self.kept {
            if meant(&kept) {
                kept.changes.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    fn uris(&self) -> &ListUris {
        self.places.uris()
    }
}

impl Kept {
    fn nothing_of(list: ListId) -> Self {
        Self {
            list,
            changes: AtomicU64::new(0),
            known: tokio::sync::Mutex::default(),
            bytes: AtomicU32::new(1024),
        }
    }
}

fn weight(signed: &SignedList) -> u32 {
    u32::try_from(signed.token.len() + signed.gzipped.len() + 1024).unwrap_or(u32::MAX)
}

impl fmt::Debug for PublishedLists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublishedLists").field("places", &self.places).finish_non_exhaustive()
    }
}
