//! What is said where chance does not answer: nothing was made, and nothing is kept.

use crate::{
    entropy::EntropyUnavailable,
    oauth::{Reason, Refusal},
};

/// The refusal of whoever needs an identifier, a secret or a sealed value that cannot be made.
pub(crate) fn no_entropy(error: EntropyUnavailable) -> Refusal {
    Refusal::new(Reason::CannotSign).because(error.to_string())
}
