//! What became of the word to applications that somebody signed out, read when a scrape asks. Must not know whose
//! session it was.

use std::{fmt, sync::Arc};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::counter::ConstCounter,
};

use crate::grants::BackChannel;

#[derive(Debug)]
pub(super) struct BackChannelCollector(pub(super) Arc<BackChannel>);

impl Collector for BackChannelCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        for (name, help, count) in [
            (
                "signet_backchannel_logouts_delivered",
                "Log-outs that applications were told of",
                self.0.delivered(),
            ),
            (
                "signet_backchannel_logouts_failed",
                "Log-outs that applications could not be told of",
                self.0.failed(),
            ),
            (
                "signet_backchannel_logouts_dropped",
                "Log-outs that applications were not told of because too many waited",
                self.0.dropped(),
            ),
        ] {
            let counter = ConstCounter::new(count);
            let kind = counter.metric_type();
            counter.encode(encoder.encode_descriptor(name, help, None, kind)?)?;
        }
        Ok(())
    }
}
