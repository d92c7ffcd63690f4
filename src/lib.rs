//! Signet.
pub mod clock;
pub mod config;
pub mod directory;
pub mod entropy;
pub mod grants;
pub mod keys;
pub mod oauth;
pub mod secret;
pub mod store;
pub mod tokens;
