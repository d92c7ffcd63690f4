//! What tests lean on: keys whose private halves are published, tokens signed with them, a clock that
//! stands still until it is told to move, and an issuer on loopback.

pub(crate) mod clock;
pub(crate) mod events;
pub(crate) mod issuer;
pub(crate) mod lists;
pub(crate) mod scene;
pub(crate) mod signer;
pub(crate) mod tokens;
pub(crate) mod vectors;

pub(crate) use clock::TestClock;
pub(crate) use events::EventStream;
pub(crate) use issuer::{Answer, TestIssuer};
pub(crate) use lists::{LIST, eventually};
pub(crate) use scene::Scene;
pub(crate) use signer::Signer;
pub(crate) use tokens::{AUDIENCE, ISSUER, NOW, Token, claims, offline, says, verdict};
