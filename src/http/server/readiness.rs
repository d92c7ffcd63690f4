//! Whether a load balancer should send requests here. Must not know why.

use tokio::sync::watch;

/// The three states of a replica's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not yet able to answer.
    Starting,
    /// Answers.
    Ready,
    /// Still answers, but is about to stop: send nothing new.
    Draining,
}

/// Tells what state the replica is in; draining is final.
#[derive(Debug)]
pub struct Readiness(watch::Sender<State>);

impl Default for Readiness {
    fn default() -> Self {
        Self(watch::Sender::new(State::Starting))
    }
}

impl Readiness {
    /// The start is over.
    pub fn set_ready(&self) {
        self.0.send_if_modified(|state| {
            let starting = *state == State::Starting;
            if starting {
                *state = State::Ready;
            }
            starting
        });
    }

    /// The end has begun.
    pub fn start_draining(&self) {
        self.0.send_replace(State::Draining);
    }

    /// Where the replica stands.
    #[must_use]
    pub fn state(&self) -> State {
        *self.0.borrow()
    }

    /// Whether requests are welcome.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.state() == State::Ready
    }

    /// Resolves when draining begins, at once if it has: for answers that would otherwise never end,
    /// such as a stream of events.
    pub fn draining(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut states = self.0.subscribe();
        async move {
            if states.wait_for(|state| *state == State::Draining).await.is_err() {
                // The owner of the state is gone: nobody will ever drain.
                std::future::pending::<()>().await;
            }
        }
    }
}
