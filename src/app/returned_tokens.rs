//! What answers where tokens come back: revocation, introspection and authorized tokens, put together.

use std::sync::Arc;

use super::App;
use crate::{
    grants::{BearerAuthorization, TokenIntrospection, TokenRevocation},
    http::{
        authenticated_form::AuthenticatedForms, introspect::IntrospectionApi,
        management::authorized_tokens::AuthorizedTokensApi, revoke::RevocationApi,
    },
    management::AuthorizedTokens,
    tokens::OwnTokens,
};

impl App {
    /// The endpoints. What they are made of is swapped inside when configuration is loaded again.
    pub(super) fn returned_tokens(
        &self,
        forms: AuthenticatedForms,
    ) -> (RevocationApi, IntrospectionApi, AuthorizedTokensApi) {
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
        let tokens = AuthorizedTokens {
            families: Arc::clone(&self.store.families),
            revocation: self.parts().revocation(),
            directory: Arc::clone(&self.directory),
            clock: Arc::clone(&self.clock),
        };
        let bearer = BearerAuthorization::new(self.issuer.clone(), own_tokens);
        (
            RevocationApi { forms: forms.clone(), revocation },
            IntrospectionApi { forms, introspection },
            AuthorizedTokensApi { bearer, tokens },
        )
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
