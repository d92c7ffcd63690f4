//! Threads with a bounded queue before them. Started when there is something to do, ended with the pool.

use std::{
    collections::VecDeque,
    fmt,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use rustix::process::nice;

use super::{NotCompared, turns::Turns};
use crate::clock::Stopwatch;

/// By how much the threads yield to others, from 0 to 19. On Linux each thread has its own.
const NICENESS: i32 = 19;

/// What a thread does for somebody who waits for it.
pub(super) type Job = Box<dyn FnOnce() + Send>;

/// The threads. Dropping it ends them, after what each is at.
#[derive(Debug)]
pub(super) struct Pool {
    queue: Arc<Queue>,
    threads: usize,
    most_waiting: usize,
}

#[derive(Debug, Default)]
struct Queue {
    state: Mutex<State>,
    more: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<(u64, Job)>,
    next: u64,
    started: usize,
    idle: usize,
    turns: Turns,
    closed: bool,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("waiting", &self.jobs.len()).finish_non_exhaustive()
    }
}

/// A place in the queue; dropped, it is free again, if nobody has taken its job up.
#[derive(Debug)]
pub(super) struct Place<'a> {
    queue: &'a Queue,
    number: u64,
}

impl Pool {
    pub(super) fn new(threads: NonZeroUsize, most_waiting: usize) -> Self {
        Self { queue: Arc::default(), threads: threads.get(), most_waiting }
    }

    /// Puts `job` into the queue.
    pub(super) fn enqueue(&self, job: Job) -> Result<Place<'_>, NotCompared> {
        let mut state = self.queue.lock();
        // Those who will be taken up by an idle thread at once wait for nobody.
        let idle = state.idle + (self.threads - state.started);
        if state.jobs.len() >= self.most_waiting + idle {
            let waiting = state.jobs.len();
            return Err(NotCompared::TooMany { again_in: state.turns.next(waiting) });
        }
        if state.jobs.len() >= state.idle && state.started < self.threads {
            self.start_another(&mut state)?;
        }
        let number = state.next;
        state.next += 1;
        state.jobs.push_back((number, job));
        self.queue.more.notify_one();
        Ok(Place { queue: &self.queue, number })
    }

    fn start_another(&self, state: &mut State) -> Result<(), NotCompared> {
        let queue = Arc::clone(&self.queue);
        let name = format!("passwords-{}", state.started + 1);
        match thread::Builder::new().name(name).spawn(move || queue.work()) {
            Ok(_) => {
                state.started += 1;
                // It is on its way to the queue.
                state.idle += 1;
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, "cannot start a thread for passwords");
                // Those that run get to it in time.
                if state.started > 0 { Ok(()) } else { Err(NotCompared::NoThread) }
            }
        }
    }

    pub(super) fn waiting(&self) -> usize {
        self.queue.lock().jobs.len()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.closed = true;
        state.jobs.clear();
        self.queue.more.notify_all();
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What each thread does. What else the machine has to do comes first: a storm of sign-ins waits for
    /// tokens, and not the other way round.
    fn work(&self) {
        if let Err(error) = nice(NICENESS) {
            tracing::warn!(%error, "passwords are compared at the priority of everything else");
        }
        let mut state = self.lock();
        loop {
            if state.closed {
                return;
            }
            let Some((_, job)) = state.jobs.pop_front() else {
                state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            state.idle -= 1;
            drop(state);
            let begun = Stopwatch::start();
            // Whoever waits for it is told by the end of its channel.
            if catch_unwind(AssertUnwindSafe(job)).is_err() {
                tracing::error!("what was done for a password panicked");
            }
            let took = begun.elapsed();
            state = self.lock();
            let at_a_time = state.started;
            state.turns.took(took, at_a_time);
            state.idle += 1;
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        let number = self.number;
        // In order of their numbers.
        if let Ok(place) = state.jobs.binary_search_by_key(&number, |(number, _)| *number) {
            let job = state.jobs.remove(place);
            drop(state);
            // The password is wiped outside the lock.
            drop(job);
        }
    }
}
