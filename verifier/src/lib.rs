//! Verifies the access tokens of a Signet issuer (RFC 9068).

mod algorithm;
mod audience;
mod claims;
pub mod clock;
pub mod jwk;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use audience::Audience;
pub use claims::AccessTokenClaims;
