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

/// The operations endpoints; they stand at the root whatever the issuer's path.
#[derive(Debug)]
pub struct OperationsApi {
    /// Whether to send requests here.
    pub readiness: Arc<Readiness>,
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
    /// 503 only while starting or draining; for a load balancer.
    #[oai(path = "/readyz", method = "get", operation_id = "readyz", tag = "Tag::Operations")]
    async fn readyz(&self) -> ReadinessAnswer {
        let body = Json(StateBody { state: name(self.readiness.state()).to_owned() });
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
    Ready(Json<StateBody>),
    /// Starting or draining: send requests elsewhere.
    #[oai(status = 503)]
    NotReady(Json<StateBody>),
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
