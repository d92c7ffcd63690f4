//! The authorization endpoint, pushed requests and the pages of the flow, put together.

use std::sync::Arc;

use poem::http::Method;

use super::{App, endpoint::Wiring};
use crate::http::{
    authenticated_form::AuthenticatedForms,
    authorize::AuthorizationApi,
    pages::{
        consent,
        flow::{CODE, CONSENT, Flow},
    },
    par::PushedRequestsApi,
};

impl App {
    /// What a browser meets on its way to a code.
    pub(super) fn authorization(&self, mut wiring: Wiring) -> Wiring {
        let flow = self.flow(&wiring);
        let forms = AuthenticatedForms {
            pipeline: Arc::clone(&self.pipeline),
            trusted_proxies: wiring.trusted_proxies.clone(),
            body_limit: wiring.body_limit,
        };
        let pushed = PushedRequestsApi { forms, authorization: Arc::clone(&self.authorization) };
        let prefix = &wiring.prefix;
        wiring.routes = std::mem::take(&mut wiring.routes)
            .api(prefix, (AuthorizationApi { flow: flow.clone() }, pushed))
            .page(Method::GET, format!("{prefix}{CONSENT}"), consent::shown(flow.clone()))
            .page(Method::POST, format!("{prefix}{CONSENT}"), consent::decided(flow.clone()))
            .page(Method::GET, format!("{prefix}{CODE}"), consent::code(flow));
        wiring
    }

    /// The pages of the flow.
    pub(super) fn flow(&self, wiring: &Wiring) -> Flow {
        Flow { authorization: Arc::clone(&self.authorization), visits: self.visits(wiring) }
    }
}
