//! All open connections, and the sweep over them that keeps every time-out. Must not know what a
//! connection carries.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use prometheus_client::metrics::gauge::Gauge;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tracing::debug;

use super::{
    ConnectionLimits,
    activity::{Activity, Allowed, Command, Ticks, WaitsFor},
};

pub(super) struct ConnectionTable {
    ticks: Arc<Ticks>,
    rules: Rules,
    limits: ConnectionLimits,
    open: Gauge,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    by_number: HashMap<u64, Entry>,
    next: u64,
}

struct Entry {
    activity: Arc<Activity>,
    /// Since when the connection knows that it should close.
    told: Option<u32>,
}

/// The limits, in ticks.
struct Rules {
    handshake: u32,
    head: u32,
    idle: u32,
    allowed: Allowed,
}

impl ConnectionTable {
    pub(super) fn new(limits: &ConnectionLimits, open: Gauge) -> Self {
        let rules = Rules {
            handshake: limits.in_ticks(limits.tls_handshake_timeout),
            head: limits.in_ticks(limits.header_timeout),
            idle: limits.in_ticks(limits.idle_timeout),
            allowed: Allowed {
                body: limits.in_ticks(limits.body_timeout),
                uptake: limits.in_ticks(limits.write_timeout),
            },
        };
        let (ticks, entries) = (Arc::default(), Mutex::default());
        Self { ticks, rules, limits: limits.clone(), open, entries }
    }

    /// Takes a new connection in.
    pub(super) fn seat(self: &Arc<Self>, with_handshake: bool) -> Seat {
        let first = if with_handshake { WaitsFor::Handshake } else { WaitsFor::Head };
        let ticks = Arc::clone(&self.ticks);
        let activity = Arc::new(Activity::new(ticks, self.rules.allowed, first));
        let mut entries = self.entries();
        let number = entries.next;
        entries.next += 1;
        let entry = Entry { activity: Arc::clone(&activity), told: None };
        entries.by_number.insert(number, entry);
        drop(entries);
        self.open.inc();
        Seat { table: Arc::clone(self), number, activity }
    }

    /// Keeps the time-outs, for as long as it is polled.
    pub(super) async fn sweep_for_ever(&self) {
        let mut steps: Interval = interval(self.limits.tick());
        // When the process had no time to sweep, clients had none to be answered either: a late
        // sweep counts as one step, and nobody is cut for our own slowness.
        steps.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            steps.tick().await;
            self.sweep();
        }
    }

    fn sweep(&self) {
        let now = self.ticks.advance();
        for entry in self.entries().by_number.values_mut() {
            match self.rules.verdict(entry, now) {
                None | Some((Command::Go, _)) => {}
                Some((Command::Close, reason)) => {
                    debug!(reason, "closing a connection");
                    entry.told = Some(now);
                    entry.activity.order(Command::Close);
                }
                Some((Command::Cut, reason)) => {
                    debug!(reason, "cutting a connection");
                    entry.activity.order(Command::Cut);
                }
            }
        }
    }

    /// Asks every connection to finish and close.
    pub(super) fn close_all(&self) {
        let now = self.ticks.now();
        for entry in self.entries().by_number.values_mut() {
            entry.told = Some(now);
            entry.activity.order(Command::Close);
        }
    }

    /// Ends every connection, and says how many there were.
    pub(super) fn cut_all(&self) -> usize {
        let entries = self.entries();
        for entry in entries.by_number.values() {
            entry.activity.order(Command::Cut);
        }
        entries.by_number.len()
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rules {
    fn verdict(&self, entry: &Entry, now: u32) -> Option<(Command, &'static str)> {
        let activity = &entry.activity;
        // What was noted in a tick may have happened at its very end: one more has to pass.
        let is_over = |since: u32, allowed: u32| now.wrapping_sub(since) > allowed;
        if activity.stalled_since().is_some_and(|since| is_over(since, self.allowed.uptake)) {
            return Some((Command::Cut, "the client does not read"));
        }
        if activity.has_old_debt() {
            return Some((Command::Cut, "the client neither sends its body nor takes the answer"));
        }
        if activity.is_busy() {
            return None;
        }
        match activity.waiting() {
            (WaitsFor::Handshake, since) if is_over(since, self.handshake) => {
                Some((Command::Cut, "no TLS handshake"))
            }
            (WaitsFor::Head, since) if is_over(since, self.head) => {
                Some((Command::Cut, "the request's head is incomplete"))
            }
            (WaitsFor::Request, since) => match entry.told {
                Some(told) if is_over(told.max(since), self.head) => {
                    Some((Command::Cut, "asked to close and did not"))
                }
                None if is_over(since, self.idle) => Some((Command::Close, "idle")),
                _ => None,
            },
            _ => None,
        }
    }
}

/// A connection's place in the table, given up on drop.
pub(super) struct Seat {
    table: Arc<ConnectionTable>,
    number: u64,
    pub(super) activity: Arc<Activity>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.table.entries().by_number.remove(&self.number);
        self.table.open.dec();
    }
}
