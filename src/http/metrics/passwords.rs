//! What the threads that compute passwords have done, read when a scrape asks. Must not know whose passwords
//! they are.

use std::{fmt, sync::Arc};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
};

use crate::directory::Passwords;

#[derive(Debug)]
pub(super) struct PasswordCollector(pub(super) Arc<Passwords>);

impl Collector for PasswordCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let (compared, _) = self.0.work();
        for (name, help, count) in [
            ("signet_passwords_compared", "Passwords compared", compared),
            ("signet_passwords_made", "Digests of passwords made", self.0.made()),
            (
                "signet_passwords_refused",
                "Passwords not computed because too many waited",
                self.0.refused(),
            ),
        ] {
            let counter = ConstCounter::new(count);
            let kind = counter.metric_type();
            counter.encode(encoder.encode_descriptor(name, help, None, kind)?)?;
        }
        let waiting = ConstGauge::new(i64::try_from(self.0.waiting()).unwrap_or(i64::MAX));
        let (name, help) = ("signet_passwords_waiting", "Passwords that wait to be computed");
        waiting.encode(encoder.encode_descriptor(name, help, None, waiting.metric_type())?)
    }
}
