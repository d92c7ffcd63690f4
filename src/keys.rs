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
mod schedule;
mod sealing_key;
mod signing_key;

pub mod crypto_provider;

pub use directory::KeyDirectory;
pub use error::{KeyError, SigningError, UnfitKey};
pub use fingerprint::Fingerprint;
pub use generate::{RsaBits, generate_pkcs8_pem};
pub use key_ring::KeyRing;
pub use schedule::{JWKS_MAX_AGE, KeyState, KeyStatus, PUBLICATION_LEAD, SKEW};
pub use sealing_key::{DerivedKeys, SealingKeys};
pub use signing_key::SigningKey;
