//! `/device` (RFC 8628 section 3.3): a person types the code that a device shows, is told what it wants, and
//! approves or denies it.

/// The path below the issuer.
pub const PATH: &str = "/device";
