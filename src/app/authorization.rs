//! The authorization endpoint, pushed requests and the pages of the flow, put together.

use std::sync::Arc;

use poem::http::Method;

use super::{App, endpoint::Wiring};
use crate::http::{
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
        let pushed = PushedRequestsApi {
            forms: self.forms(&wiring),
            authorization: Arc::clone(&self.authorization),
        };
        let prefix = &wiring.prefix;
        wiring.routes = std::mem::take(&mut wiring.routes)
            .api(prefix, (AuthorizationApi { flow: flow.clone() }, pushed))
            .page(Method::GET, format!("{prefix}{CONSENT}"), consent::shown(flow.clone()))
            .page(Method::POST, format!("{prefix}{CONSENT}"), consent::decided(flow.clone()))
            .page(Method::GET, format!("{prefix}{CODE}"), consent::code(flow));
        wiring
    }

    /// The pages of the flow.
    fn flow(&self, wiring: &Wiring) -> Flow {
        Flow { authorization: Arc::clone(&self.authorization), visits: self.visits(wiring) }
    }
}
