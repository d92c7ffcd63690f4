//! Guessing of client secrets is slowed down (RFC 6749 section 2.3.1), per client and address, without
//! locking the real client out.
//!
//! An address that has not yet proven to know a client's secret has a budget of attempts. One that has
//! is never made to wait before its secret is looked at, so nobody behind the same proxy can use up its
//! budget; its failures are counted like anybody's.

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::Clock as GovernorClock,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};
use moka::sync::Cache;

use crate::{clock::Clock, config::Rate};

/// How many pairs of client and address are remembered.
const MOST_PAIRS: u64 = 20_000;

/// How long an address that has proven itself counts as such.
const PROVEN_FOR: Duration = Duration::from_secs(3600);

type Budget = RateLimiter<NotKeyed, InMemoryState, WallClock, NoOpMiddleware<Nanos>>;
type Pair = (u64, IpAddr);

/// Counts failed client authentications.
#[derive(Debug)]
pub struct Throttle {
    quota: Quota,
    clock: WallClock,
    hasher: RandomState,
    budgets: Cache<Pair, Arc<Budget>>,
    proven: Cache<Pair, ()>,
}

/// An attempt that may be looked at; to be reported back as a success or a failure.
#[derive(Debug)]
#[must_use]
pub(super) struct Attempt<'a> {
    throttle: &'a Throttle,
    pair: Pair,
    proven: bool,
}

/// Too many failures; another attempt makes sense after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany(pub(super) Duration);

impl Throttle {
    /// A throttle that allows `rate` failures per client and address.
    #[must_use]
    pub fn new(rate: Rate, clock: Arc<dyn Clock>) -> Self {
        let quota = Quota::with_period(rate.per / rate.count.get())
            .unwrap_or_else(|| Quota::per_second(rate.count))
            .allow_burst(rate.count);
        Self {
            quota,
            clock: WallClock(clock),
            hasher: RandomState::new(),
            budgets: Cache::builder().max_capacity(MOST_PAIRS).time_to_idle(rate.per * 2).build(),
            proven: Cache::builder().max_capacity(MOST_PAIRS).time_to_live(PROVEN_FOR).build(),
        }
    }

    /// Admits an attempt to be `client_id` from `address`, or says how long to wait.
    pub(super) fn admit(&self, client_id: &str, address: IpAddr) -> Result<Attempt<'_>, TooMany> {
        let pair = (self.hasher.hash_one(client_id), network(address));
        let proven = self.proven.contains_key(&pair);
        if !proven {
            self.take(pair)?;
        }
        Ok(Attempt { throttle: self, pair, proven })
    }

    fn take(&self, pair: Pair) -> Result<(), TooMany> {
        let budget = self.budgets.get_with(pair, || {
            Arc::new(RateLimiter::direct_with_clock(self.quota, self.clock.clone()))
        });
        budget.check().map_err(|until| TooMany(until.wait_time_from(self.clock.now())))
    }
}

impl Attempt<'_> {
    /// The secret was right.
    pub(super) fn succeeded(self) {
        if !self.proven {
            self.throttle.proven.insert(self.pair, ());
            self.throttle.budgets.invalidate(&self.pair);
        }
    }

    /// The secret was wrong; an error when that was one too many.
    pub(super) fn failed(self) -> Result<(), TooMany> {
        if self.proven { self.throttle.take(self.pair) } else { Ok(()) }
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
