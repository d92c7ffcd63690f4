//! Guessing of client secrets and passwords is slowed down (RFC 6749 sections 2.3.1 and 4.3.2), per name
//! and address, without locking the one who has the name out.
//!
//! A pair of name and address has a budget of failures. When it is used up, attempts are refused
//! without being looked at until it has recovered a little. At an address that has proven to know the
//! secret, wrong ones are told to wait all the same, but the right one goes on to be accepted,
//! until a second budget, ten times as large, is used up too: whoever shares the address can neither
//! lock the other out easily nor guess without end.

mod glance;
mod turns;

use std::{
    fmt,
    hash::{BuildHasher, Hash, RandomState},
    marker::PhantomData,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::Clock as GovernorClock,
    middleware::StateInformationMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};
use moka::sync::Cache;

use self::{
    glance::Glance,
    turns::{Turn, Turns},
};
use crate::{clock::Clock, config::Rate};

/// How many pairs of name and address are remembered.
const MOST_PAIRS: u64 = 20_000;

/// How long an address that has proven itself counts as such.
const PROVEN_FOR: Duration = Duration::from_secs(3600);

/// After how many seconds a success proves an address anew.
const RENEW_AFTER: u64 = 300;

/// By then one of those that are being judged is judged.
const A_MOMENT: Duration = Duration::from_secs(1);

const TEN: NonZeroU32 = NonZeroU32::new(10).expect("OK because 10 is not 0");

type Budget = RateLimiter<NotKeyed, InMemoryState, WallClock, StateInformationMiddleware>;
type Pair = (u64, IpAddr);

/// Made when it is first used: empty, it takes tens of KiB already, and most throttles never need theirs.
type Later<T> = LazyLock<T, Box<dyn FnOnce() -> T + Send>>;

/// Counts failures of those who are named by an `N`.
pub struct Throttle<N: ?Sized> {
    quota: Quota,
    quota_of_proven: Quota,
    /// How long a failure counts, in seconds: after that the budget has recovered.
    forgotten_after: u64,
    glance: Glance,
    clock: WallClock,
    hasher: RandomState,
    failures: Later<Cache<(Pair, bool), Arc<Failures>>>,
    /// The pairs that count as proven.
    proven: Later<Cache<Pair, ()>>,
    turns: Turns,
    names: PhantomData<fn(&N)>,
}

impl<N: ?Sized> fmt::Debug for Throttle<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle").field("quota", &self.quota).finish_non_exhaustive()
    }
}

/// The failures of one pair.
#[derive(Debug)]
struct Failures {
    budget: Budget,
    /// Until when attempts are refused, in Unix seconds.
    blocked_until: AtomicU64,
}

/// An attempt that may be looked at; to be reported back as a success or a failure, or dropped where
/// it could not be judged.
#[derive(Debug)]
#[must_use]
pub(super) struct Attempt<'a, N: ?Sized> {
    throttle: &'a Throttle<N>,
    pair: Pair,
    now: u64,
}

/// Too many failures; another attempt makes sense after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany(pub(super) Duration);

impl<N: Hash + ?Sized> Throttle<N> {
    /// A throttle that allows `rate` failures per name and address.
    #[must_use]
    pub fn new(rate: Rate, clock: Arc<dyn Clock>) -> Self {
        let quota = |count: NonZeroU32| {
            Quota::with_period(rate.per / count.get())
                .unwrap_or_else(|| Quota::per_second(count))
                .allow_burst(count)
        };
        let of_proven = quota(rate.count.saturating_mul(TEN));
        let quota = quota(rate.count);
        Self {
            quota,
            quota_of_proven: of_proven,
            forgotten_after: (rate.per * 2).as_secs() + 1,
            glance: Glance::default(),
            clock: WallClock(clock),
            hasher: RandomState::new(),
            failures: Later::new(Box::new(move || {
                Cache::builder().max_capacity(MOST_PAIRS).time_to_idle(rate.per * 2).build()
            })),
            proven: Later::new(Box::new(|| {
                Cache::builder().max_capacity(MOST_PAIRS).time_to_live(PROVEN_FOR).build()
            })),
            turns: Turns::default(),
            names: PhantomData,
        }
    }

    /// Admits an attempt to be `name` from `address`, or says how long to wait.
    pub(super) fn admit(&self, name: &N, address: IpAddr) -> Result<Attempt<'_, N>, TooMany> {
        let pair = (self.hasher.hash_one(name), network(address));
        let now = self.clock.0.now();
        let suspect = now.abs_diff(self.glance.failed_at(pair)) <= self.forgotten_after;
        if suspect && let Some(failures) = self.failures.get(&(pair, self.is_proven(pair))) {
            let blocked_until = failures.blocked_until.load(Ordering::Relaxed);
            if now < blocked_until {
                return Err(TooMany(Duration::from_secs(blocked_until - now)));
            }
        }
        Ok(Attempt { throttle: self, pair, now })
    }

    /// Counts an attempt of `name` from `address` as a failure, whatever comes of it: none proves anything.
    pub(super) fn count(&self, name: &N, address: IpAddr) -> Result<(), TooMany> {
        self.admit(name, address)?.failed()
    }

    /// A turn for an attempt that takes a while to judge: so many at a time as may fail.
    pub(super) fn turn(&self, attempt: &Attempt<'_, N>) -> Result<Turn<'_>, TooMany> {
        let most = self.quota(self.is_proven(attempt.pair)).burst_size();
        self.turns.take(attempt.pair, most).ok_or(TooMany(A_MOMENT))
    }
}

impl<N: ?Sized> Throttle<N> {
    fn quota(&self, proven: bool) -> Quota {
        if proven { self.quota_of_proven } else { self.quota }
    }

    fn is_proven(&self, pair: Pair) -> bool {
        self.proven.contains_key(&pair)
    }

    fn failures(&self, pair: Pair, proven: bool) -> Arc<Failures> {
        self.failures.get_with((pair, proven), || {
            let budget = RateLimiter::direct_with_clock(self.quota(proven), self.clock.clone());
            Arc::new(Failures {
                budget: budget.with_middleware(),
                blocked_until: AtomicU64::new(0),
            })
        })
    }
}

impl<N: ?Sized> Attempt<'_, N> {
    /// The secret was right.
    pub(super) fn succeeded(self) {
        let Throttle { glance, proven, .. } = self.throttle;
        if !glance.is_proven(self.pair, self.now, RENEW_AFTER) {
            proven.insert(self.pair, ());
            glance.proved(self.pair, self.now);
        }
    }

    /// The secret was wrong; an error when that was one too many.
    pub(super) fn failed(self) -> Result<(), TooMany> {
        self.throttle.glance.failed(self.pair, self.now);
        let verdict = self.count(false);
        if self.throttle.is_proven(self.pair) {
            // Counted for the day when even this address has to wait; what it is told now is above.
            let _ = self.count(true);
        }
        verdict
    }

    /// Takes one failure off a budget, and blocks it while it is used up.
    fn count(&self, of_proven: bool) -> Result<(), TooMany> {
        let failures = self.throttle.failures(self.pair, of_proven);
        let checked = failures.budget.check();
        if checked.as_ref().is_ok_and(|state| state.remaining_burst_capacity() > 0) {
            return Ok(());
        }
        // Until one more failure would be within it again.
        let interval = self.throttle.quota(of_proven).replenish_interval();
        let wait = Duration::from_secs(interval.as_secs() + u64::from(interval.subsec_nanos() > 0));
        failures.blocked_until.store(self.now + wait.as_secs(), Ordering::Relaxed);
        checked.map(drop).map_err(|_| TooMany(wait))
    }
}

/// What counts as one address: an IPv6 client has a /64 to itself.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let mut segments = v6.segments();
            segments[4..].fill(0);
            IpAddr::V6(Ipv6Addr::from(segments))
        }
        v4 => v4,
    }
}

/// Our clock, as governor wants it.
#[derive(Debug, Clone)]
struct WallClock(Arc<dyn Clock>);

impl GovernorClock for WallClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Duration::from_secs(self.0.now()).into()
    }
}
