//! Makes what the folder lacks: a key for each algorithm that has none, and the sealing key. At a first
//! start, and by `signet keys generate`.

use signet_verifier::Algorithm;

use super::{
    KeyDirectory, KeyError, SKEW,
    directory::pem_file,
    generate::{MadeKey, RsaBits, make},
    locked_folder::LockedFolder,
    ring_file::{RING_FILE, RingEntry, RingFile},
    sealing_key::{SEALING_KEY_FILE, generate_sealing_key},
};
use crate::{clock::Clock, entropy::Entropy};

impl KeyDirectory {
    /// Makes a key that signs at once for each of `algorithms` with no key that signs now, and the
    /// sealing key where it is missing; the folder too. Returns the names of the signing keys made. Does
    /// not ask to write where nothing is missing.
    ///
    /// # Errors
    /// When the ring is malformed, when no key can be made, and when the folder cannot be written.
    pub fn ensure(
        &self,
        algorithms: &[Algorithm],
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<Vec<String>, KeyError> {
        if let Some(ring) = self.ring_if_any()?
            && self.lacking(&ring, algorithms, clock.now()).is_empty()
            && !self.lacks_sealing_key()
        {
            return Ok(Vec::new());
        }

        let folder = LockedFolder::create_and_lock(&self.path)?;
        let listed = self.ring_if_any()?;
        let mut ring = listed.clone().unwrap_or_default();
        if self.lacks_sealing_key() {
            folder.write(SEALING_KEY_FILE, generate_sealing_key(entropy)?.as_bytes())?;
        }
        let lacking = self.lacking(&ring, algorithms, clock.now());
        let made = self.make_all(&lacking, entropy)?;
        let now = clock.now();
        let made = made.into_iter().map(|(algorithm, key)| (algorithm, key, now)).collect();
        let kids = self.add(&folder, &mut ring, made, now)?;
        if listed.as_ref() != Some(&ring) {
            folder.write(RING_FILE, ring.to_toml().as_bytes())?;
        }
        Ok(kids)
    }

    /// Makes a key for each of `algorithms`; nothing is written.
    pub(super) fn make_all(
        &self,
        algorithms: &[Algorithm],
        entropy: &dyn Entropy,
    ) -> Result<Vec<(Algorithm, MadeKey)>, KeyError> {
        let make = |algorithm| Ok((algorithm, make(algorithm, RsaBits::default(), entropy)?));
        algorithms.iter().copied().map(make).collect()
    }

    fn lacking(&self, ring: &RingFile, algorithms: &[Algorithm], now: u64) -> Vec<Algorithm> {
        let schedule = self.schedule(ring);
        let mut lacking: Vec<_> = algorithms
            .iter()
            .copied()
            .filter(|algorithm| schedule.active(*algorithm, now).is_none())
            .collect();
        lacking.sort_unstable();
        lacking.dedup();
        lacking
    }

    fn lacks_sealing_key(&self) -> bool {
        // A file that cannot be looked at is not missing; loading says what is wrong with it.
        matches!(self.path.join(SEALING_KEY_FILE).try_exists(), Ok(false))
    }
}

impl KeyDirectory {
    /// Writes the files of new keys, each with the time from which it signs, and adds them to `ring`.
    /// The ring is the caller's to write, afterwards: a crash between leaves files that nobody lists.
    pub(super) fn add(
        &self,
        folder: &LockedFolder<'_>,
        ring: &mut RingFile,
        made: Vec<(Algorithm, MadeKey, u64)>,
        now: u64,
    ) -> Result<Vec<String>, KeyError> {
        let mut kids = Vec::new();
        for (alg, MadeKey { kid, pem }, signs_from) in made {
            folder.write(&pem_file(&kid), pem.as_bytes())?;
            // The lifetime may be shortened later; the tokens issued until then keep theirs.
            let tail = self.longest_token_lifetime.saturating_add(SKEW).as_secs();
            let of_algorithm = ring.entries.iter_mut().filter(|entry| entry.alg == alg);
            if let Some(relieved) = of_algorithm.max_by_key(|entry| entry.signs_from) {
                let until = signs_from.saturating_add(tail);
                relieved.published_until = relieved.published_until.max(Some(until));
            }
            ring.entries.push(RingEntry {
                kid: kid.clone(),
                alg,
                created_at: now,
                signs_from,
                published_until: None,
            });
            kids.push(kid);
        }
        Ok(kids)
    }
}
