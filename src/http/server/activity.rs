//! What one connection is doing, told by its own tasks and read by the sweep; and what the sweep
//! tells it. Every step of a request is a relaxed atomic operation or two. Must not know how long
//! anything may take.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    task::Waker,
};

use super::debts::{Debts, Generation};

/// The sweep's count of its own steps: all the time that a connection needs to know.
#[derive(Debug, Default)]
pub(super) struct Ticks(AtomicU32);

impl Ticks {
    pub(super) fn now(&self) -> u32 {
        self.0.load(Relaxed)
    }

    pub(super) fn advance(&self) -> u32 {
        self.0.fetch_add(1, Relaxed).wrapping_add(1)
    }
}

/// What a connection without a request in flight waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitsFor {
    Handshake = 0,
    /// The rest of a request's head.
    Head = 1,
    /// The first byte of the next request.
    Request = 2,
}

/// What the sweep wants of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Command {
    Go = 0,
    /// Finish what is in flight, then close.
    Close = 1,
    /// Be gone.
    Cut = 2,
}

/// How long, in ticks, a client may owe.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowed {
    pub(super) body: u32,
    pub(super) uptake: u32,
}

pub(super) struct Activity {
    ticks: Arc<Ticks>,
    in_flight: AtomicU32,
    /// [`WaitsFor`] and since which tick, in one word so that the sweep reads a consistent pair.
    waiting: AtomicU64,
    /// The tick after which a write made no progress, plus one; 0 when none is stuck.
    stalled: AtomicU32,
    /// Requests whose body the client has yet to send.
    bodies: Debts,
    /// Answers of which the client has yet to take the last part handed out.
    uptakes: Debts,
    multiplexed: AtomicBool,
    command: AtomicU8,
    waker: Mutex<Option<Waker>>,
}

impl Activity {
    pub(super) fn new(ticks: Arc<Ticks>, allowed: Allowed, first: WaitsFor) -> Self {
        let activity = Self {
            ticks,
            in_flight: AtomicU32::new(0),
            waiting: AtomicU64::new(0),
            stalled: AtomicU32::new(0),
            bodies: Debts::new(allowed.body),
            uptakes: Debts::new(allowed.uptake),
            multiplexed: AtomicBool::new(false),
            command: AtomicU8::new(Command::Go as u8),
            waker: Mutex::new(None),
        };
        activity.wait_for(first);
        activity
    }

    // Told by the connection.

    pub(super) fn wait_for(&self, what: WaitsFor) {
        self.waiting.store((what as u64) << 32 | u64::from(self.ticks.now()), Relaxed);
    }

    /// The connection speaks HTTP/2, where bytes without a request are no sign of one.
    pub(super) fn is_multiplexed(&self) {
        self.multiplexed.store(true, Relaxed);
    }

    /// Bytes came in.
    pub(super) fn received(&self) {
        let idle = self.waiting.load(Relaxed) >> 32 == WaitsFor::Request as u64;
        if idle && !self.multiplexed.load(Relaxed) {
            self.wait_for(WaitsFor::Head);
        }
    }

    /// A write could not go on.
    pub(super) fn write_stalled(&self) {
        if self.stalled.load(Relaxed) == 0 {
            self.stalled.store(self.ticks.now().wrapping_add(1).max(1), Relaxed);
        }
    }

    /// A write went on.
    pub(super) fn write_progressed(&self) {
        if self.stalled.load(Relaxed) != 0 {
            self.stalled.store(0, Relaxed);
        }
    }

    /// A request's head is complete.
    pub(super) fn begin(self: &Arc<Self>, has_body: bool) -> Exchange {
        self.in_flight.fetch_add(1, Relaxed);
        let body = has_body.then(|| self.bodies.begin(self.ticks.now()));
        Exchange { activity: Arc::clone(self), body, uptake: None }
    }

    fn end(&self) {
        // In this order, or the sweep could take the wait before the request for the one after it.
        self.wait_for(WaitsFor::Request);
        self.in_flight.fetch_sub(1, Relaxed);
    }

    pub(super) fn command(&self) -> Command {
        match self.command.load(Relaxed) {
            0 => Command::Go,
            1 => Command::Close,
            _ => Command::Cut,
        }
    }

    /// Where to call when there is a new command. To be set before the command is read.
    pub(super) fn wake_by(&self, waker: Waker) {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker);
    }

    // Read and told by the sweep.

    pub(super) fn is_busy(&self) -> bool {
        self.in_flight.load(Relaxed) > 0
    }

    pub(super) fn waiting(&self) -> (WaitsFor, u32) {
        let waiting = self.waiting.load(Relaxed);
        let what = match waiting >> 32 {
            0 => WaitsFor::Handshake,
            1 => WaitsFor::Head,
            _ => WaitsFor::Request,
        };
        (what, waiting as u32)
    }

    pub(super) fn stalled_since(&self) -> Option<u32> {
        match self.stalled.load(Relaxed) {
            0 => None,
            since => Some(since.wrapping_sub(1)),
        }
    }

    /// Whether the client owes for longer than it may.
    pub(super) fn has_old_debt(&self) -> bool {
        let now = self.ticks.now();
        self.bodies.any_old(now) || self.uptakes.any_old(now)
    }

    pub(super) fn order(&self, command: Command) {
        self.command.fetch_max(command as u8, Relaxed);
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// A request in flight, from its head to the end of its answer's body.
pub(super) struct Exchange {
    activity: Arc<Activity>,
    body: Option<Generation>,
    uptake: Option<Generation>,
}

impl Exchange {
    /// There is an answer: whatever is missing of the request's body is not waited for.
    pub(super) fn answered(&mut self) {
        if let Some(begun) = self.body.take() {
            self.activity.bodies.settle(begun);
        }
    }

    /// A part of the answer was handed out.
    pub(super) fn part_handed_out(&mut self) {
        if self.uptake.is_none() {
            self.uptake = Some(self.activity.uptakes.begin(self.activity.ticks.now()));
        }
    }

    /// There is room for more: the part before is on its way.
    pub(super) fn part_taken(&mut self) {
        if let Some(begun) = self.uptake.take() {
            self.activity.uptakes.settle(begun);
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.answered();
        self.part_taken();
        self.activity.end();
    }
}
