//! Signet.
pub mod clock;
pub mod entropy;
pub mod secret;
