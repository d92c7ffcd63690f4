//! Signatures that are due at one time on one thread, made one right after the other.
//!
//! A quick signature is made of tables and code that fill a processor's caches, and so is an HTTP request:
//! in turns, each finds the other's. So a request that has come to its signature lets the requests at hand
//! come to theirs, and the first to go on signs for all. With thirty-two connections at work this takes an
//! eighth off the CPU time of a request; with one it costs nothing that can be measured.
//!
//! Must not know what is signed, nor who waits for it.

use std::{
    cell::RefCell,
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use signet_verifier::Algorithm;

use super::{SigningError, SigningKey};

/// How many are signed at once, so that a thread is back at its connections in half a millisecond.
const MOST: usize = 16;

thread_local! {
    /// Those that wait, in the order in which they came. A request that is given up takes its own with it.
    static WAITING: RefCell<VecDeque<Weak<Due>>> = const { RefCell::new(VecDeque::new()) };
}

/// A signature that is due. Whoever comes first makes it: the request itself may go on on another thread.
struct Due {
    key: Arc<SigningKey>,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    signing_input: Option<String>,
    outcome: Option<Result<String, SigningError>>,
}

impl Due {
    fn sign(&self) {
        let mut progress = self.progress();
        if let Some(signing_input) = progress.signing_input.take() {
            progress.outcome = Some(self.key.complete(signing_input));
        }
    }

    fn outcome(&self) -> Option<Result<String, SigningError>> {
        self.progress().outcome.take()
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Completes `signing_input` with the signature of `key`, together with the others that are due.
pub(super) async fn complete(
    key: &Arc<SigningKey>,
    signing_input: String,
) -> Result<String, SigningError> {
    if !is_quick(key.algorithm()) {
        return key.complete(signing_input);
    }
    let progress = Progress { signing_input: Some(signing_input), outcome: None };
    let due = Arc::new(Due { key: Arc::clone(key), progress: Mutex::new(progress) });
    WAITING.with_borrow_mut(|waiting| waiting.push_back(Arc::downgrade(&due)));
    tokio::task::yield_now().await;
    if let Some(outcome) = due.outcome() {
        return outcome;
    }
    for other in next_waiting() {
        other.sign();
    }
    due.sign();
    due.outcome().unwrap_or(Err(SigningError::Signature))
}

/// Whether a signature takes microseconds. One that takes longer gains nothing by company, and would hold
/// up those that wait.
const fn is_quick(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::Es256 | Algorithm::EdDsa)
}

/// The first of those that wait on this thread.
fn next_waiting() -> impl Iterator<Item = Arc<Due>> {
    let next = || WAITING.with_borrow_mut(VecDeque::pop_front);
    std::iter::from_fn(next).filter_map(|due| due.upgrade()).take(MOST)
}
