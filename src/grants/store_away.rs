//! What is said while the store or the directory is away: try again, never that a token or somebody's word
//! is bad.

use std::time::Duration;

use super::renewal::CannotBegin;
use crate::{
    directory::DirectoryAway,
    oauth::{Reason, Refusal},
    store::StoreError,
};

/// By then a store that was away is asked again.
const TRY_AGAIN: Duration = Duration::from_secs(2);

/// The refusal of whoever renews a grant. Never `invalid_grant`: the token may be good, and the client would
/// throw it away.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
pub(super) fn grants_unavailable(error: StoreError) -> Refusal {
    Refusal::new(Reason::GrantsUnavailable).because(error.to_string()).retry_after(TRY_AGAIN)
}

/// The refusal of whoever names somebody of whom it cannot be known now whether they exist.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
pub(crate) fn directory_unavailable(error: DirectoryAway) -> Refusal {
    Refusal::new(Reason::DirectoryUnavailable).because(error.to_string()).retry_after(TRY_AGAIN)
}

/// The refusal of whoever asks for a grant that can be renewed, where it cannot be remembered.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
pub(super) fn grants_unavailable_anew(error: CannotBegin) -> Refusal {
    Refusal::new(Reason::GrantsNotKept).because(error.to_string()).retry_after(TRY_AGAIN)
}

/// The refusal of whoever asks about a revocation, or for one. RFC 7009 section 2.2.1: "If the server
/// responds with HTTP status code 503, the client must assume the token still exists and may retry after
/// a reasonable delay."
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
pub(crate) fn revocations_unavailable(error: StoreError) -> Refusal {
    Refusal::new(Reason::RevocationsUnavailable).because(error.to_string()).retry_after(TRY_AGAIN)
}
