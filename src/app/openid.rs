//! OpenID Connect, put together: userinfo, discovery, signing out.

use std::sync::Arc;

use poem::http::Method;

use super::{App, endpoint::Wiring};
use crate::{
    grants::{BearerAuthorization, EndSession, SignOut},
    http::{
        cors::Policy,
        logout::{self, LogoutApi},
        metadata::openid::{self, DiscoveryApi},
        userinfo::{self, UserinfoApi},
    },
    tokens::IdTokenHints,
};

impl App {
    /// What OpenID Connect adds.
    pub(super) fn openid(&self, wiring: Wiring) -> Wiring {
        let logging_out = LogoutApi {
            visits: self.visits(&wiring),
            end_session: Arc::new(self.end_session()),
            sign_out: self.sign_out(),
        };
        let userinfo = UserinfoApi {
            bearer: BearerAuthorization::new(self.issuer.clone(), self.own_tokens()),
            body_limit: wiring.body_limit,
        };
        let discovery = DiscoveryApi { metadata: Arc::clone(&self.metadata) };
        let Wiring { routes, mut policies, prefix, .. } = wiring;
        policies.push((format!("{prefix}{}", userinfo::PATH), Policy::Configured));
        policies.push((format!("{prefix}{}", openid::PATH), Policy::Anyone));
        let routes = routes.api(&prefix, (userinfo, discovery, logging_out)).page(
            Method::HEAD,
            format!("{prefix}{}", logout::PATH),
            logout::head(),
        );
        Wiring { routes, policies, prefix, ..wiring }
    }

    fn end_session(&self) -> EndSession {
        EndSession::new(
            self.issuer.clone(),
            IdTokenHints::new(self.issuer.clone(), Arc::clone(&self.keys)),
            Arc::clone(&self.directory),
            Arc::clone(&self.sealing_keys),
            Arc::clone(&self.clock),
            Arc::clone(&self.entropy),
        )
    }

    /// What signs people out.
    pub(super) fn sign_out(&self) -> SignOut {
        SignOut {
            sessions: Arc::clone(&self.sessions),
            families: Arc::clone(&self.store.families),
            revocation: self.parts().revocation(),
            directory: Arc::clone(&self.directory),
            back_channel: Arc::clone(&self.back_channel),
            id_token_algorithm: Arc::clone(&self.id_token_algorithm),
            clock: Arc::clone(&self.clock),
        }
    }
}
