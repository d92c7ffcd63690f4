//! What can be mounted beside the canonical endpoints. It is handed what those are made of, and translates
//! into it: it decides nothing, and nothing here knows what it speaks.

use std::{collections::HashMap, sync::Arc};

use arc_swap::ArcSwap;
use poem::{endpoint::BoxEndpoint, http::Method};
use poem_openapi::OpenApi;
use serde_yaml::Value;

use super::{client_address::TrustedProxies, cors::Policy, metrics::Metrics, routes::Routes};
use crate::{config::Dialects, grants::Pipeline};

/// Endpoints beside the canonical ones.
pub trait Extension: Send + Sync {
    /// Adds its routes to `mounting`.
    fn mount(&self, parts: &ExtensionParts, mounting: Mounting) -> Mounting;

    /// Adds its operations to an OpenAPI document that has the canonical ones.
    fn describe(&self, dialects: &Dialects, document: &mut Value);

    /// What whoever runs this server should know of it.
    fn warnings(&self, dialects: &Dialects) -> Vec<String>;
}

/// What an extension is made of.
#[derive(Debug)]
pub struct ExtensionParts {
    /// What is enabled.
    pub dialects: Dialects,
    /// The issuer's path, below which everything stands.
    pub prefix: String,
    /// What decides; swapped when configuration is loaded again.
    pub pipeline: Arc<ArcSwap<Pipeline>>,
    /// The canonical operations that can be reached by other ways.
    pub operations: Operations,
    /// Whose word on addresses is taken.
    pub trusted_proxies: TrustedProxies,
    /// The largest body, in bytes.
    pub body_limit: usize,
    /// Where requests, tokens and refusals are counted.
    pub metrics: Arc<Metrics>,
}

/// Routes under construction.
pub struct Mounting {
    /// The routes.
    pub routes: Routes,
    /// Which paths other origins may call.
    pub policies: Vec<(String, Policy)>,
}

/// An operation, shared by the ways to it.
pub type Operation = Arc<BoxEndpoint<'static>>;

/// Canonical operations by method and path, as the OpenAPI document knows them.
#[derive(Default)]
pub struct Operations(HashMap<(Method, String), Operation>);

impl Operations {
    /// The operations of `api`.
    #[must_use]
    pub fn of(api: impl OpenApi) -> Self {
        let mut table = HashMap::new();
        api.add_routes(&mut table);
        let by_path = table.into_iter().flat_map(|(path, methods)| {
            let named = move |(method, endpoint)| ((method, path.clone()), Arc::new(endpoint));
            methods.into_iter().map(named)
        });
        Self(by_path.collect())
    }

    /// The operation that answers `method` at `path`.
    #[must_use]
    pub fn get(&self, method: &Method, path: &str) -> Option<Operation> {
        self.0.get(&(method.clone(), numbered(path))).cloned()
    }
}

/// `path` as a route to an operation has it: poem-openapi gives the segments that stand for something
/// numbers, whatever they are called.
#[must_use]
pub fn numbered(path: &str) -> String {
    let mut count = 0;
    let segments = path.split('/').map(|segment| {
        if segment.starts_with(':') {
            count += 1;
            format!(":param{}", count - 1)
        } else {
            segment.to_owned()
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

impl std::fmt::Debug for Operations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
