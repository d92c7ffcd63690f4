//! Signet.
pub mod clock;
pub mod entropy;
pub mod keys;
pub mod secret;
