//! The other floor: what ring alone takes for a signature or a verification, on every core at once, as
//! the servers' threads work when they are driven.

use std::{collections::BTreeSet, fmt, hint::black_box, thread, time::Duration};

use ring::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, UnparsedPublicKey};
use rustix::time::{ClockId, clock_gettime};
use signet::{
    directory::{PasswordDigest, hash_password},
    entropy::SystemEntropy,
    secret::Secret,
};
use signet_verifier::Algorithm;

use crate::{
    Outcome,
    bare_keys::{BareKey, SIGNING_INPUT},
    rounds::median,
    subject::PASSWORD,
};

/// How much CPU time one batch takes, and how many each core works off in a round.
const BATCH: Duration = Duration::from_millis(20);
const BATCHES: usize = 10;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Bare {
    Signature(Algorithm),
    Es256Verification,
    /// One password compared.
    Password,
}

impl fmt::Display for Bare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature(algorithm) => write!(f, "{algorithm} signature (floor)"),
            Self::Es256Verification => f.write_str("ES256 verification (floor)"),
            Self::Password => f.write_str("argon2id (floor)"),
        }
    }
}

/// The work, with the keys that it is done with.
pub(crate) struct BareWork(Vec<(Bare, Work)>);

enum Work {
    Sign(BareKey),
    Verify(UnparsedPublicKey<Vec<u8>>, Vec<u8>),
    Compare(PasswordDigest, Secret),
}

impl BareWork {
    pub(crate) fn prepare(wanted: impl IntoIterator<Item = Bare>) -> Outcome<Self> {
        let distinct: BTreeSet<Bare> = wanted.into_iter().collect();
        let work = |bare: Bare| Ok((bare, bare.prepare()?));
        distinct.into_iter().map(work).collect::<Outcome<_>>().map(Self)
    }

    /// The microseconds that each takes.
    pub(crate) fn measure(&self) -> Vec<(Bare, f64)> {
        self.0.iter().map(|(bare, work)| (*bare, work.measure())).collect()
    }
}

impl Bare {
    fn prepare(self) -> Outcome<Work> {
        let algorithm = match self {
            Self::Signature(algorithm) => return Ok(Work::Sign(BareKey::generate(algorithm)?)),
            Self::Password => {
                let password = Secret::new(PASSWORD.to_owned());
                let digest = hash_password(&password, &SystemEntropy)?;
                return Ok(Work::Compare(digest.parse()?, password));
            }
            Self::Es256Verification => Algorithm::Es256,
        };
        let key = BareKey::generate(algorithm)?;
        let BareKey::Ecdsa(pair) = &key else {
            return Err("a key for ES256 is on a curve".into());
        };
        let public = pair.public_key().as_ref().to_vec();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public);
        Ok(Work::Verify(public, key.sign(&SIGNING_INPUT)))
    }
}

impl Work {
    fn measure(&self) -> f64 {
        match self {
            Self::Sign(key) => on_every_core(|| {
                black_box(key.sign(black_box(&SIGNING_INPUT)));
            }),
            Self::Verify(public, signature) => on_every_core(|| {
                let verified = public.verify(black_box(&SIGNING_INPUT), signature);
                verified.expect("OK because the key signed it");
            }),
            Self::Compare(digest, password) => on_every_core(|| {
                assert!(black_box(digest).matches(password), "the digest is the password's");
            }),
        }
    }
}

fn on_every_core(work: impl Fn() + Sync) -> f64 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(|| batches(&work))).collect();
        let samples = threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("OK because the work does not panic"));
        median(samples.collect())
    })
}

fn batches(work: impl Fn()) -> Vec<f64> {
    let batch = |_| {
        let start = cpu_time();
        let mut times = 0_u32;
        while cpu_time() - start < BATCH {
            work();
            times += 1;
        }
        (cpu_time() - start).as_secs_f64() * 1e6 / f64::from(times)
    };
    (0..BATCHES).map(batch).collect()
}

/// The CPU time of this thread so far.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("OK because CPU time is not negative")
}
