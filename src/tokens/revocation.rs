//! Ending what was granted: one token, one grant, all of a person's or an application's, in the store and
//! on the status lists, so that resource servers learn of it offline. Who may end what has been decided
//! before this is asked.
//!
//! A grant ends in three steps, each of which may be done again: no refresh token of it is good; its
//! access tokens are revoked; it is forgotten. Where the second fails the grant still stands, ended, and
//! whoever asks again completes it. Who hangs up in the meantime stops nothing.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::to_the_end;
use crate::{
    clock::Clock,
    keys::SKEW,
    store::{Entry, FamilyId, Grant, Owner, RefreshFamilies, RevocationList, Store, StoreError},
};

/// How many grants are ended at a time: so many are listed, and their access tokens revoked in one step.
const BATCH: usize = 100;

/// How many questions the store is asked at once for them.
const AT_ONCE: usize = 16;

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
        let (revocations, entries) = (Arc::clone(&self.revocations), entries.to_vec());
        to_the_end(async move { revocations.revoke(&entries).await }).await
    }

    /// Ends a grant: its refresh tokens, and its access tokens that still live. Whether there was one.
    ///
    /// # Errors
    /// [`StoreError`]; asking again is safe, and completes what was begun.
    pub async fn end_grant(&self, id: FamilyId) -> Result<bool, StoreError> {
        let revocation = self.clone();
        to_the_end(async move { Ok(revocation.end_batch(vec![id]).await? > 0) }).await
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
        match self.families.find(id, now).await? {
            Some(family) if theirs(&family.grant) => self.end_grant(id).await,
            Some(_) => Ok(false),
            // It has ended or expired, and will never live again: to end it once more can only complete it.
            None => match self.families.end(id, now).await? {
                Some(ended) if theirs(&ended.grant) => {
                    self.complete(id, &ended.live).await.map(|()| true)
                }
                _ => Ok(false),
            },
        }
    }

    /// Revokes what a grant leaves behind that has been ended already, and forgets it.
    ///
    /// # Errors
    /// [`StoreError`]; asking again is safe.
    pub async fn complete(&self, id: FamilyId, live: &[Entry]) -> Result<(), StoreError> {
        let (revocation, live) = (self.clone(), live.to_vec());
        to_the_end(async move {
            revocation.revoke_access_tokens(&live).await?;
            revocation.families.forget(id).await
        })
        .await
    }

    /// Ends every grant that `owner` has by now. How many there were.
    ///
    /// # Errors
    /// [`StoreError`]; asking again is safe, and ends the rest.
    pub async fn end_all(&self, owner: Owner<'_>) -> Result<usize, StoreError> {
        self.end_others(owner, None, self.clock.now()).await
    }

    /// Ends every grant that `owner` made until `made_until`, in Unix seconds, but for the one named `kept`.
    /// How many there were.
    ///
    /// # Errors
    /// [`StoreError`]; asking again is safe, and ends the rest.
    pub async fn end_others(
        &self,
        owner: Owner<'_>,
        kept: Option<FamilyId>,
        made_until: u64,
    ) -> Result<usize, StoreError> {
        let (revocation, owner) = (self.clone(), OwnedOwner::from(owner));
        to_the_end(async move { revocation.end_each(owner.as_ref(), kept, made_until).await }).await
    }

    /// Ends every grant of an application, and every access token that it was issued until now, those
    /// without a grant too. `until` is when the last of those has ended by itself, in Unix seconds.
    ///
    /// # Errors
    /// [`StoreError`]; asking again is safe.
    pub async fn end_application(&self, client_id: &str, until: u64) -> Result<usize, StoreError> {
        let (revocation, client_id) = (self.clone(), client_id.to_owned());
        to_the_end(async move {
            let Self { revocations, clock, .. } = &revocation;
            let blocks = revocations.end_application(&client_id, clock.now(), until).await?;
            if !blocks.is_empty() {
                revocations.revoke_blocks(&blocks).await?;
            }
            let now = clock.now();
            revocation.end_each(Owner::Application(&client_id), None, now).await
        })
        .await
    }

    async fn end_each(
        &self,
        owner: Owner<'_>,
        kept: Option<FamilyId>,
        made_until: u64,
    ) -> Result<usize, StoreError> {
        // Whoever goes on making grants is not run after; clocks of other replicas may be ahead.
        let latest = made_until + SKEW.as_secs();
        let mut ended = 0;
        let mut after = None;
        loop {
            let page = self.families.standing(owner, after, BATCH, self.clock.now()).await?;
            let meant = page.families.iter().filter(|family| family.created_at <= latest);
            let meant = meant.map(|family| family.id).filter(|id| Some(*id) != kept);
            ended += self.end_batch(meant.collect()).await?;
            after = page.next;
            if after.is_none() {
                return Ok(ended);
            }
        }
    }

    /// The three steps, for several at once. How many there were.
    async fn end_batch(&self, ids: Vec<FamilyId>) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let end = |id| async move { Ok((id, self.families.end(id, now).await?)) };
        let ended: Vec<_> =
            stream::iter(ids).map(end).buffer_unordered(AT_ONCE).try_collect().await?;
        let ended: Vec<_> =
            ended.into_iter().filter_map(|(id, ended)| Some((id, ended?))).collect();
        let live: Vec<Entry> = ended.iter().flat_map(|(_, ended)| &ended.live).copied().collect();
        self.revoke_access_tokens(&live).await?;
        let count = ended.len();
        let forgotten = stream::iter(ended).map(|(id, _)| self.families.forget(id));
        forgotten.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        Ok(count)
    }
}

/// An [`Owner`] that outlives the request.
enum OwnedOwner {
    Application(String),
    Person(String),
}

impl From<Owner<'_>> for OwnedOwner {
    fn from(owner: Owner<'_>) -> Self {
        match owner {
            Owner::Application(client_id) => Self::Application(client_id.to_owned()),
            Owner::Person(sub) => Self::Person(sub.to_owned()),
        }
    }
}

impl OwnedOwner {
    fn as_ref(&self) -> Owner<'_> {
        match self {
            Self::Application(client_id) => Owner::Application(client_id),
            Self::Person(sub) => Owner::Person(sub),
        }
    }
}
