//! Passwords: argon2id digests (RFC 9106), made and compared on threads of their own, so that a storm of
//! sign-ins takes its time from nobody else. Whose password it is, is not known here.

mod digest;
mod pool;

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

pub use self::digest::{Cost, PasswordDigest, UnusableDigest};
use self::pool::Pool;
use crate::{
    entropy::{Entropy, EntropyUnavailable},
    secret::Secret,
};

/// The longest password, in bytes. It is compared whole or not at all.
pub const LONGEST_PASSWORD: usize = 1024;

/// How much is compared at a time, and how much may wait.
#[derive(Debug, Clone, Copy)]
pub struct PoolSize {
    /// How many passwords are compared at a time.
    pub threads: NonZeroUsize,
    /// How many more may wait for that.
    pub waiting: usize,
    /// How long each may wait.
    pub patience: Duration,
}

impl PoolSize {
    /// What suits this machine: half of its cores, and a queue that they get through in two seconds or so.
    #[must_use]
    pub fn of_this_machine() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = NonZeroUsize::new(cores.div_ceil(2)).unwrap_or(NonZeroUsize::MIN);
        Self { threads, waiting: threads.get() * 64, patience: Duration::from_secs(10) }
    }
}

/// Why a password was not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCompared {
    /// So many wait already.
    #[error("too many passwords wait to be compared")]
    TooMany,
    /// It waited too long.
    #[error("the password was not compared in time")]
    TooSlow,
    /// The threads cannot be started, or have ended.
    #[error("no thread compares passwords")]
    NoThread,
}

/// Compares passwords.
#[derive(Debug)]
pub struct Passwords {
    pool: Pool,
    patience: Duration,
    work: Arc<Work>,
}

/// What was done, to be told.
#[derive(Debug, Default)]
struct Work {
    compared: AtomicU64,
    kibibytes: AtomicU64,
}

impl Passwords {
    /// Nothing is started before there is something to do.
    #[must_use]
    pub fn new(size: PoolSize) -> Self {
        Self {
            pool: Pool::new(size.threads, size.waiting),
            patience: size.patience,
            work: Arc::default(),
        }
    }

    /// Whether `password` is the one of `digest`. Who stops waiting gives the place in the queue back.
    ///
    /// # Errors
    /// [`NotCompared`]; nothing is known then.
    pub async fn matches(
        &self,
        password: Secret,
        digest: Arc<PasswordDigest>,
    ) -> Result<bool, NotCompared> {
        let (tell, told) = oneshot::channel();
        let work = Arc::clone(&self.work);
        let place = self.pool.enqueue(Box::new(move || {
            let matches = digest.matches(&password);
            work.compared.fetch_add(1, Ordering::Relaxed);
            work.kibibytes.fetch_add(digest.cost().kibibytes(), Ordering::Relaxed);
            // Nobody may be left who wants to know.
            let _ = tell.send(matches);
        }))?;
        let answer = timeout(self.patience, told).await;
        drop(place);
        match answer {
            Ok(Ok(matches)) => Ok(matches),
            Ok(Err(_)) => Err(NotCompared::NoThread),
            Err(_) => Err(NotCompared::TooSlow),
        }
    }

    /// How many passwords were compared, and how many KiB of memory were filled for it.
    #[must_use]
    pub fn work(&self) -> (u64, u64) {
        let Work { compared, kibibytes } = &*self.work;
        (compared.load(Ordering::Relaxed), kibibytes.load(Ordering::Relaxed))
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.pool.waiting()
    }
}

/// Why no digest is made of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotHash {
    /// Nobody can sign in with it.
    #[error("a password has 1 to {LONGEST_PASSWORD} bytes")]
    Length,
    /// There is no salt.
    #[error(transparent)]
    Entropy(#[from] EntropyUnavailable),
}

/// The digest of `password`, as a PHC string to put into configuration.
///
/// # Errors
/// [`CannotHash`].
pub fn hash_password(password: &Secret, entropy: &dyn Entropy) -> Result<String, CannotHash> {
    if !(1..=LONGEST_PASSWORD).contains(&password.expose().len()) {
        return Err(CannotHash::Length);
    }
    // RFC 9106 section 3.1: the salt "SHOULD be unique for each password", and 16 bytes are recommended.
    let mut salt = [0; 16];
    entropy.fill(&mut salt)?;
    Ok(PasswordDigest::make(password, salt.to_vec()).to_phc_string())
}
