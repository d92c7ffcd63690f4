//! Grants that can be renewed: how they begin. How they go on is the refresh token grant's.

use std::{sync::Arc, time::Duration};

use super::minting::Draft;
use crate::{
    directory::Directory,
    entropy::{Entropy, EntropyUnavailable},
    store::{Availability, FamilyId, Grant, NewFamily, RefreshFamilies, StoreError},
    tokens::{RefreshTokenParts, RefreshTokens, Revocation},
};

/// How long grants can be renewed; changes when configuration is loaded again.
#[derive(Debug, Clone, Copy)]
pub struct RefreshTokenLifetimes {
    /// However often it is used.
    pub absolute: Duration,
    /// After it was last used.
    pub idle: Duration,
    /// How long the token before the current one is still answered.
    pub grace: Duration,
}

/// Begins grants and goes on with them.
#[derive(Debug)]
pub struct Renewal {
    /// What remembers them.
    pub families: Arc<dyn RefreshFamilies>,
    /// Whether that answers, and since when.
    pub availability: Arc<Availability>,
    /// What ends them.
    pub revocation: Revocation,
    /// Whether those who made them are still there.
    pub directory: Arc<Directory>,
    /// What reads their tokens.
    pub refresh_tokens: RefreshTokens,
    /// How long they live.
    pub lifetimes: RefreshTokenLifetimes,
    /// What their names are made of.
    pub entropy: Arc<dyn Entropy>,
}

/// Why a grant cannot begin.
#[derive(Debug, thiserror::Error)]
pub(super) enum CannotBegin {
    /// It cannot be remembered.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be named.
    #[error(transparent)]
    Entropy(#[from] EntropyUnavailable),
}

impl Renewal {
    /// Begins a grant with the access token of `draft`.
    pub(super) async fn begin(
        &self,
        grant: Grant,
        draft: &Draft,
    ) -> Result<RefreshTokenParts, CannotBegin> {
        let mut id = [0; 16];
        self.entropy.fill(&mut id)?;
        let family = NewFamily {
            id: FamilyId::from_bytes(id),
            grant,
            created_at: draft.issued_at,
            expires_at: draft.issued_at + self.lifetimes.absolute.as_secs(),
            idle_lifetime: self.lifetimes.idle.as_secs(),
            access_token: draft.live_token(),
        };
        self.families.begin(&family).await?;
        Ok(RefreshTokenParts { family: family.id, generation: 1 })
    }
}
