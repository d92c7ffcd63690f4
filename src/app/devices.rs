//! The device flow, put together.

use std::sync::Arc;

use poem::http::Method;

use super::{
    App,
    accounts::{answering, on},
    endpoint::Wiring,
};
use crate::{
    grants::{DEVICE_QUESTION_LABEL, DeviceAuthorization, DeviceDecisions},
    http::{
        cors::Policy,
        device_authorization::{self, DeviceAuthorizationApi},
        pages::device::{self, DevicePage},
    },
    tokens::{DeviceCodes, Sealer},
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
            forms: self.forms(&wiring),
            authorization: Arc::new(authorization),
        };
        wiring.routes = wiring.routes.api(&wiring.prefix, api);
        let path = format!("{}{}", wiring.prefix, device_authorization::PATH);
        wiring.policies.push((path, Policy::Configured));
        self.device_page(wiring)
    }

    /// Where people decide on them.
    fn device_page(&self, mut wiring: Wiring) -> Wiring {
        let decisions = DeviceDecisions {
            requests: Arc::clone(&self.store.device_requests),
            codes: DeviceCodes::new(Arc::clone(&self.sealing_keys)),
            throttle: Arc::clone(&self.user_code_throttle),
            directory: Arc::clone(&self.directory),
            descriptions: Arc::clone(&self.scope_descriptions),
            questions: Sealer::new(
                DEVICE_QUESTION_LABEL,
                Arc::clone(&self.sealing_keys),
                Arc::clone(&self.entropy),
            ),
            clock: Arc::clone(&self.clock),
        };
        let visits = self.visits(&wiring);
        let page = Arc::new(DevicePage { visits, decisions });
        let path = format!("{}{}", wiring.prefix, device::PATH);
        let routes = wiring.routes.get(path.clone(), on!(page, show));
        wiring.routes = routes.page(Method::POST, path, on!(page, take));
        wiring
    }
}
