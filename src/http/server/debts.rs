//! What a client owes, by age and without a clock reading each: a debt is counted in the generation in
//! which it began, and four generations are told apart. Must not know what is owed.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

const GENERATIONS: usize = 4;

/// The debts of one kind that a connection's client has.
pub(super) struct Debts {
    ticks_per_generation: u32,
    begun_in: [AtomicU32; GENERATIONS],
}

/// The generation in which a debt began.
#[derive(Clone, Copy)]
pub(super) struct Generation(usize);

impl Debts {
    /// Debts that are old after `allowed` ticks; it may take them half as long again to be seen as such.
    pub(super) fn new(allowed: u32) -> Self {
        let ticks_per_generation = allowed.div_ceil(2).max(1);
        Self { ticks_per_generation, begun_in: Default::default() }
    }

    pub(super) fn begin(&self, now: u32) -> Generation {
        let generation = self.generation(now);
        self.begun_in[generation].fetch_add(1, Relaxed);
        Generation(generation)
    }

    pub(super) fn settle(&self, Generation(generation): Generation) {
        self.begun_in[generation].fetch_sub(1, Relaxed);
    }

    /// Whether there is a debt of three generations ago: at least two have passed in full since.
    pub(super) fn any_old(&self, now: u32) -> bool {
        let oldest = (self.generation(now) + 1) % GENERATIONS;
        self.begun_in[oldest].load(Relaxed) > 0
    }

    fn generation(&self, now: u32) -> usize {
        (now / self.ticks_per_generation) as usize % GENERATIONS
    }
}
