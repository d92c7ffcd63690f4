//! The threads that answer requests: each with a runtime of its own, and every connection on one of them
//! from its first byte to its last. Must not know what a connection carries.
//!
//! A runtime that several threads share moves tasks between them, wakes threads for tasks that another
//! would have come to anyway, and pays for both with locks and system calls; a request here is too short
//! to be worth that. A connection goes to the worker that has the fewest tasks and stays there. HTTP/1
//! has one request at a time, so nothing is lost; the streams of an HTTP/2 connection are spread over
//! all workers, so that one client does not have to do with one core.
//!
//! Without workers, everything runs on the runtime at hand.

use std::{future::Future, io, sync::Arc, thread};

use hyper::rt::Executor;
use tokio::{
    net::TcpStream,
    runtime::{Builder, Handle},
    sync::oneshot,
};

/// Threads that answer requests. Dropped, they end, with whatever still runs on them; one that a request
/// blocks ends when it can, and holds up nobody.
#[derive(Debug, Default)]
pub struct Workers {
    handles: Handles,
    /// A worker runs until its sender is gone.
    _running: Vec<oneshot::Sender<()>>,
}

impl Workers {
    /// Starts a worker for each core.
    ///
    /// # Errors
    /// When the system has no thread to spare.
    pub fn one_per_core() -> io::Result<Self> {
        Self::start(thread::available_parallelism().map_or(1, usize::from))
    }

    /// Starts `count` workers.
    ///
    /// # Errors
    /// When the system has no thread to spare.
    pub fn start(count: usize) -> io::Result<Self> {
        let started: Vec<_> = (0..count).map(start).collect::<io::Result<_>>()?;
        let (handles, running): (Vec<_>, _) = started.into_iter().unzip();
        Ok(Self { handles: Handles(handles.into()), _running: running })
    }

    pub(super) fn handles(&self) -> Handles {
        self.handles.clone()
    }
}

fn start(number: usize) -> io::Result<(Handle, oneshot::Sender<()>)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let (running, ended) = oneshot::channel();
    thread::Builder::new().name(format!("worker-{number}")).spawn(move || {
        // An error says that the sender is gone: the one message that there is.
        drop(runtime.block_on(ended));
        // A read that hangs, of a disk that is away, is not waited for.
        runtime.shutdown_background();
    })?;
    Ok((handle, running))
}

/// Where the tasks of connections run; does not keep the workers alive.
#[derive(Debug, Clone, Default)]
pub(super) struct Handles(Arc<[Handle]>);

impl Handles {
    /// Runs what `serve` makes of `stream`, on the worker that has the least to do.
    pub(super) fn serve<F>(
        &self,
        stream: TcpStream,
        serve: impl FnOnce(TcpStream) -> F + Send + 'static,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let Some(worker) = self.least_busy() else {
            tokio::spawn(serve(stream));
            return;
        };
        // A socket is watched by the runtime that it was accepted on, until it is moved.
        let moved = stream.into_std();
        worker.spawn(async move {
            match moved.and_then(TcpStream::from_std) {
                Ok(stream) => serve(stream).await,
                Err(error) => tracing::warn!(%error, "a connection cannot be served"),
            }
        });
    }

    fn least_busy(&self) -> Option<&Handle> {
        self.0.iter().min_by_key(|worker| tasks(worker))
    }
}

/// How hyper runs the streams of an HTTP/2 connection.
impl<F> Executor<F> for Handles
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let here = Handle::current();
        // Waking another thread costs more than the wait for one other task.
        match self.least_busy().filter(|worker| tasks(worker) + 1 < tasks(&here)) {
            Some(worker) => worker.spawn(stream),
            None => here.spawn(stream),
        };
    }
}

fn tasks(worker: &Handle) -> usize {
    worker.metrics().num_alive_tasks()
}
