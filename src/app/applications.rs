//! What answers for applications that are registered, not declared, put together.

use std::sync::Arc;

use super::{App, parts::default_audience};
use crate::{
    config::{ApplicationRegistration, Config},
    grants::BearerAuthorization,
    http::{
        client_address::TrustedProxies,
        management::{applications::ApplicationsApi, registration::RegistrationApi},
    },
    management::{ApplicationRules, Applications, Registrations},
};

/// The rules for registered applications that `config` makes.
pub(super) fn application_rules(config: &Config) -> ApplicationRules {
    ApplicationRules::new(config, default_audience(config))
}

/// Whether `config` lets applications register themselves.
pub(super) fn lets_register(config: &Config) -> bool {
    let directory = &config.directory;
    directory.has_registry()
        && directory.application_registration != ApplicationRegistration::Closed
}

impl App {
    /// The endpoints for those who own applications.
    pub(super) fn applications_api(&self, body_limit: usize) -> ApplicationsApi {
        ApplicationsApi {
            issuer: self.issuer.clone(),
            bearer: BearerAuthorization::new(self.issuer.clone(), self.own_tokens()),
            applications: self.applications(),
            clock: Arc::clone(&self.clock),
            body_limit,
        }
    }

    /// The endpoints for applications that register themselves.
    pub(super) fn registration_api(
        &self,
        trusted_proxies: &TrustedProxies,
        body_limit: usize,
    ) -> RegistrationApi {
        RegistrationApi {
            issuer: self.issuer.clone(),
            registrations: Registrations {
                applications: self.applications(),
                limit: Arc::clone(&self.registration_limit),
            },
            trusted_proxies: trusted_proxies.clone(),
            body_limit,
        }
    }

    /// What registers, shows and changes applications.
    pub(super) fn applications(&self) -> Applications {
        Applications {
            directory: Arc::clone(&self.directory),
            revocation: self.parts().revocation(),
            rules: Arc::clone(&self.application_rules),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
        }
    }
}
