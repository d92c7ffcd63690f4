//! Verifies the access tokens of a Signet issuer (RFC 9068).

mod algorithm;
mod audience;
pub mod bearer;
mod claims;
pub mod clock;
pub mod fetch;
mod issuer;
mod json;
pub mod jwk;
pub mod jws;
mod keys;
pub mod metadata;
mod rejection;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use audience::Audience;
pub use claims::AccessTokenClaims;
pub use issuer::InvalidIssuer;
pub use keys::KeyFetchError;
pub use rejection::Rejection;
