//! Signet.
pub mod clock;
pub mod entropy;
pub mod keys;
pub mod oauth;
pub mod secret;
