//! From a signal to the end of accepting: SIGTERM and SIGINT, readiness first, then a delay in which
//! load balancers notice. Must not know what is being served.

use std::{io, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::sleep,
};
use tracing::info;

use super::Readiness;

/// Counts the signals that ask the process to end.
#[derive(Debug, Clone)]
pub struct Signals(watch::Receiver<u32>);

/// Listens for SIGTERM and SIGINT from now on. Needs a tokio runtime around it.
///
/// # Errors
/// When the system refuses the handlers.
pub fn signals() -> io::Result<Signals> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (count, signals) = watch::channel(0);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                () = count.closed() => break,
            }
            count.send_modify(|count| *count += 1);
        }
    });
    Ok(Signals(signals))
}

impl Signals {
    /// Resolves at the first signal: end in good order.
    pub async fn first(&self) {
        self.reached(1).await;
    }

    /// Resolves at the second signal: end at once.
    pub async fn second(&self) {
        self.reached(2).await;
    }

    async fn reached(&self, wanted: u32) {
        let mut count = self.0.clone();
        if count.wait_for(|count| *count >= wanted).await.is_err() {
            // The listening task ended with its runtime: no signal will come.
            std::future::pending::<()>().await;
        }
    }
}

/// Resolves when the server should stop accepting: once `asked` to, `readiness` turns to draining, and
/// requests are served for another `delay`.
pub async fn drain(asked: impl Future<Output = ()>, readiness: &Readiness, delay: Duration) {
    asked.await;
    readiness.start_draining();
    info!(?delay, "asked to stop: no longer ready, draining");
    sleep(delay).await;
}
