//! What is served beside the canonical endpoints: mounted, described, warned of.

use std::sync::Arc;

use super::{Api, App, EXTENSIONS, endpoint::Wiring};
use crate::{
    config::Config,
    grants::BearerAuthorization,
    http::{
        docs::{Additions, Document},
        extension::{ExtensionParts, Mounting, Operations},
        management::authorized_tokens::AuthorizedTokensApi,
    },
};

/// The OpenAPI document of a server with this configuration.
#[must_use]
pub fn openapi_document_of(config: &Config) -> Document {
    Document::with::<Api>(&config.issuer, &additions(config))
}

/// What whoever runs a server with this configuration should know of what is served beside the canonical
/// endpoints.
#[must_use]
pub fn warnings(config: &Config) -> Vec<String> {
    EXTENSIONS.iter().flat_map(|extension| extension.warnings(&config.dialects)).collect()
}

/// What the OpenAPI document says beside the canonical operations.
pub(super) fn additions(config: &Config) -> Additions {
    let dialects = config.dialects.clone();
    Additions::new(move |document| {
        EXTENSIONS.iter().for_each(|extension| extension.describe(&dialects, document));
    })
}

impl App {
    /// Mounts all of them.
    pub(super) fn extensions(&self, wiring: Wiring) -> Wiring {
        let Wiring { routes, policies, prefix, trusted_proxies, body_limit } = wiring;
        let tokens = AuthorizedTokensApi {
            bearer: BearerAuthorization::new(self.issuer.clone(), self.own_tokens()),
            tokens: self.authorized_tokens(),
        };
        let parts = ExtensionParts {
            dialects: self.config().config.dialects.clone(),
            prefix,
            pipeline: Arc::clone(&self.pipeline),
            operations: Operations::of((self.applications_api(body_limit), tokens)),
            trusted_proxies,
            body_limit,
            metrics: Arc::clone(&self.metrics),
        };
        let mounting = Mounting { routes, policies };
        let mount = |mounting, extension: &&dyn super::Extension| extension.mount(&parts, mounting);
        let Mounting { routes, policies } = EXTENSIONS.iter().fold(mounting, mount);
        let ExtensionParts { prefix, trusted_proxies, body_limit, .. } = parts;
        Wiring { routes, policies, prefix, trusted_proxies, body_limit }
    }
}
