//! An issuer with an event stream, and a verifier that follows it.

use std::sync::Arc;

use serde_json::{Value, json};
use signet_verifier::{Rejection, VerifierBuilder};
use tokio::{sync::Notify, task::AbortHandle};

use super::{Answer, EventStream, LIST, Scene, issuer::METADATA};

pub(crate) const EVENTS: &str = "/status-lists/events";
pub(crate) const AGGREGATION: &str = "/status-lists";

/// A scene whose issuer has an event stream, which the verifier follows.
pub(crate) struct Followed {
    pub(crate) scene: Scene,
    pub(crate) events: EventStream,
    follower: AbortHandle,
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

pub(crate) fn metadata(scene: &Scene) -> Value {
    let mut metadata = scene.issuer.metadata();
    metadata["status_list_events_endpoint"] = json!(scene.uri(EVENTS));
    metadata["status_list_aggregation_endpoint"] = json!(scene.uri(AGGREGATION));
    metadata
}

impl Followed {
    pub(crate) async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(choose: impl FnOnce(VerifierBuilder) -> VerifierBuilder) -> Self {
        let scene = Scene::with(choose).await;
        scene.issuer.answer(METADATA, Answer::json(&metadata(&scene)));
        scene.issuer.answer(AGGREGATION, Answer::json(&json!({"status_lists": []})));
        scene.publishes(&[]);
        let events = EventStream::default();
        scene.issuer.answer(EVENTS, Answer::Stream(events.clone()));
        let follower = tokio::spawn(scene.verifier.follow_events()).abort_handle();
        Self { scene, events, follower }
    }

    /// From now on the list is asked for in vain: the answer is held until the test lets it go.
    pub(crate) fn holds(&self, answer: Answer) -> Arc<Notify> {
        let gate = Arc::new(Notify::new());
        self.scene.issuer.answer(LIST, Answer::Held(Arc::clone(&gate), Box::new(answer)));
        gate
    }

    pub(crate) async fn is_revoked(&self, idx: u64) -> bool {
        self.scene.says(idx).await == Err(Rejection::Revoked)
    }
}
