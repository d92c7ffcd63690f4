//! For operators: `/healthz`, `/readyz` and `/metrics`.

use std::sync::Arc;

use poem_openapi::{
    ApiResponse, Object, OpenApi,
    payload::{Json, PlainText},
};

use super::{
    docs::Tag,
    metrics::Metrics,
    server::{Readiness, readiness::State},
};
use crate::{directory::Directory, store::Availability};

/// The operations endpoints; they stand at the root whatever the issuer's path.
#[derive(Debug)]
pub struct OperationsApi {
    /// Whether to send requests here.
    pub readiness: Arc<Readiness>,
    /// Whether the store answers.
    pub store: Arc<Availability>,
    /// Whether the directory answers.
    pub directory: Arc<Directory>,
    /// What has been counted.
    pub metrics: Arc<Metrics>,
}

#[OpenApi]
impl OperationsApi {
    /// Alive?
    ///
    /// 200 while the process answers at all; for a supervisor that restarts what hangs.
    #[oai(path = "/healthz", method = "get", operation_id = "healthz", tag = "Tag::Operations")]
    async fn healthz(&self) -> HealthAnswer {
        HealthAnswer::Alive(Json(StateBody { state: "alive".to_owned() }))
    }

    /// Ready?
    ///
    /// 503 only while starting or draining; for a load balancer. A store or a directory that is away is
    /// named, and leaves it 200: much goes on without.
    #[oai(path = "/readyz", method = "get", operation_id = "readyz", tag = "Tag::Operations")]
    async fn readyz(&self) -> ReadinessAnswer {
        let body = Json(ReadinessBody {
            state: name(self.readiness.state()).to_owned(),
            store: self.store.name().to_owned(),
            directory: self.directory_state().map(str::to_owned),
        });
        if self.readiness.is_ready() {
            ReadinessAnswer::Ready(body)
        } else {
            ReadinessAnswer::NotReady(body)
        }
    }

    /// Metrics
    ///
    /// In the Prometheus text format.
    #[oai(path = "/metrics", method = "get", operation_id = "metrics", tag = "Tag::Operations")]
    async fn metrics(&self) -> MetricsAnswer {
        MetricsAnswer::Ok(PlainText(self.metrics.encode()))
    }
}

impl OperationsApi {
    fn directory_state(&self) -> Option<&'static str> {
        let directory = &self.directory;
        directory
            .has_registry()
            .then(|| if directory.is_available() { "available" } else { "away" })
    }
}

const fn name(state: State) -> &'static str {
    match state {
        State::Starting => "starting",
        State::Ready => "ready",
        State::Draining => "draining",
    }
}

/// The state of this process.
#[derive(Debug, Object)]
#[oai(rename = "State")]
pub struct StateBody {
    /// In one word.
    pub state: String,
}

/// Whether to send requests here.
#[derive(Debug, Object)]
#[oai(rename = "Readiness")]
pub struct ReadinessBody {
    /// `starting`, `ready` or `draining`.
    pub state: String,
    /// Whether the store of grants and revocations answers: `available` or `away`.
    pub store: String,
    /// Whether the directory of people and applications answers: `available` or `away`; absent where
    /// configuration declares them all.
    #[oai(skip_serializing_if_is_none)]
    pub directory: Option<String>,
}

/// Answers of `/healthz`.
#[derive(ApiResponse)]
pub enum HealthAnswer {
    /// The process answers.
    #[oai(status = 200)]
    Alive(Json<StateBody>),
}

/// Answers of `/readyz`.
#[derive(ApiResponse)]
pub enum ReadinessAnswer {
    /// Send requests.
    #[oai(status = 200)]
    Ready(Json<ReadinessBody>),
    /// Starting or draining: send requests elsewhere.
    #[oai(status = 503)]
    NotReady(Json<ReadinessBody>),
}

/// Answers of `/metrics`.
#[derive(ApiResponse)]
pub enum MetricsAnswer {
    /// The metrics.
    #[oai(
        status = 200,
        content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    )]
    Ok(PlainText<String>),
}
