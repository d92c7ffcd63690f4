//! Requests by route, method and status. A request costs one look into a map that is never locked,
//! and no allocation: the counters themselves are found once. Must not know who asked.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use arc_swap::ArcSwap;
use prometheus_client::{
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::labels::{Method, RequestLabels, RouteLabel, STATUSES};

/// From a tenth of a millisecond, where most answers are, to the longest that a client waits.
const BUCKETS: [f64; 16] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
];

/// Patterns are ours and few; were one ever made of a request, the damage would end here.
const MAX_ROUTES: usize = 512;

/// The route and the status of what is not listed.
const OTHER: &str = "other";

type ByRoute = HashMap<String, Arc<RouteMetrics>>;

#[derive(Debug)]
pub(super) struct Requests {
    counts: Family<RequestLabels, Counter>,
    durations: Family<RouteLabel, Histogram, fn() -> Histogram>,
    routes: ArcSwap<ByRoute>,
}

#[derive(Debug)]
struct RouteMetrics {
    route: String,
    duration: Histogram,
    counts: [OnceLock<Box<[OnceLock<Counter>]>>; Method::COUNT],
}

impl Requests {
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let counts = Family::default();
        registry.register("signet_http_requests", "Requests answered", counts.clone());
        let new_histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let durations = Family::new_with_constructor(new_histogram);
        registry.register_with_unit(
            "signet_http_request_duration",
            "From a request's head to its answer's",
            Unit::Seconds,
            durations.clone(),
        );
        Self { counts, durations, routes: ArcSwap::default() }
    }

    pub(super) fn count(&self, route: &str, method: Method, status: u16, took: Duration) {
        let routes = self.routes.load();
        let Some(metrics) = routes.get(route) else {
            drop(routes);
            return self.first_of(route).count(&self.counts, method, status, took);
        };
        metrics.count(&self.counts, method, status, took);
    }

    /// The metrics of a route that was not asked for before.
    fn first_of(&self, route: &str) -> Arc<RouteMetrics> {
        let route = if self.routes.load().len() < MAX_ROUTES { route } else { OTHER };
        let label = RouteLabel { route: route.to_owned() };
        let metrics = Arc::new(RouteMetrics {
            route: route.to_owned(),
            duration: self.durations.get_or_create_owned(&label),
            counts: Default::default(),
        });
        self.routes.rcu(|routes| {
            let mut routes = ByRoute::clone(routes);
            routes.entry(route.to_owned()).or_insert_with(|| Arc::clone(&metrics));
            routes
        });
        metrics
    }
}

impl RouteMetrics {
    fn count(
        &self,
        counts: &Family<RequestLabels, Counter>,
        method: Method,
        status: u16,
        took: Duration,
    ) {
        self.duration.observe(took.as_secs_f64());
        let listed = STATUSES.binary_search_by_key(&status, |(status, _)| *status);
        let index = listed.unwrap_or(STATUSES.len());
        let by_status = self.counts[method as usize]
            .get_or_init(|| (0..=STATUSES.len()).map(|_| OnceLock::new()).collect());
        by_status[index]
            .get_or_init(|| {
                let status = STATUSES.get(index).map_or(OTHER, |(_, name)| *name);
                let route = self.route.clone();
                counts.get_or_create_owned(&RequestLabels { route, method: method.name(), status })
            })
            .inc();
    }
}
