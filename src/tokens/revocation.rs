//! Ending what was granted: one token, one grant, all of a person's or an application's, in the store and
//! on the status lists, so that resource servers learn of it offline. Who may end what has been decided
//! before this is asked.
//!
//! A grant ends in three steps, each of which may be done again: no refresh token of it is good; its
//! access tokens are revoked; it is forgotten. Where the second fails the grant still stands, ended, and
//! whoever asks again completes it.

use std::sync::Arc;

use crate::{
    clock::Clock,
    store::{Entry, FamilyId, Grant, Owner, RefreshFamilies, RevocationList, Store, StoreError},
};

/// How many grants are ended at a time.
const BATCH: usize = 100;

/// Ends tokens and grants. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Revocation {
    families: Arc<dyn RefreshFamilies>,
    revocations: Arc<dyn RevocationList>,
    clock: Arc<dyn Clock>,
}

impl Revocation {
    /// Ends what `store` remembers.
    #[must_use]
    pub fn new(store: &Store, clock: Arc<dyn Clock>) -> Self {
        Self {
            families: Arc::clone(&store.families),
            revocations: Arc::clone(&store.revocations),
            clock,
        }
    }

    /// Revokes access tokens by their places on the status lists.
    ///
    /// # Errors
    /// [`StoreError`]; asking again is safe.
    pub async fn revoke_access_tokens(&self, entries: &[Entry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        self.revocations.revoke(entries).await
    }

    /// Ends a grant: its refresh tokens, and its access tokens that still live. Whether there was one.
    ///
    /// # Errors
    /// [`StoreError`]; asking again is safe, and completes what was begun.
    pub async fn end_grant(&self, id: FamilyId) -> Result<bool, StoreError> {
        match self.families.end(id, self.clock.now()).await? {
            Some(ended) => self.complete(id, &ended.live).await.map(|()| true),
            None => Ok(false),
        }
    }

    /// Ends a grant if it is `theirs`, by what was granted. Whether it was, and there was one.
    ///
    /// # Errors
    /// [`StoreError`]; asking again is safe, and completes what was begun.
    pub async fn end_grant_if(
        &self,
        id: FamilyId,
        theirs: impl Fn(&Grant) -> bool + Send,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now();
        // What is not found has ended or expired, and will never live again: to end it once more can only
        // complete it. What is found is ended after it is known whose it is, never before.
        if self.families.find(id, now).await?.is_some_and(|family| !theirs(&family.grant)) {
            return Ok(false);
        }
        match self.families.end(id, now).await? {
            Some(ended) if theirs(&ended.grant) => {
                self.complete(id, &ended.live).await.map(|()| true)
            }
            _ => Ok(false),
        }
    }

    /// Revokes what a grant leaves behind that has been ended already, and forgets it.
    ///
    /// # Errors
    /// [`StoreError`]; asking again is safe.
    pub async fn complete(&self, id: FamilyId, live: &[Entry]) -> Result<(), StoreError> {
        self.revoke_access_tokens(live).await?;
        self.families.forget(id).await
    }

    /// Ends every grant of `owner`. How many there were.
    ///
    /// # Errors
    /// [`StoreError`]; asking again is safe, and ends the rest.
    pub async fn end_all(&self, owner: Owner<'_>) -> Result<usize, StoreError> {
        let mut ended = 0;
        let mut after = None;
        loop {
            let page = self.families.of(owner, after, BATCH, self.clock.now()).await?;
            for family in &page.families {
                ended += usize::from(self.end_grant(family.id).await?);
            }
            after = page.next;
            if after.is_none() {
                return Ok(ended);
            }
        }
    }

    /// Ends every grant of an application, and every access token that it was issued until now, those
    /// without a grant too. `until` is when the last of those has ended by itself, in Unix seconds.
    ///
    /// # Errors
    /// [`StoreError`]; asking again is safe.
    pub async fn end_application(&self, client_id: &str, until: u64) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let blocks = self.revocations.end_application(client_id, now, until).await?;
        if !blocks.is_empty() {
            self.revocations.revoke_blocks(&blocks).await?;
        }
        self.end_all(Owner::Application(client_id)).await
    }
}
