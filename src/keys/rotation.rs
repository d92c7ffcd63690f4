//! What an operator does to the ring: `signet keys rotate` and `signet keys retire`.

use signet_verifier::Algorithm;

use super::{
    KeyDirectory, KeyError, PUBLICATION_LEAD,
    directory::pem_file,
    generate::{RsaBits, make},
    ring_file::RING_FILE,
};
use crate::{clock::Clock, entropy::Entropy};

/// When a rotated key begins to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotateWhen {
    /// Once every cached JWKS has it: nobody notices.
    AfterPublication,
    /// At once, for emergencies: verifiers that do not fetch the JWKS for an unknown `kid` refuse new
    /// tokens until their cache ends.
    Now,
}

/// What [`KeyDirectory::rotate`] did. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotated {
    /// A new key was made.
    Made {
        /// Its name.
        kid: String,
        /// From when it signs.
        signs_from: u64,
    },
    /// The key that was to sign later signs now.
    BroughtForward {
        /// Its name.
        kid: String,
        /// From when it signs.
        signs_from: u64,
    },
    /// There is a key that is to sign already; nothing was changed.
    AlreadyScheduled {
        /// Its name.
        kid: String,
        /// From when it signs.
        signs_from: u64,
    },
}

/// What [`KeyDirectory::retire`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// The key that now signs in place of the retired one, where that one signed.
    pub successor: Option<String>,
}

impl KeyDirectory {
    /// Gives `algorithm` its next key, or says which it is.
    ///
    /// # Errors
    /// When there is no ring, no key can be made, or the folder cannot be written.
    pub fn rotate(
        &self,
        algorithm: Algorithm,
        when: RotateWhen,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<Rotated, KeyError> {
        let (folder, mut ring) = self.lock()?;
        let next = self.schedule(&ring).next(algorithm, clock.now()).cloned();
        let rotated = match (next, when) {
            (Some(next), RotateWhen::AfterPublication) => {
                let (kid, signs_from) = (next.kid, next.signs_from);
                return Ok(Rotated::AlreadyScheduled { kid, signs_from });
            }
            (Some(mut next), RotateWhen::Now) => {
                let (kid, signs_from) = (next.kid.clone(), clock.now());
                // To the end of the list: of two keys of one second, the one listed later signs.
                ring.entries.retain(|entry| entry.kid != kid);
                next.signs_from = signs_from;
                ring.entries.push(next);
                Rotated::BroughtForward { kid, signs_from }
            }
            (None, when) => {
                let key = make(algorithm, RsaBits::default(), entropy)?;
                let (kid, now) = (key.kid.clone(), clock.now());
                let signs_from = match when {
                    RotateWhen::AfterPublication => now.saturating_add(PUBLICATION_LEAD.as_secs()),
                    RotateWhen::Now => now,
                };
                self.add(&folder, &mut ring, vec![(algorithm, key, signs_from)], now)?;
                Rotated::Made { kid, signs_from }
            }
        };
        folder.write(RING_FILE, ring.to_toml().as_bytes())?;
        Ok(rotated)
    }

    /// Removes a key at once, and with it the trust in every token that it signed. Where it signs now,
    /// the next key takes over at once.
    ///
    /// # Errors
    /// When the ring does not list `kid`, when no next key could take over, and when the folder cannot
    /// be written.
    pub fn retire(&self, kid: &str, clock: &dyn Clock) -> Result<Retired, KeyError> {
        let (folder, mut ring) = self.lock()?;
        let (schedule, now) = (self.schedule(&ring), clock.now());
        let position = schedule.entries().iter().position(|entry| entry.kid == kid);
        let position = position.ok_or_else(|| KeyError::UnknownKid { kid: kid.to_owned() })?;
        let algorithm = schedule.entries()[position].alg;

        let mut successor = None;
        ring.entries.retain(|entry| entry.kid != kid);
        if schedule.active(algorithm, now) == Some(position) {
            let next = schedule.next(algorithm, now).cloned();
            let mut next =
                next.ok_or_else(|| KeyError::LastKey { kid: kid.to_owned(), algorithm })?;
            ring.entries.retain(|entry| entry.kid != next.kid);
            next.signs_from = now;
            successor = Some(next.kid.clone());
            ring.entries.push(next);
        }
        // The ring first: a crash between leaves a file that nobody lists.
        folder.write(RING_FILE, ring.to_toml().as_bytes())?;
        folder.remove(&pem_file(kid))?;
        Ok(Retired { successor })
    }
}
