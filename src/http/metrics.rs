//! The metrics, in the text format that Prometheus reads. Counting is cheap and bounded: labels are
//! route patterns, closed lists and words from our own tables, never what a client sent. Must not know
//! what the numbers mean for the service.

mod back_channel;
mod labels;
mod passwords;
mod process;
mod requests;

use std::{sync::Arc, time::Duration};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, text},
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::{ConstGauge, Gauge},
        info::Info,
    },
    registry::Registry,
};

pub use self::labels::ReloadResult;
pub(super) use self::labels::{Method, UNMATCHED};
use self::{
    back_channel::BackChannelCollector,
    labels::{DoorLabels, ErrorLabel, GrantTypeLabel, KeyLabels, ReloadLabel},
    passwords::PasswordCollector,
    process::ProcessCollector,
    requests::Requests,
};
use crate::{
    directory::{Directory, Passwords},
    grants::BackChannel,
    keys::KeyState,
    logging::Lines,
    store::Availability,
};

/// Whether answers of `status` are counted by themselves, and not as `other`.
#[must_use]
pub fn counts_by_itself(status: u16) -> bool {
    labels::STATUSES.iter().any(|(listed, _)| *listed == status)
}

/// All metrics of the process. What other rooms count, they count by its methods.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Requests,
    connections: Gauge,
    tokens_issued: Family<GrantTypeLabel, Counter>,
    token_refusals: Family<ErrorLabel, Counter>,
    signing_keys: Family<KeyLabels, Gauge>,
    config_reloads: Family<ReloadLabel, Counter>,
    event_listeners: Gauge,
    dialect_requests: Family<DoorLabels, Counter>,
}

impl Metrics {
    /// Metrics at zero; `log` tells how many log lines were lost, `store` whether it answers.
    #[must_use]
    pub fn new(log: Lines, store: Arc<Availability>) -> Self {
        let mut registry = Registry::default();
        let requests = Requests::registered(&mut registry);
        let connections = Gauge::default();
        registry.register("signet_connections", "Open connections", connections.clone());
        let tokens_issued = Family::default();
        registry.register("signet_tokens_issued", "Tokens issued", tokens_issued.clone());
        let token_refusals = Family::default();
        registry.register("signet_token_refusals", "Tokens refused", token_refusals.clone());
        let signing_keys = Family::default();
        registry.register("signet_signing_keys", "Signing keys", signing_keys.clone());
        let config_reloads = Family::default();
        registry.register("signet_config_reloads", "Reloads", config_reloads.clone());
        let event_listeners = Gauge::default();
        let help = "Streams of status list events";
        registry.register("signet_status_list_event_listeners", help, event_listeners.clone());
        let dialect_requests = Family::default();
        let help = "Requests at the doors of dialects";
        registry.register("signet_dialect_requests", help, dialect_requests.clone());
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("signet_build", "The running version", build);
        registry.register_collector(Box::new(LogCollector(log)));
        registry.register_collector(Box::new(StoreCollector(store)));
        registry.register_collector(Box::new(ProcessCollector));
        Self {
            registry,
            requests,
            connections,
            tokens_issued,
            token_refusals,
            signing_keys,
            config_reloads,
            event_listeners,
            dialect_requests,
        }
    }

    /// The same with what `passwords` tells of its work.
    #[must_use]
    pub fn with_passwords(mut self, passwords: &Arc<Passwords>) -> Self {
        self.registry.register_collector(Box::new(PasswordCollector(Arc::clone(passwords))));
        self
    }

    /// The same with what became of the word to applications that somebody signed out.
    #[must_use]
    pub fn with_back_channel(mut self, back_channel: Arc<BackChannel>) -> Self {
        self.registry.register_collector(Box::new(BackChannelCollector(back_channel)));
        self
    }

    /// The same, with a gauge that tells whether `directory` answers, where it is one that can be away.
    #[must_use]
    pub fn with_directory(mut self, directory: Arc<Directory>) -> Self {
        if directory.has_registry() {
            self.registry.register_collector(Box::new(DirectoryCollector(directory)));
        }
        self
    }

    /// What a scrape answers.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut text = String::new();
        // Writing to a `String` does not fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }

    /// The gauge that the server keeps.
    #[must_use]
    pub fn connections(&self) -> Gauge {
        self.connections.clone()
    }

    pub(super) fn request(&self, route: &str, method: Method, status: u16, took: Duration) {
        self.requests.count(route, method, status, took);
    }

    /// A token was issued; `grant_type` as registered, or a word of ours.
    pub fn token_issued(&self, grant_type: &'static str) {
        self.tokens_issued.get_or_create(&GrantTypeLabel { grant_type }).inc();
    }

    /// A token was refused; `error` is the code of the answer.
    pub fn token_refused(&self, error: &'static str) {
        self.token_refusals.get_or_create(&ErrorLabel { error }).inc();
    }

    /// Somebody came to a `door` of a `dialect`; both words are ours.
    pub fn dialect_request(&self, dialect: &'static str, door: &'static str) {
        self.dialect_requests.get_or_create(&DoorLabels { dialect, door }).inc();
    }

    /// There are now `count` keys for `alg` in `state`.
    pub fn set_signing_keys(&self, alg: &'static str, state: KeyState, count: usize) {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.signing_keys.get_or_create(&KeyLabels { alg, state }).set(count);
    }

    /// Somebody listens to the status lists' events.
    pub fn event_listener_came(&self) {
        self.event_listeners.inc();
    }

    /// And listens no more.
    pub fn event_listener_left(&self) {
        self.event_listeners.dec();
    }

    /// The configuration, or a file it names, was read again.
    pub fn config_reloaded(&self, result: ReloadResult) {
        self.config_reloads.get_or_create(&ReloadLabel { result }).inc();
    }
}

#[derive(Debug)]
struct LogCollector(Lines);

impl Collector for LogCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let dropped = ConstCounter::new(self.0.dropped());
        let help = "Log lines lost because nobody read them in time";
        let name = "signet_log_lines_dropped";
        dropped.encode(encoder.encode_descriptor(name, help, None, dropped.metric_type())?)
    }
}

#[derive(Debug)]
struct StoreCollector(Arc<Availability>);

impl Collector for StoreCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let available = ConstGauge::new(i64::from(self.0.is_available()));
        let help = "Whether the store of grants and revocations answers: 1 or 0";
        let name = "signet_store_available";
        available.encode(encoder.encode_descriptor(name, help, None, available.metric_type())?)
    }
}

#[derive(Debug)]
struct DirectoryCollector(Arc<Directory>);

impl Collector for DirectoryCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let up = ConstGauge::new(i64::from(self.0.is_available()));
        let help = "Whether the directory of people and applications answers: 1 or 0";
        let name = "signet_directory_up";
        up.encode(encoder.encode_descriptor(name, help, None, up.metric_type())?)
    }
}
