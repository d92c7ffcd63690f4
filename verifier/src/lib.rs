//! For resource servers: verifies the access tokens of a Signet issuer offline, from the issuer's URL
//! alone (RFC 9068), and learns when one was revoked (Token Status List). One [`Verifier`] per issuer and
//! audience; it hands out [`Verified`] claims, or a [`Rejection`] that knows its HTTP status and its
//! challenge (RFC 6750).
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
//! when the first token comes, and keeps them. A third has revocations heard as they happen:
//!
//! ```no_run
//! use signet_verifier::{Rejection, Verifier};
//!
//! # async fn handler(authorization: Option<&[u8]>) -> Result<(), Box<dyn std::error::Error>> {
//! let verifier = Verifier::builder("https://issuer.example", "https://api.example.com").build()?;
//! tokio::spawn(verifier.follow_events());
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
//! # What a verifier does about revocation
//!
//! A token whose claims hold is looked up in the status list that it names ([`status_list`]), if it names
//! one. The list is the issuer's, signed, and fetched from below the issuer's URL only; one copy serves
//! all tokens that name it.
//!
//! - Within the copy's `ttl` (Signet: 5 seconds) nothing waits. From four fifths of it on, the first token
//!   has the next copy fetched in the background.
//! - Past the `ttl`, a token waits for a fetch. It is accepted on news or not at all, unless
//!   [`RevocationUnknown::AcceptFor`] was chosen: a revocation is seen within the `ttl` and the time that
//!   a fetch takes.
//! - Where the list cannot be had, or is not one to believe, the answer is 503
//!   ([`Rejection::RevocationUnavailable`]), never `invalid_token`. For two seconds nobody asks again, and
//!   then one request at a time waits for the issuer, so that an outage is not multiplied.
//! - What is known to be revoked ([`Rejection::Revoked`]) stays so, whatever becomes of the list.
//!
//! With [`Verifier::follow_events`] beside it, a revocation is seen within a second, and the lists go on
//! as before: the stream can only deny, and when it is down, the `ttl` still holds.
//!
//! [`VerifierBuilder`] has the choices: what an outage means, whether a token must name a list, and
//! ignoring all of this.
//!
//! # What it does not do
//!
//! It accepts dates in whole seconds only, as Signet writes them, although RFC 7519 would allow
//! fractions. It follows no redirects, although the draft says that clients of status lists SHOULD: it
//! talks to the issuer that was named, and to nobody else. It contains no signing code, and neither uses
//! the crate `jsonwebtoken` nor installs a TLS provider: both would have it choose a cryptographic
//! provider for the whole process, which is for the application to choose. Signatures are verified with
//! ring, directly.
//!
//! # The rooms
//!
//! [`bearer`] finds the token, [`jws`] takes it apart, [`jwk`] holds keys and verifies with them,
//! [`metadata`] and [`fetch`] get them from the issuer, [`status_list`] is what revocation looks like,
//! [`clock`] says what time it is, and [`Verifier`] asks the questions in their order.

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
