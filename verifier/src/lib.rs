//! For resource servers: verifies the access tokens of a Signet issuer offline, from the issuer's URL
//! alone (RFC 9068). One [`Verifier`] per issuer and audience; it hands out [`Verified`] claims, or a
//! [`Rejection`] that knows its HTTP status and its challenge (RFC 6750).
//!
//! ```
//! use std::sync::Arc;
//! use signet_verifier::{Rejection, Verifier, clock::Clock, jwk::JwkSet};
//!
//! #[derive(Debug)]
//! struct Noon;
//! impl Clock for Noon {
//!     fn now(&self) -> u64 { 1_800_000_000 }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let keys: JwkSet = serde_json::from_str(r#"{"keys": [{
//!     "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA",
//!     "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
//!     "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
//! }]}"#)?;
//! let verifier = Verifier::builder("https://issuer.example", "https://api.example.com")
//!     .keys(keys)              // fixed, so that this example needs no network
//!     .clock(Arc::new(Noon))   // and a moment at which its token is valid
//!     .build()?;
//!
//! let token = "eyJhbGciOiJFZERTQSIsImtpZCI6ImtQcktfcW14VldhWVZBOXd3QkY2SXVvM3ZWeno3VHhIQ1R3WEJ5Z3JT\
//!     NGsiLCJ0eXAiOiJhdCtqd3QifQ.eyJhdWQiOiJodHRwczovL2FwaS5leGFtcGxlLmNvbSIsImNsaWVudF9pZCI6ImRlb\
//!     W8iLCJleHAiOjE4MDAwMDA2MDAsImlhdCI6MTgwMDAwMDAwMCwiaXNzIjoiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIsI\
//!     mp0aSI6ImIyYzMiLCJzY29wZSI6InJlYWQiLCJzdWIiOiJkZW1vIn0.VZi6-hFQFEWrjqVGnmzMQL-6VV4p5rPE0WFdo\
//!     N5I_TTnB-U16qqNRzsONvDdD5GWJ2MKBBWe6g2sAwDzw8mYCA";
//! let verified = verifier.verify(token).await?;
//! assert_eq!(verified.sub, "demo");
//! verified.require_scope("read")?;
//!
//! let rejection = verified.require_scope("write").unwrap_err();
//! assert_eq!((rejection.status(), rejection.error()), (403, Some("insufficient_scope")));
//! # Ok(())
//! # }
//! ```
//!
//! In earnest there are two lines to it. The verifier finds the issuer's metadata and keys by itself,
//! when the first token comes, and keeps them:
//!
//! ```no_run
//! use signet_verifier::{Rejection, Verifier};
//!
//! # async fn handler(authorization: Option<&[u8]>) -> Result<(), Box<dyn std::error::Error>> {
//! let verifier = Verifier::builder("https://issuer.example", "https://api.example.com").build()?;
//! let verified = verifier.verify_authorization_header(authorization).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What a verifier does about keys
//!
//! While its key set is fresh, nothing waits and nothing is asked. Past that the set serves on while
//! one fetch, in the background, gets another; past its bound it serves no more, and tokens are
//! answered 503 ([`Rejection::KeysUnavailable`]), never `invalid_token`. A token of an unknown key
//! leads to one fetch per cool-down, however many such tokens come. All of this can be chosen:
//! [`VerifierBuilder`].
//!
//! # What it does not do
//!
//! It does not ask whether a token was revoked: tokens live for minutes, and the issuer's status lists
//! tell the rest. It accepts dates in whole seconds only, as Signet writes them, although RFC 7519
//! would allow fractions. It contains no signing code, and neither uses the crate `jsonwebtoken` nor
//! installs a TLS provider: both would have it choose a cryptographic provider for the whole process,
//! which is for the application to choose. Signatures are verified with ring, directly.
//!
//! # The rooms
//!
//! [`bearer`] finds the token, [`jws`] takes it apart, [`jwk`] holds keys and verifies with them,
//! [`metadata`] and [`fetch`] get them from the issuer, [`clock`] says what time it is, and
//! [`Verifier`] asks the questions in their order.

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
mod revocation;
pub mod status_list;
mod verifier;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use audience::Audience;
pub use claims::AccessTokenClaims;
pub use issuer::InvalidIssuer;
pub use keys::{KeyFetchError, KeyLookup};
pub use rejection::Rejection;
pub use revocation::{RevocationUnknown, StatusListError};
pub use status_list::{Status, StatusListReference};
pub use verifier::{BuildError, Verified, Verifier, VerifierBuilder};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
