//! Servers that take long to start, shared by the tests that run at the same time.

use std::sync::{Arc, Weak};

use tokio::sync::Mutex;

pub(crate) struct SharedServers<T>(Mutex<Weak<T>>);

impl<T> SharedServers<T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::const_new(Weak::new()))
    }

    /// Those that run, or new ones. They end with the last test that uses them.
    pub(crate) async fn get(&self, start: impl Future<Output = T>) -> Arc<T> {
        let mut shared = self.0.lock().await;
        if let Some(running) = shared.upgrade() {
            return running;
        }
        let started = Arc::new(start.await);
        *shared = Arc::downgrade(&started);
        started
    }
}
