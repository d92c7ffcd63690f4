//! Redis where it answers, this process's own memory where it does not: issuing goes on without Redis
//! without a pause, and what this process has seen used it never takes twice.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::{Answer, Identifier, Memory, SingleUse, Spent, StoreError};

/// Single-use identifiers that replicas agree on while they can.
#[derive(Debug)]
pub struct Shared<S> {
    shared: S,
    own: Memory,
    away: AtomicBool,
    /// Until when the shared store is not asked again, in Unix seconds.
    retry_at: AtomicU64,
}

impl<S: SingleUse> Shared<S> {
    /// Asks `shared`, and falls back on `own`.
    #[must_use]
    pub fn new(shared: S, own: Memory) -> Self {
        Self { shared, own, away: AtomicBool::new(false), retry_at: AtomicU64::new(0) }
    }

    async fn agree(&self, identifier: Identifier, expires_at: u64) -> Result<Spent, StoreError> {
        let own = self.own.note(identifier, expires_at);
        if let Ok(Spent::Before) = own {
            return Ok(Spent::Before);
        }
        let now = self.own.now();
        if now < self.retry_at.load(Ordering::Relaxed) {
            return own;
        }
        match self.shared.spend(identifier, expires_at).await {
            Ok(spent) => {
                if self.away.swap(false, Ordering::Relaxed) {
                    tracing::info!("used assertions are shared between replicas again");
                }
                Ok(spent)
            }
            Err(error) => {
                // Not every request waits for a store that hangs.
                self.retry_at.store(self.own.now() + 1, Ordering::Relaxed);
                if !self.away.swap(true, Ordering::Relaxed) {
                    tracing::error!(%error, "each process remembers used assertions by itself");
                }
                own
            }
        }
    }
}

impl<S: SingleUse> SingleUse for Shared<S> {
    fn spend(&self, identifier: Identifier, expires_at: u64) -> Answer<'_, Spent> {
        Box::pin(self.agree(identifier, expires_at))
    }
}
