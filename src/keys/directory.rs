//! The key folder: where its files are, and how they become a [`KeyRing`] and [`SealingKeys`]. Whatever
//! is missing, unreadable, weak, open to everybody or inconsistent is refused. Changes are made next door.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use zeroize::Zeroizing;

use super::{
    Fingerprint, KeyError, KeyRing, SealingKeys, SigningKey, UnfitKey,
    locked_folder::LockedFolder,
    read_file::{Contents, read_file},
    ring_file::{RING_FILE, RingEntry, RingFile},
    schedule::Schedule,
    sealing_key::SEALING_KEY_FILE,
};

/// A PKCS#8 PEM of 4096 bits has 3.3 KB.
const PEM_LIMIT: u64 = 16 * 1024;
/// Room for a thousand keys.
const RING_LIMIT: u64 = 256 * 1024;

/// The folder that holds the keys. Any number of replicas may share it.
#[derive(Debug, Clone)]
pub struct KeyDirectory {
    pub(super) path: PathBuf,
    pub(super) longest_token_lifetime: Duration,
}

impl KeyDirectory {
    /// The folder at `path`. A key stays published for `longest_token_lifetime` (and [`super::SKEW`])
    /// after it has signed for the last time.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, longest_token_lifetime: Duration) -> Self {
        Self { path: path.into(), longest_token_lifetime }
    }

    /// Where the folder is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Loads every key that `ring.toml` lists. A PEM that it does not list is ignored: a writer writes
    /// the PEM first.
    ///
    /// # Errors
    /// Names the first file that is missing, unreadable, open to everybody, too large, weak, or at odds
    /// with the ring, and the mend.
    pub fn load(&self) -> Result<KeyRing, KeyError> {
        let mut ring = self.ring()?;
        loop {
            match self.load_listed(&ring) {
                // Another replica may have deleted a gone key since the ring was read: look again.
                Err(missing @ KeyError::NoKeyFile { .. }) => {
                    let reread = self.ring()?;
                    if reread == ring {
                        return Err(missing);
                    }
                    ring = reread;
                }
                done => return done,
            }
        }
    }

    /// Loads the sealing keys.
    ///
    /// # Errors
    /// When the file is missing, unreadable, open to everybody, too large, malformed or empty.
    pub fn load_sealing_keys(&self) -> Result<SealingKeys, KeyError> {
        SealingKeys::load(&self.path.join(SEALING_KEY_FILE))
    }

    /// A value that changes when a file of the folder does: cheap enough to ask for every second.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.path)
    }

    fn load_listed(&self, ring: &RingFile) -> Result<KeyRing, KeyError> {
        let schedule = self.schedule(ring);
        let keys = schedule.entries().iter().map(|entry| self.load_key(entry).map(Arc::new));
        let keys = keys.collect::<Result<_, _>>()?;
        Ok(KeyRing::new(schedule, keys))
    }

    fn load_key(&self, entry: &RingEntry) -> Result<SigningKey, KeyError> {
        let path = self.path.join(pem_file(&entry.kid));
        let Some(pem) = read_file(&path, Contents::Private, PEM_LIMIT)? else {
            return Err(KeyError::NoKeyFile { path });
        };
        let key = str::from_utf8(&pem)
            .map_err(|_| UnfitKey::NotPkcs8Pem)
            .and_then(|pem| SigningKey::from_pkcs8_pem(pem, entry.alg));
        match key {
            Ok(key) if key.kid() == entry.kid => Ok(key),
            Ok(key) => Err(KeyError::OtherKey { path, found: key.kid().to_owned() }),
            Err(reason) => Err(KeyError::Unfit { path, reason }),
        }
    }

    /// The ring file as it is now.
    pub(super) fn ring(&self) -> Result<RingFile, KeyError> {
        self.ring_if_any()?.ok_or_else(|| KeyError::NoRing { path: self.path.join(RING_FILE) })
    }

    /// The same; `None` where there is no file yet.
    pub(super) fn ring_if_any(&self) -> Result<Option<RingFile>, KeyError> {
        let path = self.path.join(RING_FILE);
        let bytes: Option<Zeroizing<Vec<u8>>> = read_file(&path, Contents::Public, RING_LIMIT)?;
        bytes.map(|bytes| RingFile::parse(&path, &bytes)).transpose()
    }

    pub(super) fn schedule(&self, ring: &RingFile) -> Schedule {
        Schedule::new(ring.entries.clone(), self.longest_token_lifetime)
    }

    /// The folder locked, and the ring as it is under the lock: what was read before may be stale.
    pub(super) fn lock(&self) -> Result<(LockedFolder<'_>, RingFile), KeyError> {
        self.ring()?;
        let folder = LockedFolder::lock(&self.path)?;
        let ring = self.ring()?;
        Ok((folder, ring))
    }
}

/// The name of a key's file.
pub(super) fn pem_file(kid: &str) -> String {
    format!("{kid}.pem")
}
