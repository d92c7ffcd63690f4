//! Skeleton.
#![allow(missing_docs)]
mod algorithm; mod audience; mod claims; pub mod clock; pub mod jwk;
pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use audience::Audience;
pub use claims::AccessTokenClaims;
