//! Passwords: argon2id digests (RFC 9106), made and compared on threads of their own, so that a storm of
//! sign-ins takes its time from nobody else. Whose password it is, is not known here.

mod digest;
mod policy;
mod pool;
mod turns;

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

use self::pool::{Job, Pool};
pub use self::{
    digest::{PasswordDigest, UnusableDigest},
    policy::{PasswordUnfit, check_new_password},
};
pub use crate::config::PasswordCost as Cost;
use crate::{
    entropy::{Entropy, EntropyUnavailable},
    secret::Secret,
};

/// The longest password, in bytes. It is compared whole or not at all.
pub const LONGEST_PASSWORD: usize = 1024;

/// How much is computed at a time, and how much may wait.
#[derive(Debug, Clone, Copy)]
pub struct PoolSize {
    /// How many passwords are compared, or digests made, at a time.
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

/// Why a password was not compared, or no digest made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCompared {
    /// So many wait already.
    #[error("too many passwords wait to be compared")]
    TooMany {
        /// When there will be room.
        again_in: Duration,
    },
    /// It waited too long.
    #[error("the password was not compared in time")]
    TooSlow,
    /// The threads cannot be started, or have ended.
    #[error("no thread compares passwords")]
    NoThread,
}

impl NotCompared {
    /// When it is worth another try.
    #[must_use]
    pub const fn again_in(self) -> Duration {
        match self {
            Self::TooMany { again_in } => again_in,
            Self::TooSlow | Self::NoThread => Duration::from_secs(2),
        }
    }
}

/// Why no digest was made of a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotMade {
    /// It was not computed.
    #[error(transparent)]
    NotComputed(#[from] NotCompared),
    /// None may be made of it.
    #[error(transparent)]
    CannotHash(#[from] CannotHash),
}

/// Compares passwords, and makes digests of new ones.
#[derive(Debug)]
pub struct Passwords {
    pool: Pool,
    patience: Duration,
    cost: Cost,
    entropy: Arc<dyn Entropy>,
    work: Arc<Work>,
}

/// What was done, to be told.
#[derive(Debug, Default)]
struct Work {
    compared: AtomicU64,
    made: AtomicU64,
    refused: AtomicU64,
    kibibytes: AtomicU64,
}

impl Passwords {
    /// New digests cost `cost`, and have their salts from `entropy`. Nothing is started before there is
    /// something to do.
    #[must_use]
    pub fn new(size: PoolSize, cost: Cost, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            pool: Pool::new(size.threads, size.waiting),
            patience: size.patience,
            cost,
            entropy,
            work: Arc::default(),
        }
    }

    /// What a new digest costs.
    #[must_use]
    pub const fn cost(&self) -> Cost {
        self.cost
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
        let compare = Box::new(move || {
            let matches = digest.matches(&password);
            work.compared.fetch_add(1, Ordering::Relaxed);
            work.kibibytes.fetch_add(digest.cost().kibibytes(), Ordering::Relaxed);
            // Nobody may be left who wants to know.
            let _ = tell.send(matches);
        });
        self.done(compare, told).await
    }

    /// Makes the digest of `password`, which [`check_new_password`] has let pass where somebody chose it. Who
    /// stops waiting gives the place in the queue back.
    ///
    /// # Errors
    /// [`NotMade`].
    pub async fn digest(&self, password: Secret) -> Result<PasswordDigest, NotMade> {
        let salt = salt_for(&password, &*self.entropy)?;
        self.digest_with(password, salt).await
    }

    /// Makes the digest of `password` anew, of which `old` is one: at the cost of today, with the salt that it
    /// has. By that salt a session knows that the password is the one that it was signed in with. Parameters
    /// are a part of what argon2 computes (RFC 9106 section 3.2), so that both digests tell nothing of each
    /// other.
    ///
    /// # Errors
    /// [`NotMade`].
    pub async fn digest_anew(
        &self,
        password: Secret,
        old: &PasswordDigest,
    ) -> Result<PasswordDigest, NotMade> {
        self.digest_with(password, old.salt().to_vec()).await
    }

    async fn digest_with(
        &self,
        password: Secret,
        salt: Vec<u8>,
    ) -> Result<PasswordDigest, NotMade> {
        let (tell, told) = oneshot::channel();
        let (work, cost) = (Arc::clone(&self.work), self.cost);
        let make = Box::new(move || {
            let digest = PasswordDigest::make(&password, salt, cost);
            work.made.fetch_add(1, Ordering::Relaxed);
            work.kibibytes.fetch_add(cost.kibibytes(), Ordering::Relaxed);
            // Nobody may be left who wants it.
            let _ = tell.send(digest);
        });
        Ok(self.done(make, told).await?)
    }

    /// Has `job` done, which tells its result to `told`.
    async fn done<T>(&self, job: Job, told: oneshot::Receiver<T>) -> Result<T, NotCompared> {
        let place = self.pool.enqueue(job).inspect_err(|reason| {
            if matches!(reason, NotCompared::TooMany { .. }) {
                self.work.refused.fetch_add(1, Ordering::Relaxed);
            }
        })?;
        let answer = timeout(self.patience, told).await;
        drop(place);
        match answer {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) => Err(NotCompared::NoThread),
            Err(_) => Err(NotCompared::TooSlow),
        }
    }

    /// How many passwords were compared, and how many KiB of memory were filled for that and for new digests.
    #[must_use]
    pub fn work(&self) -> (u64, u64) {
        let Work { compared, kibibytes, .. } = &*self.work;
        (compared.load(Ordering::Relaxed), kibibytes.load(Ordering::Relaxed))
    }

    /// How many digests were made.
    #[must_use]
    pub fn made(&self) -> u64 {
        self.work.made.load(Ordering::Relaxed)
    }

    /// How many were refused because too many waited.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.work.refused.load(Ordering::Relaxed)
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

/// The digest of `password` at the usual cost, as a PHC string to put into configuration.
///
/// # Errors
/// [`CannotHash`].
pub fn hash_password(password: &Secret, entropy: &dyn Entropy) -> Result<String, CannotHash> {
    let salt = salt_for(password, entropy)?;
    Ok(PasswordDigest::make(password, salt, Cost::default()).to_phc_string())
}

/// A new salt, if a digest may be made of `password`.
fn salt_for(password: &Secret, entropy: &dyn Entropy) -> Result<Vec<u8>, CannotHash> {
    if !(1..=LONGEST_PASSWORD).contains(&password.expose().len()) {
        return Err(CannotHash::Length);
    }
    // RFC 9106 section 3.1: the salt "SHOULD be unique for each password", and 16 bytes are recommended.
    let mut salt = [0; 16];
    entropy.fill(&mut salt)?;
    Ok(salt.to_vec())
}
