//! What answers where tokens come back: revocation, introspection and the management endpoints, put
//! together.

use std::sync::Arc;

use super::App;
use crate::{
    grants::{BearerAuthorization, TokenIntrospection, TokenRevocation},
    http::{
        authenticated_form::AuthenticatedForms,
        introspect::IntrospectionApi,
        management::{authorized_tokens::AuthorizedTokensApi, roles::RolesApi, users::UsersApi},
        revoke::RevocationApi,
    },
    management::{AuthorizedTokens, People, Roles},
    tokens::OwnTokens,
};

impl App {
    /// The endpoints. What they are made of is swapped inside when configuration is loaded again.
    pub(super) fn returned_tokens(
        &self,
        forms: AuthenticatedForms,
    ) -> (RevocationApi, IntrospectionApi, AuthorizedTokensApi, UsersApi, RolesApi) {
        let own_tokens = self.own_tokens();
        let revocation = TokenRevocation {
            own_tokens: Arc::clone(&own_tokens),
            refresh_tokens: self.refresh_tokens.clone(),
            revocation: self.parts().revocation(),
        };
        let introspection = TokenIntrospection {
            issuer: self.issuer.clone(),
            own_tokens: Arc::clone(&own_tokens),
            refresh_tokens: self.refresh_tokens.clone(),
            families: Arc::clone(&self.store.families),
            directory: Arc::clone(&self.directory),
            clock: Arc::clone(&self.clock),
        };
        let tokens = self.authorized_tokens();
        let bearer = || BearerAuthorization::new(self.issuer.clone(), Arc::clone(&own_tokens));
        let users = UsersApi {
            issuer: self.issuer.clone(),
            bearer: bearer(),
            people: self.people(),
            trusted_proxies: forms.trusted_proxies.clone(),
            body_limit: forms.body_limit,
        };
        let roles = RolesApi {
            issuer: self.issuer.clone(),
            bearer: bearer(),
            roles: Roles { directory: Arc::clone(&self.directory) },
            body_limit: forms.body_limit,
        };
        (
            RevocationApi { forms: forms.clone(), revocation },
            IntrospectionApi { forms, introspection },
            AuthorizedTokensApi { bearer: bearer(), tokens },
            users,
            roles,
        )
    }

    /// What lists and ends grants.
    pub(super) fn authorized_tokens(&self) -> AuthorizedTokens {
        AuthorizedTokens {
            families: Arc::clone(&self.store.families),
            revocation: self.parts().revocation(),
            directory: Arc::clone(&self.directory),
            clock: Arc::clone(&self.clock),
        }
    }

    /// What sees and changes people. How many sign up from an address is counted by all that it hands out.
    pub(super) fn people(&self) -> People {
        People {
            directory: Arc::clone(&self.directory),
            passwords: Arc::clone(&self.passwords),
            authentication: Arc::new(self.parts().people()),
            registration: Arc::clone(&self.registration),
            sign_ups: Arc::clone(&self.sign_up_limit),
            families: Arc::clone(&self.store.families),
            revocation: self.parts().revocation(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
        }
    }

    /// What recognises the access tokens of this server.
    pub(super) fn own_tokens(&self) -> Arc<OwnTokens> {
        Arc::new(OwnTokens::new(
            &self.issuer,
            Arc::clone(&self.keys),
            self.status_lists.as_ref().map(|parts| Arc::clone(parts.places.uris())),
            Arc::clone(&self.store.revocations),
            Arc::clone(&self.directory),
            Arc::clone(&self.clock),
        ))
    }
}
