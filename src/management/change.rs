//! A change of what the directory keeps, from the state that was read to the answer.

use crate::{
    directory::Written,
    oauth::{Reason, Refusal},
};

/// How often a change is made anew that somebody else's came between.
pub(super) const ATTEMPTS: u32 = 8;

/// Does `work` in a task of its own, and waits for it. Dropped, only the wait ends: a request is dropped
/// where it stands when its client hangs up, and what is begun must not stay half done because of that.
///
/// # Errors
/// Those of `work`; `server_error` where it was broken off.
pub(super) async fn finished<T: Send + 'static>(
    work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::spawn(work).await;
    done.unwrap_or_else(|_| Err(Refusal::new(Reason::Panicked).because("the work was broken off")))
}

/// Which state a change is meant for (RFC 9110 section 13.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Whichever is there: no `If-Match`, or an asterisk.
    Any,
    /// One version of it.
    Version(u64),
}

impl Expected {
    /// Whether a change may be made to what is at `version`.
    ///
    /// # Errors
    /// `precondition_failed`.
    pub fn met_by(self, version: u64) -> Result<(), Reason> {
        match self {
            Self::Version(expected) if expected != version => Err(Reason::Stale),
            _ => Ok(()),
        }
    }
}

/// Whether somebody else's change came between, and the caller meant any state.
pub(super) fn may_try_again(refusal: &Refusal, expected: Expected) -> bool {
    refusal.reason == Reason::Stale && expected == Expected::Any
}

/// The answer to a change: nothing where it was made, or else why not; `absent` where there is nothing to
/// change.
///
/// # Errors
/// `conflict`, `precondition_failed` and the code of `absent`.
pub fn settled(written: Written, absent: Reason) -> Result<(), Refusal> {
    Err(match written {
        Written::Done => return Ok(()),
        Written::Taken => Reason::Taken,
        Written::Absent => absent,
        Written::Changed => Reason::Stale,
        Written::InUse => Reason::RoleInUse,
        Written::ReadOnly => Reason::Declared,
    }
    .into())
}
