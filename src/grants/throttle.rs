//! Guessing of client secrets is slowed down (RFC 6749 section 2.3.1), per client and address, without
//! locking the real client out.
//!
//! A pair of client and address has a budget of failures. When it is used up, attempts are refused
//! without being looked at until it has recovered a little. At an address that has proven to know the
//! client's secret, wrong ones are told to wait all the same, but the right one goes on to be accepted,
//! until a second budget, ten times as large, is used up too: whoever shares the address can neither
//! lock the client out easily nor guess without end.

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Arc,
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

use crate::{clock::Clock, config::Rate};

/// How many pairs of client and address are remembered.
const MOST_PAIRS: u64 = 20_000;

/// How long an address that has proven itself counts as such.
const PROVEN_FOR: Duration = Duration::from_secs(3600);

/// After how many seconds a success proves an address anew.
const RENEW_AFTER: u64 = 300;

const TEN: NonZeroU32 = NonZeroU32::new(10).expect("OK because 10 is not 0");

type Budget = RateLimiter<NotKeyed, InMemoryState, WallClock, StateInformationMiddleware>;
type Pair = (u64, IpAddr);

/// Counts failed client authentications.
#[derive(Debug)]
pub struct Throttle {
    quota: Quota,
    quota_of_proven: Quota,
    clock: WallClock,
    hasher: RandomState,
    failures: Cache<(Pair, bool), Arc<Failures>>,
    /// Since when a pair counts as proven, in Unix seconds.
    proven: Cache<Pair, u64>,
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
pub(super) struct Attempt<'a> {
    throttle: &'a Throttle,
    pair: Pair,
    proven_at: Option<u64>,
    now: u64,
}

/// Too many failures; another attempt makes sense after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany(pub(super) Duration);

impl Throttle {
    /// A throttle that allows `rate` failures per client and address.
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
            clock: WallClock(clock),
            hasher: RandomState::new(),
            failures: Cache::builder().max_capacity(MOST_PAIRS).time_to_idle(rate.per * 2).build(),
            proven: Cache::builder().max_capacity(MOST_PAIRS).time_to_live(PROVEN_FOR).build(),
        }
    }

    /// Admits an attempt to be `client_id` from `address`, or says how long to wait.
    pub(super) fn admit(&self, client_id: &str, address: IpAddr) -> Result<Attempt<'_>, TooMany> {
        let pair = (self.hasher.hash_one(client_id), network(address));
        let now = self.clock.0.now();
        let proven_at = self.proven.get(&pair);
        if let Some(failures) = self.failures.get(&(pair, proven_at.is_some())) {
            let blocked_until = failures.blocked_until.load(Ordering::Relaxed);
            if now < blocked_until {
                return Err(TooMany(Duration::from_secs(blocked_until - now)));
            }
        }
        Ok(Attempt { throttle: self, pair, proven_at, now })
    }

    fn quota(&self, proven: bool) -> Quota {
        if proven { self.quota_of_proven } else { self.quota }
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

impl Attempt<'_> {
    /// The secret was right.
    pub(super) fn succeeded(self) {
        if self.proven_at.is_none_or(|at| self.now.abs_diff(at) > RENEW_AFTER) {
            self.throttle.proven.insert(self.pair, self.now);
        }
    }

    /// The secret was wrong; an error when that was one too many.
    pub(super) fn failed(self) -> Result<(), TooMany> {
        let verdict = self.count(false);
        if self.proven_at.is_some() {
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
