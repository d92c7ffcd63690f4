//! The device flow, put together.

use std::sync::Arc;

use super::{App, endpoint::Wiring};
use crate::{
    grants::DeviceAuthorization,
    http::{
        authenticated_form::AuthenticatedForms,
        device_authorization::{self, DeviceAuthorizationApi},
    },
    tokens::DeviceCodes,
};

impl App {
    /// What devices without a browser need.
    pub(super) fn devices(&self, mut wiring: Wiring) -> Wiring {
        let authorization = DeviceAuthorization {
            requests: Arc::clone(&self.store.device_requests),
            codes: DeviceCodes::new(Arc::clone(&self.sealing_keys)),
            limit: Arc::clone(&self.device_limit),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
        };
        let api = DeviceAuthorizationApi {
            issuer: self.issuer.clone(),
            forms: AuthenticatedForms {
                pipeline: Arc::clone(&self.pipeline),
                trusted_proxies: wiring.trusted_proxies.clone(),
                body_limit: wiring.body_limit,
            },
            authorization: Arc::new(authorization),
        };
        wiring.routes = wiring.routes.api(&wiring.prefix, api);
        let path = format!("{}{}", wiring.prefix, device_authorization::PATH);
        wiring.policies.push((path, crate::http::cors::Policy::Configured));
        wiring
    }
}
