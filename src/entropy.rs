//! Chance as an argument (a leaf: knows no other room). Identifiers and keys are made of bytes that an
//! [`Entropy`] hands out, so that a test can hand out its own.

use std::cell::RefCell;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

/// A source of unpredictable bytes.
pub trait Entropy: Send + Sync + std::fmt::Debug {
    /// Fills `bytes` whole.
    ///
    /// # Errors
    /// When the source cannot answer; nothing may be issued then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyUnavailable>;
}

/// The source of unpredictable bytes did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system's random generator did not answer")]
pub struct EntropyUnavailable;

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyUnavailable> {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one source that asks the system"
        )]
        getrandom::fill(bytes).map_err(|_| EntropyUnavailable)
    }
}

/// Entropy for identifiers: fetched from another source in blocks, one block for each thread, because
/// asking the system costs more than all else that an identifier takes. A byte is handed out once.
#[derive(Debug)]
pub struct Pooled<E>(pub E);

/// How much is fetched at once: enough for 32 identifiers.
const BLOCK: usize = 512;

thread_local! {
    /// The block, and how much of it has been handed out.
    static POOL: RefCell<(Zeroizing<[u8; BLOCK]>, usize)> =
        RefCell::new((Zeroizing::new([0; BLOCK]), BLOCK));
}

impl<E: Entropy> Entropy for Pooled<E> {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyUnavailable> {
        if bytes.len() > BLOCK {
            return self.0.fill(bytes);
        }
        POOL.with_borrow_mut(|(block, used)| {
            if *used + bytes.len() > BLOCK {
                *used = BLOCK;
                self.0.fill(&mut block[..])?;
                *used = 0;
            }
            let fresh = &mut block[*used..*used + bytes.len()];
            bytes.copy_from_slice(fresh);
            fresh.fill(0);
            *used += bytes.len();
            Ok(())
        })
    }
}

/// An identifier of 128 random bits as 22 characters of base64url: a `jti`, for one.
///
/// # Errors
/// When `entropy` does not answer.
pub fn identifier(entropy: &dyn Entropy) -> Result<String, EntropyUnavailable> {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
