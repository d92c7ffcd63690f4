//! Status lists, put together: giving places, serving lists, telling listeners, and what goes on beside.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::timeout,
};

use crate::{
    clock::Clock,
    config::Config,
    entropy::Entropy,
    http::{
        metrics::Metrics,
        status_list_events::{ListenerLimits, Listeners},
    },
    keys::{KeyRing, SealingKeys},
    store::{RevocationEvent, RevocationList, Store},
    tokens::{ListUris, PublishedLists, StatusLists},
};

/// How long a shutdown waits for the store to take note of the last blocks.
const NOTING_AT_THE_END: Duration = Duration::from_secs(2);

/// The parts that make up status lists.
#[derive(Debug)]
pub(super) struct StatusListParts {
    pub(super) places: Arc<StatusLists>,
    pub(super) published: Arc<PublishedLists>,
    pub(super) listeners: Arc<Listeners>,
    revocations: Arc<dyn RevocationList>,
}

impl StatusListParts {
    pub(super) fn new(
        config: &Config,
        sealing: &SealingKeys,
        keys: &Arc<ArcSwap<KeyRing>>,
        store: &Store,
        metrics: &Arc<Metrics>,
        (clock, entropy): (&Arc<dyn Clock>, &Arc<dyn Entropy>),
    ) -> Self {
        let places = Arc::new(StatusLists::new(
            Arc::new(ListUris::new(&config.issuer, sealing)),
            config.longest_access_token_lifetime(),
            Arc::clone(clock),
            Arc::clone(entropy),
        ));
        let published = PublishedLists::new(
            Arc::clone(&places),
            Arc::clone(keys),
            config.keys.access_token_algorithm,
            store,
            Arc::clone(clock),
        );
        Self {
            places,
            published: Arc::new(published),
            listeners: Arc::new(Listeners::new(ListenerLimits::default(), Arc::clone(metrics))),
            revocations: Arc::clone(&store.revocations),
        }
    }

    /// Goes on with changed configuration.
    pub(super) fn reconfigure(&self, config: &Config) {
        self.places.set_longest_lifetime(config.longest_access_token_lifetime());
        self.published.sign_with(config.keys.access_token_algorithm);
    }

    /// Goes on with changed keys.
    pub(super) fn replace_keys(&self, sealing: &SealingKeys) {
        self.places.replace_keys(sealing);
    }

    /// What [`Self::keep_hearing`] hears: from now on.
    pub(super) fn events(&self) -> Receiver<RevocationEvent> {
        self.revocations.events()
    }

    /// Hands on what is revoked, on whichever replica; ends with the store.
    pub(super) async fn keep_hearing(self: Arc<Self>, mut events: Receiver<RevocationEvent>) {
        loop {
            let event = match events.recv().await {
                Ok(event) => event,
                Err(RecvError::Lagged(_)) => RevocationEvent::Missed,
                Err(RecvError::Closed) => return,
            };
            self.places.heard(event);
            self.listeners.tell(event, self.places.uris());
        }
    }

    /// Tells the store whose the blocks are; never ends.
    pub(super) async fn keep_noting(self: Arc<Self>) {
        self.places.keep_noting(&*self.revocations).await;
    }

    /// The last of it, at a shutdown.
    pub(super) async fn note_the_rest(&self) {
        let noted = timeout(NOTING_AT_THE_END, self.places.note_all(&*self.revocations)).await;
        if !matches!(noted, Ok(Ok(()))) {
            let blocks = self.places.unnoted_blocks();
            tracing::error!(blocks, "the store was not told whose blocks these are");
        }
    }
}
