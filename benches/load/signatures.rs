//! The other floor: what a bare ring signature costs, on every core at once, as the servers' threads
//! sign when they are driven.

use std::{collections::BTreeSet, hint::black_box, thread, time::Duration};

use rustix::time::{ClockId, clock_gettime};
use signet_verifier::Algorithm;

use crate::{
    Outcome,
    bare_keys::{BareKey, SIGNING_INPUT},
    rounds::median,
};

/// How much CPU time one batch takes, and how many each core signs in a round.
const BATCH: Duration = Duration::from_millis(20);
const BATCHES: usize = 10;

/// The keys that are signed with.
pub(crate) struct BareSignatures(Vec<(Algorithm, BareKey)>);

impl BareSignatures {
    pub(crate) fn prepare(algorithms: impl IntoIterator<Item = Algorithm>) -> Outcome<Self> {
        let distinct: BTreeSet<Algorithm> = algorithms.into_iter().collect();
        let key = |algorithm| Ok((algorithm, BareKey::generate(algorithm)?));
        distinct.into_iter().map(key).collect::<Outcome<_>>().map(Self)
    }

    /// The microseconds that a signature takes with each algorithm.
    pub(crate) fn measure(&self) -> Vec<(Algorithm, f64)> {
        self.0.iter().map(|(algorithm, key)| (*algorithm, on_every_core(key))).collect()
    }
}

fn on_every_core(key: &BareKey) -> f64 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(|| batches(key))).collect();
        let samples = threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("OK because signing does not panic"));
        median(samples.collect())
    })
}

fn batches(key: &BareKey) -> Vec<f64> {
    let batch = |_| {
        let start = cpu_time();
        let mut signatures = 0_u32;
        while cpu_time() - start < BATCH {
            black_box(key.sign(black_box(&SIGNING_INPUT)));
            signatures += 1;
        }
        (cpu_time() - start).as_secs_f64() * 1e6 / f64::from(signatures)
    };
    (0..BATCHES).map(batch).collect()
}

/// The CPU time of this thread so far.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("OK because CPU time is not negative")
}
