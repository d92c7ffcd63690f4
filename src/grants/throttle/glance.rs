//! What a glance tells of a name and an address: whether they may have failed of late, and whether they
//! have just proven themselves. Nearly all have not and have, and need no more than that.

use std::{
    net::IpAddr,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// How many slots there are; pairs share them.
const SLOTS: usize = 4096;

/// How many bits of a slot's value are seconds; the others tell which pair it is.
const SECONDS: u32 = 40;

/// Two small tables. Whoever shares a slot with one that failed is looked at more closely, which costs a
/// moment; whoever shares one with another that has proven itself proves itself anew.
#[derive(Debug, Default)]
pub(super) struct Glance {
    /// When one of the slot failed last, in Unix seconds; 0: never.
    failed: Table,
    /// Which pair of the slot proved itself last, and when.
    proven: Table,
}

/// A value for each slot, at first 0. Takes no memory before the first is written: most throttles of a
/// process never need theirs.
#[derive(Debug, Default)]
struct Table(OnceLock<Box<[AtomicU64]>>);

impl Table {
    fn read(&self, pair: (u64, IpAddr), order: Ordering) -> u64 {
        self.0.get().map_or(0, |slots| slots[slot(pair)].load(order))
    }

    fn slot(&self, pair: (u64, IpAddr)) -> &AtomicU64 {
        let slots = self.0.get_or_init(|| (0..SLOTS).map(|_| AtomicU64::new(0)).collect());
        &slots[slot(pair)]
    }
}

impl Glance {
    /// When a pair of this slot failed last.
    pub(super) fn failed_at(&self, pair: (u64, IpAddr)) -> u64 {
        self.failed.read(pair, Ordering::Acquire)
    }

    /// Remembers that `pair` failed.
    pub(super) fn failed(&self, pair: (u64, IpAddr), now: u64) {
        self.failed.slot(pair).fetch_max(now, Ordering::Release);
    }

    /// Whether `pair` has proven itself in the last `seconds`.
    pub(super) fn is_proven(&self, pair: (u64, IpAddr), now: u64, seconds: u64) -> bool {
        let known = self.proven.read(pair, Ordering::Relaxed);
        let at = known & ((1 << SECONDS) - 1);
        known >> SECONDS == tag(pair) && now.abs_diff(at) <= seconds
    }

    /// Remembers that `pair` has proven itself.
    pub(super) fn proved(&self, pair: (u64, IpAddr), now: u64) {
        let value = tag(pair) << SECONDS | now & ((1 << SECONDS) - 1);
        self.proven.slot(pair).store(value, Ordering::Relaxed);
    }
}

/// Name and address in one number; the name's part is keyed, so that nobody chooses it.
fn mixed((name, address): (u64, IpAddr)) -> u64 {
    let address = match address {
        IpAddr::V4(v4) => u64::from(v4.to_bits()),
        // The lower half is zero: a /64 counts as one.
        IpAddr::V6(v6) => (v6.to_bits() >> 64) as u64,
    };
    (name ^ address.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

fn slot(pair: (u64, IpAddr)) -> usize {
    (mixed(pair) >> 40) as usize % SLOTS
}

/// One of 2^24 per pair, never 0.
fn tag(pair: (u64, IpAddr)) -> u64 {
    (mixed(pair) & ((1 << (64 - SECONDS)) - 1)) | 1
}
