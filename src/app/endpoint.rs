//! Which endpoint stands where: the canonical paths below the issuer, the operations at the root.

use std::sync::Arc;

use poem::Endpoint;

use super::{App, extensions::additions};
use crate::{
    config::Http,
    entropy::EntropyUnavailable,
    http::{
        authenticated_form::AuthenticatedForms,
        authorize::AuthorizationApi,
        boundary::{Boundary, BoundarySettings, RequestIds},
        client_address::TrustedProxies,
        cors::{Cors, Policy},
        device_authorization::DeviceAuthorizationApi,
        docs::{Document, DocumentEndpoints},
        error_response::JsonErrorAnswers,
        health::OperationsApi,
        introspect::IntrospectionApi,
        jwks::{self, JwksApi},
        logout::LogoutApi,
        management::{
            applications::ApplicationsApi,
            authorized_tokens::AuthorizedTokensApi,
            registration::{self, RegistrationApi},
            roles::RolesApi,
            users::UsersApi,
        },
        metadata::{self, MetadataApi, openid::DiscoveryApi},
        pages::style,
        par::PushedRequestsApi,
        request_log::RequestLog,
        revoke::{self, RevocationApi},
        routes::Routes,
        sign_in::{self, SignInApi},
        status_list_events::StatusListEventsApi,
        status_lists::{self, StatusListsApi},
        token::{self, TokenApi},
        userinfo::UserinfoApi,
    },
    oauth::IssuerUrl,
};

/// What OpenID Connect adds.
type OpenidApi = (UserinfoApi, LogoutApi, DiscoveryApi);

/// Every operation that the OpenAPI document describes.
pub type Api = (OAuthApi, ManagementApi, PublicApi);

/// Tokens, and the way to them.
type OAuthApi = (
    AuthorizationApi,
    PushedRequestsApi,
    TokenApi,
    SignInApi,
    DeviceAuthorizationApi,
    RevocationApi,
    IntrospectionApi,
    RegistrationApi,
);

/// What is kept and granted.
type ManagementApi = (AuthorizedTokensApi, ApplicationsApi, UsersApi, RolesApi);

/// What anybody may read, and operations.
type PublicApi =
    (StatusListsApi, StatusListEventsApi, JwksApi, MetadataApi, OpenidApi, OperationsApi);

/// Routes under construction, and what goes with them.
pub(super) struct Wiring {
    pub(super) routes: Routes,
    /// Which paths other origins may read.
    pub(super) policies: Vec<(String, Policy)>,
    /// The issuer's path.
    pub(super) prefix: String,
    pub(super) trusted_proxies: TrustedProxies,
    /// The largest body, in bytes.
    pub(super) body_limit: usize,
}

/// The OpenAPI document of `issuer`.
#[must_use]
pub fn openapi_document(issuer: &IssuerUrl) -> Document {
    Document::of::<Api>(issuer)
}

impl App {
    /// Everything that answers requests, with the boundary around it.
    pub(super) fn endpoint(
        &self,
        http: &Http,
    ) -> Result<impl Endpoint + use<>, EntropyUnavailable> {
        let prefix = self.issuer.path();
        let additions = additions(&self.config().config);
        let documents = DocumentEndpoints::<Api>::new(&self.issuer, additions);
        let trusted_proxies = TrustedProxies::new(http.trusted_proxies.clone());
        let token = TokenApi {
            pipeline: Arc::clone(&self.pipeline),
            trusted_proxies: trusted_proxies.clone(),
            body_limit: usize::try_from(http.body_limit.as_u64())
                .expect("OK because configuration allows at most 1 MiB"),
            metrics: Arc::clone(&self.metrics),
        };
        let applications = self.applications_api(token.body_limit);
        let keys = JwksApi { keys: Arc::clone(&self.keys), clock: Arc::clone(&self.clock) };
        let metadata = MetadataApi { metadata: Arc::clone(&self.metadata) };
        let operations = OperationsApi {
            readiness: Arc::clone(&self.readiness),
            store: Arc::clone(&self.store.availability),
            directory: Arc::clone(&self.directory),
            metrics: Arc::clone(&self.metrics),
        };
        let mut routes = Routes::new();
        let mut policies = vec![
            (format!("{prefix}{}", token::PATH), Policy::Configured),
            (format!("{prefix}{}", revoke::PATH), Policy::Configured),
            (format!("{prefix}{}", jwks::PATH), Policy::Anyone),
            (format!("{prefix}{}", status_lists::PATH), Policy::Anyone),
            (format!("{prefix}{}/*", status_lists::PATH), Policy::Anyone),
            (self.issuer.well_known_path(metadata::WELL_KNOWN), Policy::Anyone),
            (format!("{prefix}/openapi.json"), Policy::Anyone),
            (format!("{prefix}/openapi.yaml"), Policy::Anyone),
        ];
        if let Some(parts) = &self.status_lists {
            let lists = StatusListsApi { lists: Arc::clone(&parts.published) };
            let listeners = Arc::clone(&parts.listeners);
            let events = StatusListEventsApi { listeners, readiness: Arc::clone(&self.readiness) };
            routes = routes.api(prefix, (lists, events));
        }
        if let Some(application) = &self.config().config.dialects.sign_in_application {
            let sign_in = SignInApi {
                pipeline: Arc::clone(&self.pipeline),
                application: application.clone(),
                trusted_proxies: trusted_proxies.clone(),
                body_limit: token.body_limit,
                metrics: Arc::clone(&self.metrics),
            };
            routes = routes.api(prefix, sign_in);
            policies.push((format!("{prefix}{}", sign_in::PATH), Policy::Configured));
        }
        if self.serves_registration {
            let api = self.registration_api(&trusted_proxies, token.body_limit);
            routes = routes.api(prefix, api);
            let path = format!("{prefix}{}", registration::PATH);
            policies.push((format!("{path}/*"), Policy::Configured));
            policies.push((path, Policy::Configured));
        }
        let wiring = Wiring {
            routes,
            policies,
            prefix: prefix.to_owned(),
            trusted_proxies: trusted_proxies.clone(),
            body_limit: token.body_limit,
        };
        let returned = self.returned_tokens(self.forms(&wiring));
        let wiring = self.devices(self.openid(self.accounts(self.authorization(wiring))));
        let Wiring { routes, policies, .. } = self.extensions(wiring);
        let (routes, allowed) = routes
            .get(format!("{prefix}{}", style::PATH), style::endpoint())
            .api(prefix, (token, keys))
            .api(prefix, returned)
            .api(prefix, applications)
            .well_known(prefix, metadata)
            .api("", operations)
            .get(format!("{prefix}/openapi.json"), documents.json())
            .get(format!("{prefix}/openapi.yaml"), documents.yaml())
            .get(format!("{prefix}/docs"), documents.page())
            .finish();

        let cors = Cors::new(policies, http.cors_origins.clone());
        Ok(Boundary::new(
            routes,
            BoundarySettings {
                answers: Box::new(JsonErrorAnswers::new(allowed)),
                request_ids: RequestIds::new(&*self.entropy)?,
                log: RequestLog::new(self.log.clone()),
                metrics: Arc::clone(&self.metrics),
                cors,
                trusted_proxies,
                https: self.issuer.is_https(),
            },
        ))
    }

    /// What reads forms with which a client authenticates.
    pub(super) fn forms(&self, wiring: &Wiring) -> AuthenticatedForms {
        AuthenticatedForms {
            pipeline: Arc::clone(&self.pipeline),
            trusted_proxies: wiring.trusted_proxies.clone(),
            body_limit: wiring.body_limit,
        }
    }
}
