//! What Signet's event stream says: ours, not the draft's. An event tells that something was revoked
//! before the list does.

use serde::{Deserialize, Serialize};

/// The name of the only event there is (`event: revoked`).
pub const REVOKED: &str = "revoked";

/// The data of one event: `count` consecutive entries of a list, from `idx` on, are revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokedEvent {
    /// The list.
    pub uri: String,
    /// The first entry.
    pub idx: u64,
    /// How many entries; left out where it is one.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u64,
}

const fn one() -> u64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
const fn is_one(count: &u64) -> bool {
    *count == 1
}
