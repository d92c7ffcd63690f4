//! How a token says where its status is told (section 6).

use serde::{Deserialize, Serialize};

/// The `status` claim. A token with a `status` of another kind is refused: what cannot be asked cannot
/// be taken for a yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The entry that stands for the token.
    pub status_list: StatusListReference,
}

/// An entry of a status list (section 6.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StatusListReference {
    /// "MUST specify a non-negative number that represents the index to check for status information in
    /// the Status List for the current Referenced Token".
    pub idx: u64,
    /// "MUST specify a string value that identifies the Status List Token containing the status
    /// information for the Referenced Token".
    pub uri: String,
}
