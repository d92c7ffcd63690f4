//! Every key that Signet writes to Redis: name, type, value, expiry, writer, reader. Nothing else may
//! spell one.

use super::Identifier;

/// A family of keys, for documents and for the test that lists every key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyFamily {
    /// The key, below the prefix; `{…}` stands for what varies.
    pub key: &'static str,
    /// The Redis type, and what is in it.
    pub value: &'static str,
    /// When it goes by itself.
    pub expiry: &'static str,
    /// Who writes it.
    pub writer: &'static str,
    /// Who reads it.
    pub reader: &'static str,
}

/// Every family.
pub const SCHEMA: &[KeyFamily] = &[KeyFamily {
    key: "rev:used:{SHA-256 of client_id and jti, hexadecimal}",
    value: "string, empty: that it exists says that the assertion was used",
    expiry: "when the assertion has expired, clock leeway included",
    writer: "grants/client_assertion, by one SET NX",
    reader: "the same command",
}];

/// The key of a used identifier.
pub(super) fn used(prefix: &str, identifier: &Identifier) -> String {
    let hex: String = identifier.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{prefix}rev:used:{hex}")
}
