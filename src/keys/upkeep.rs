//! What every replica does to the ring by itself, about once a minute: makes the next key when it is due,
//! and deletes keys that are gone. Replicas may do so at the same moment.

use std::time::Duration;

use signet_verifier::Algorithm;

use super::{
    KeyDirectory, KeyError, PUBLICATION_LEAD,
    directory::pem_file,
    ring_file::{RING_FILE, RingFile},
    schedule::{KeyState, Schedule},
};
use crate::{clock::Clock, entropy::Entropy};

/// What [`KeyDirectory::maintain`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Maintained {
    /// The names of the keys that were made.
    pub made: Vec<String>,
    /// The names of the keys that were deleted.
    pub deleted: Vec<String>,
}

impl KeyDirectory {
    /// Makes the next key of each of `algorithms` whose active key will soon have signed for
    /// `rotate_every` (`None`: never), early enough for it to be published first, and deletes the keys
    /// that are no longer published. Does not ask to write where nothing is due.
    ///
    /// # Errors
    /// When there is no ring, no key can be made, or the folder cannot be written. The keys in use stay
    /// as they are.
    pub fn maintain(
        &self,
        rotate_every: Option<Duration>,
        algorithms: &[Algorithm],
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<Maintained, KeyError> {
        let due =
            |ring: &RingFile| Due::at(clock.now(), &self.schedule(ring), rotate_every, algorithms);
        if due(&self.ring()?).is_nothing() {
            return Ok(Maintained::default());
        }

        // Another replica may have been quicker: under the lock, the ring is read and asked again.
        let (folder, mut ring) = self.lock()?;
        let due = due(&ring);
        if due.is_nothing() {
            return Ok(Maintained::default());
        }
        let Due { rotations, gone } = due;
        let due_algorithms: Vec<_> = rotations.iter().map(|rotation| rotation.algorithm).collect();
        let made = self.make_all(&due_algorithms, entropy)?;
        // Read again: to make an RSA key takes a while, and publication begins only now.
        let now = clock.now();
        let made = made.into_iter().zip(rotations).map(|((algorithm, key), rotation)| {
            let published = now.saturating_add(PUBLICATION_LEAD.as_secs());
            (algorithm, key, rotation.relieves_at.max(published))
        });
        let made = self.add(&folder, &mut ring, made.collect(), now)?;

        ring.entries.retain(|entry| !gone.contains(&entry.kid));
        folder.write(RING_FILE, ring.to_toml().as_bytes())?;
        for kid in &gone {
            folder.remove(&pem_file(kid))?;
        }
        Ok(Maintained { made, deleted: gone })
    }
}

/// What there is to do at a time.
struct Due {
    rotations: Vec<Rotation>,
    gone: Vec<String>,
}

/// A key that should soon be relieved.
struct Rotation {
    algorithm: Algorithm,
    /// When the active key will have signed for as long as it should.
    relieves_at: u64,
}

impl Due {
    fn at(
        now: u64,
        schedule: &Schedule,
        rotate_every: Option<Duration>,
        algorithms: &[Algorithm],
    ) -> Self {
        let rotation = |algorithm| {
            let active = &schedule.entries()[schedule.active(algorithm, now)?];
            let relieves_at = active.signs_from.saturating_add(rotate_every?.as_secs());
            let due = relieves_at <= now.saturating_add(PUBLICATION_LEAD.as_secs());
            (due && schedule.next(algorithm, now).is_none())
                .then_some(Rotation { algorithm, relieves_at })
        };
        let gone = schedule.statuses(now).into_iter().filter(|key| key.state == KeyState::Gone);
        let distinct =
            Algorithm::ALL.into_iter().filter(|algorithm| algorithms.contains(algorithm));
        Self {
            rotations: distinct.filter_map(rotation).collect(),
            gone: gone.map(|key| key.kid).collect(),
        }
    }

    fn is_nothing(&self) -> bool {
        self.rotations.is_empty() && self.gone.is_empty()
    }
}
