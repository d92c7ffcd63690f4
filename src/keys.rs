//! SIGNING: the private keys, the ring that says which of them signs when, and the sealing key.
//!
//! It must not know what a token says, who asks for it, nor where configuration comes from. No private
//! key leaves it in an error or in `Debug`.

mod entropy_rng;
mod error;
mod generate;
mod key_pair;
mod key_ring;
mod pem;
mod public_jwk;
mod ring_file;
mod schedule;
mod signing_key;

pub mod crypto_provider;

pub use error::{KeyError, SigningError, UnfitKey};
pub use generate::{RsaBits, generate_pkcs8_pem};
pub use key_ring::KeyRing;
pub use schedule::{JWKS_MAX_AGE, KeyState, KeyStatus, PUBLICATION_LEAD, SKEW};
pub use signing_key::SigningKey;
