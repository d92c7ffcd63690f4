//! Taking connections from the listener, whatever happens: a lack of file descriptors or of room
//! pauses accepting and ends nothing. Must not know what is done with a connection.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};
use tracing::{debug, warn};

use crate::clock::Stopwatch;

/// Long enough for a connection to end and free its descriptor, short enough to go unnoticed.
const PAUSE: Duration = Duration::from_millis(50);

/// The same complaint is logged at most this often.
const COMPLAINT_INTERVAL: Duration = Duration::from_secs(5);

pub(super) struct Acceptor {
    listener: TcpListener,
    slots: Arc<Semaphore>,
    full: Complaint,
    failing: Complaint,
}

impl Acceptor {
    pub(super) fn new(listener: TcpListener, slots: Arc<Semaphore>) -> Self {
        Self { listener, slots, full: Complaint::default(), failing: Complaint::default() }
    }

    /// The next connection, once there is room for one.
    pub(super) async fn next(&mut self) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
        if self.slots.available_permits() == 0
            && let Some(suppressed) = self.full.due()
        {
            warn!(suppressed, "all connections are in use: new ones wait");
        }
        let slot = Arc::clone(&self.slots)
            .acquire_owned()
            .await
            .expect("OK because nobody closes this semaphore");
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    // Answers are written whole: waiting for more to send would only delay them.
                    if let Err(error) = stream.set_nodelay(true) {
                        debug!(%error, "TCP_NODELAY cannot be set");
                    }
                    return (stream, peer, slot);
                }
                Err(error) if gave_up_itself(&error) => {}
                Err(error) => {
                    if let Some(suppressed) = self.failing.due() {
                        warn!(%error, suppressed, "a connection cannot be accepted, trying again");
                    }
                    sleep(PAUSE).await;
                }
            }
        }
    }
}

/// The client left between the kernel's queue and us: its affair, the next one may be fine.
fn gave_up_itself(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

/// Limits how often one thing is logged.
#[derive(Default)]
struct Complaint {
    last: Option<Stopwatch>,
    suppressed: u64,
}

impl Complaint {
    /// How many were held back since the last one, when it is time for the next.
    fn due(&mut self) -> Option<u64> {
        if self.last.is_some_and(|last| last.elapsed() < COMPLAINT_INTERVAL) {
            self.suppressed += 1;
            return None;
        }
        self.last = Some(Stopwatch::start());
        Some(std::mem::take(&mut self.suppressed))
    }
}
