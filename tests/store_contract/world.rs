//! An application, a person and a moment of a test's own, so that tests over the same data do not meet.

use std::sync::Arc;

use signet::{
    clock::{Clock, SystemClock},
    entropy::{Entropy, SystemEntropy},
    oauth::ClientId,
    store::{
        Block, Continuation, Entry, FamilyId, Grant, ListId, LiveToken, NewFamily, Refresh,
        RefreshFamilies, Refreshed, RevocationList, Store,
    },
};

use crate::fixture::Fixture;

pub(crate) const MINUTE: u64 = 60;
pub(crate) const HOUR: u64 = 60 * MINUTE;

/// How long a generation's predecessor is still answered.
pub(crate) const GRACE: u64 = 10;
/// How long a family lives unused.
pub(crate) const IDLE: u64 = HOUR;
/// How long a family lives at most.
pub(crate) const LIFETIME: u64 = 2 * HOUR;

pub(crate) const RESOURCES: [&str; 2] = ["https://api.example.com", "https://files.example.com/a"];

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) client_id: ClientId,
    pub(crate) sub: String,
    pub(crate) now: u64,
}

impl World {
    pub(crate) async fn new(fixture: &impl Fixture) -> Self {
        Self::over(fixture.replica().await)
    }

    /// Another world over a store that is open already.
    pub(crate) fn over(store: Store) -> Self {
        let name = FamilyId::from_bytes(random()).to_string();
        Self {
            store,
            client_id: format!("client {name}").parse().unwrap(),
            sub: format!("person {name}"),
            now: SystemClock.now(),
        }
    }

    pub(crate) fn families(&self) -> Arc<dyn RefreshFamilies> {
        Arc::clone(&self.store.families)
    }

    pub(crate) fn revocations(&self) -> Arc<dyn RevocationList> {
        Arc::clone(&self.store.revocations)
    }

    /// A family of the person's and the application's that begins now.
    pub(crate) fn new_family(&self) -> NewFamily {
        NewFamily {
            id: FamilyId::from_bytes(random()),
            grant: Grant {
                client_id: self.client_id.clone(),
                sub: Some(self.sub.clone()),
                scope: "read write".parse().unwrap(),
                resource: RESOURCES.map(str::to_owned).to_vec(),
                auth_time: Some(self.now - 5),
                session: None,
            },
            created_at: self.now,
            expires_at: self.now + LIFETIME,
            idle_lifetime: IDLE,
            access_token: None,
        }
    }

    /// One that has begun.
    pub(crate) async fn begin(&self) -> NewFamily {
        self.begin_with(|_| {}).await
    }

    /// One that has begun, somewhat different.
    pub(crate) async fn begin_with(&self, change: impl FnOnce(&mut NewFamily)) -> NewFamily {
        let mut family = self.new_family();
        change(&mut family);
        self.store.families.begin(&family).await.unwrap();
        family
    }

    /// The family's refresh token of that generation, presented now by its application.
    pub(crate) fn presented<'a>(&'a self, family: &NewFamily, generation: u32) -> Refresh<'a> {
        Refresh {
            id: family.id,
            generation,
            client_id: self.client_id.as_str(),
            scope: None,
            resource: &[],
            rotate: true,
            access_token: None,
            now: self.now,
            idle_lifetime: IDLE,
            predecessor_since: self.now - GRACE,
        }
    }

    /// What becomes of that token `after` so many seconds.
    pub(crate) async fn refresh(
        &self,
        family: &NewFamily,
        generation: u32,
        after: u64,
    ) -> Refreshed {
        self.take(at(self.now + after, self.presented(family, generation))).await
    }

    pub(crate) async fn take(&self, refresh: Refresh<'_>) -> Refreshed {
        self.store.families.refresh(&refresh).await.unwrap()
    }

    /// An access token that lives so long, on a list of its own.
    pub(crate) fn access_token(&self, lifetime: u64) -> LiveToken {
        let expires_at = self.now + lifetime;
        LiveToken { entry: Entry { list: self.list(), index: 12_345 }, expires_at }
    }

    /// A status list that lives for two hours.
    pub(crate) fn list(&self) -> ListId {
        let expires_at = u32::try_from(self.now + 2 * HOUR).unwrap();
        ListId { expires_at, random: random() }
    }

    /// That block of a list of its own.
    pub(crate) fn block(&self, number: u16) -> Block {
        Block { list: self.list(), number }
    }
}

/// What a refresh answers that goes on without more.
#[track_caller]
pub(crate) fn assert_continued(answer: &Refreshed, expected: u32, expected_how: Continuation) {
    let Refreshed::Continued { generation, how, crowded_out, .. } = answer else {
        panic!("expected {expected_how:?} to {expected}, got {answer:?}");
    };
    assert_eq!((*generation, *how), (expected, expected_how));
    assert!(crowded_out.is_empty(), "{crowded_out:?}");
}

/// What a refresh answers that ended a family without access tokens.
#[track_caller]
pub(crate) fn assert_replayed(answer: &Refreshed) {
    assert_eq!(*answer, Refreshed::Ended { replayed: true, live: vec![] });
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemEntropy.fill(&mut bytes).unwrap();
    bytes
}

/// The same refresh at another time.
pub(crate) fn at(now: u64, mut refresh: Refresh<'_>) -> Refresh<'_> {
    refresh.now = now;
    refresh.predecessor_since = now - GRACE;
    refresh
}
