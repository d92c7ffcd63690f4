//! The claims of a status list token (section 5.1): one type, written by Signet and read here.

use serde::{Deserialize, Serialize};

use super::Bits;

/// The claims of a status list token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusListClaims {
    /// The list's URI: "The value MUST be equal to that of the uri claim contained in the status_list
    /// claim of the Referenced Token" (section 5.1).
    pub sub: String,
    /// When the token was signed, in Unix seconds.
    pub iat: u64,
    /// When the token may no longer be used, in Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<u64>,
    /// How long it serves before a newer one should be fetched, in seconds; "MUST be a positive number"
    /// (section 5.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
    /// The list.
    pub status_list: StatusListMember,
}

/// A list as it travels (section 4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusListMember {
    /// The width of an entry.
    pub bits: Bits,
    /// The list, compressed, in base64url: what [`StatusList::encode`](super::StatusList::encode) makes.
    pub lst: String,
    /// Where to learn which lists there are (section 9.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregation_uri: Option<String>,
}
