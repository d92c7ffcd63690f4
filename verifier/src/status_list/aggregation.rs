//! The status list aggregation: which lists there are (section 9).

use serde::{Deserialize, Serialize};

/// What `status_list_aggregation_endpoint` answers. Signet names the lists on which something is
/// revoked, and those that are open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusListAggregation {
    /// The URI of each list.
    pub status_lists: Vec<String>,
}
