//! How long the store was away, by which the grace of refresh tokens is lengthened.

use std::{sync::Arc, time::Duration};

use signet::{
    clock::Clock,
    store::{Availability, Outage},
};

use crate::support::test_clock;

#[test]
fn a_store_that_answers_for_moments_only_is_away_all_the_while() {
    let clock = Arc::new(test_clock());
    let availability = Availability::new(clock.clone());
    let since = clock.now();
    for _ in 0..3 {
        availability.report(false);
        clock.advance(Duration::from_secs(600));
        availability.report(true);
        clock.advance(Duration::from_secs(20));
    }
    let until = Some(clock.now() - 20);
    assert_eq!(availability.last_outage(), Some(Outage { since, until, answered: 40 }));
}

#[test]
fn a_store_that_fails_every_minute_does_not_stretch_one_outage_without_end() {
    let clock = Arc::new(test_clock());
    let availability = Availability::new(clock.clone());
    for _ in 0..1000 {
        availability.report(false);
        clock.advance(Duration::from_secs(1));
        availability.report(true);
        clock.advance(Duration::from_secs(50));
        let outage = availability.last_outage().unwrap();
        assert!(clock.now() - outage.since <= 2 * 51, "{outage:?}");
    }
}
