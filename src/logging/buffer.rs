//! Lines on their way to the log's reader: bounded, written by a thread of their own. Whoever logs
//! copies a line into memory and goes on; when the memory is full the line is dropped and counted.
//! Must not know what a line says.

use std::{
    fmt,
    io::{self, Write},
    mem,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use super::timestamp::Timestamp;

/// Lines are written together at this interval.
const INTERVAL: Duration = Duration::from_millis(100);

/// What the two halves of the buffer keep for themselves between bursts.
const KEPT: usize = 64 * 1024;

/// Whether a line may wait for company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Written within a tenth of a second.
    CanWait,
    /// Written at once, by the writing thread.
    AtOnce,
}

/// A handle to the buffer; all clones are the same one.
#[derive(Clone)]
pub struct LogBuffer(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// There is something to do for the writing thread.
    work: Condvar,
    /// The writing thread has ended.
    ended: Condvar,
    dropped: AtomicU64,
    capacity: usize,
}

#[derive(Default)]
struct State {
    pending: Vec<u8>,
    urgent: bool,
    closed: bool,
    ended: bool,
}

impl LogBuffer {
    /// Starts the thread that writes to `out`; at most `capacity` bytes wait for it.
    ///
    /// # Errors
    /// When the system has no thread to spare.
    pub fn start(out: impl Write + Send + 'static, capacity: usize) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            work: Condvar::new(),
            ended: Condvar::new(),
            dropped: AtomicU64::new(0),
            capacity,
        });
        let writer = Writer { shared: Arc::clone(&shared), out, told: 0 };
        thread::Builder::new().name("log".to_owned()).spawn(move || writer.run())?;
        Ok(Self(shared))
    }

    /// Adds the line that `write` appends, line feed included. `write` runs under the buffer's lock
    /// and must only append.
    pub fn push(&self, urgency: Urgency, write: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.0.state();
        let (before, half) = (state.pending.len(), self.0.capacity / 2);
        write(&mut state.pending);
        let after = state.pending.len();
        if after > self.0.capacity || state.closed {
            state.pending.truncate(before);
            self.0.dropped.fetch_add(1, Relaxed);
            return;
        }
        let urgent = urgency == Urgency::AtOnce;
        state.urgent |= urgent;
        drop(state);
        // A notification is a system call: one per batch, not one per line.
        if before == 0 || urgent || (before < half && after >= half) {
            self.0.work.notify_one();
        }
    }

    /// How many lines were lost so far.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Relaxed)
    }

    /// Takes no more lines, and waits for those at hand to be written, but no longer than `patience`.
    /// Says whether all were.
    pub fn close(&self, patience: Duration) -> bool {
        let mut state = self.0.state();
        state.closed = true;
        self.0.work.notify_one();
        let (state, _) = self
            .0
            .ended
            .wait_timeout_while(state, patience, |state| !state.ended)
            .unwrap_or_else(PoisonError::into_inner);
        state.ended
    }
}

impl fmt::Debug for LogBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogBuffer").field("dropped", &self.dropped()).finish_non_exhaustive()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The writing thread.
struct Writer<W> {
    shared: Arc<Shared>,
    out: W,
    /// How many lost lines the log itself tells of.
    told: u64,
}

impl<W: Write> Writer<W> {
    fn run(mut self) {
        let mut batch = Vec::new();
        loop {
            let closed = self.next_batch(&mut batch);
            self.write(&batch);
            self.tell_of_losses();
            batch.clear();
            batch.shrink_to(KEPT);
            if closed {
                break;
            }
        }
        let _ = self.out.flush();
        self.shared.state().ended = true;
        self.shared.ended.notify_all();
    }

    /// Waits for lines, and a while longer for more of them. Says whether they are the last.
    fn next_batch(&self, batch: &mut Vec<u8>) -> bool {
        let half = self.shared.capacity / 2;
        let state = self
            .shared
            .work
            .wait_while(self.shared.state(), |state| state.pending.is_empty() && !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        let (mut state, _) = self
            .shared
            .work
            .wait_timeout_while(state, INTERVAL, |state| {
                !state.urgent && !state.closed && state.pending.len() < half
            })
            .unwrap_or_else(PoisonError::into_inner);
        state.urgent = false;
        mem::swap(&mut state.pending, batch);
        state.closed
    }

    fn write(&mut self, mut batch: &[u8]) {
        while !batch.is_empty() {
            match self.out.write(batch) {
                Ok(written) if written > 0 => batch = &batch[written..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Standard error can be non-blocking, by the doing of whoever shares it with us.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    thread::sleep(INTERVAL / 10);
                }
                Ok(_) | Err(_) => {
                    let lines = batch.iter().filter(|byte| **byte == b'\n').count();
                    self.shared.dropped.fetch_add(lines as u64, Relaxed);
                    return;
                }
            }
        }
    }

    fn tell_of_losses(&mut self) {
        let dropped = self.shared.dropped.load(Relaxed);
        if dropped > self.told {
            let line = format!(
                concat!(
                    r#"{{"timestamp":"{}","level":"WARN","target":"signet::log","#,
                    r#""message":"log lines were lost: nobody read them in time","dropped":{}}}"#,
                    "\n"
                ),
                Timestamp::now(),
                dropped - self.told,
            );
            self.told = dropped;
            self.write(line.as_bytes());
        }
    }
}
