//! SIGNING: the private keys, the ring that says which of them signs when, and the sealing key.
//!
//! The room owns one folder: a `{kid}.pem` for each signing key (PKCS#8, RFC 5958), `ring.toml` with
//! their times, and `sealing.key`. What it hands out are snapshots of that folder: a [`KeyRing`] that
//! signs JWTs (RFC 7515) and names the public keys to publish (RFC 7517), and [`SealingKeys`] from which
//! each purpose derives a key of its own (RFC 5869).
//!
//! It must not know what a token says, who asks for it, nor where configuration comes from. No private
//! key leaves it but into a file that only its owner can read: not in an error, not in `Debug`.
//!
//! A key's life (the times are in the folder, so that all replicas agree):
//! 1. [`KeyDirectory::maintain`], or an operator's [`KeyDirectory::rotate`], writes a `next` key.
//! 2. Every replica notices by [`KeyDirectory::fingerprint`], loads, and publishes it.
//! 3. [`PUBLICATION_LEAD`] later no verifier has an older JWKS in its cache: the key signs.
//! 4. Its successor takes over; it stays published until the last token that it signed has ended.
//! 5. [`KeyDirectory::maintain`] deletes it.
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path();
//! use std::time::Duration;
//!
//! use signet::{
//!     clock::{Clock, SystemClock},
//!     entropy::SystemEntropy,
//!     keys::KeyDirectory,
//! };
//! use signet_verifier::Algorithm;
//!
//! let keys = KeyDirectory::new(path, Duration::from_secs(600));
//! keys.ensure(&[Algorithm::Es256], &SystemClock, &SystemEntropy)?;
//!
//! let (ring, now) = (keys.load()?, SystemClock.now());
//! let key = ring.signing_key(Algorithm::Es256, now).ok_or("nothing signs ES256")?;
//! let token = key.sign("at+jwt", &serde_json::json!({"sub": "somebody"}))?;
//! assert_eq!(token.split('.').count(), 3);
//! assert_eq!(ring.jwks(now).keys[0].kid.as_deref(), Some(key.kid()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cohort;
mod directory;
mod entropy_rng;
mod error;
mod fingerprint;
mod generate;
mod key_pair;
mod key_ring;
mod locked_folder;
mod pem;
mod provision;
mod public_jwk;
mod read_file;
mod ring_file;
mod rotation;
mod schedule;
mod sealing_key;
mod signing_key;
mod tag;
mod upkeep;

pub mod crypto_provider;

pub use directory::KeyDirectory;
pub use error::{KeyError, SigningError, UnfitKey};
pub use fingerprint::Fingerprint;
pub use generate::{RsaBits, generate_pkcs8_pem};
pub use key_ring::KeyRing;
pub use rotation::{Retired, RotateWhen, Rotated};
pub use schedule::{JWKS_MAX_AGE, KeyState, KeyStatus, PUBLICATION_LEAD, SKEW};
pub use sealing_key::{DerivedKeys, SealingKeys};
pub use signing_key::SigningKey;
pub use upkeep::Maintained;
