//! The five steps of every token request. Steps 1 to 3 and 5 are the same for all; a grant fills in
//! step 4 and cannot skip the others, because it is handed their proofs.

use std::{net::IpAddr, time::Duration};

use signet_verifier::Algorithm;

use super::{
    AuthenticatedClient, ClientAuthentication, GrantedScope, PresentedCredentials, audience,
    client_credentials,
};
use crate::{
    oauth::{Reason, Refusal, Resource, TokenRequest, TokenResponse},
    tokens::{AccessTokenIssuer, AccessTokenParameters},
};

/// What holds for applications that say nothing else; changes when configuration is loaded again.
#[derive(Debug, Clone)]
pub struct TokenDefaults {
    /// How long access tokens live.
    pub access_token_lifetime: Duration,
    /// What signs access tokens.
    pub access_token_algorithm: Algorithm,
    /// The audience of an application that has none.
    pub default_audience: Resource,
}

/// The token endpoint's decisions, start to end.
#[derive(Debug)]
pub struct Pipeline {
    authentication: ClientAuthentication,
    access_tokens: AccessTokenIssuer,
    defaults: TokenDefaults,
}

impl Pipeline {
    /// Puts the steps together.
    #[must_use]
    pub fn new(
        authentication: ClientAuthentication,
        access_tokens: AccessTokenIssuer,
        defaults: TokenDefaults,
    ) -> Self {
        Self { authentication, access_tokens, defaults }
    }

    /// Answers a token request that came from `address`.
    ///
    /// # Errors
    /// A [`Refusal`]: the reason for the client, the cause for the log. Nothing was issued then.
    pub async fn answer(
        &self,
        request: &TokenRequest,
        credentials: PresentedCredentials,
        address: IpAddr,
    ) -> Result<(AuthenticatedClient, TokenResponse), Refusal> {
        // 1 authenticate the client
        let client = self.authentication.authenticate(credentials, address).await?;
        match self.decide(request, &client) {
            Ok(response) => Ok((client, response)),
            Err(refusal) => Err(refusal.by(client.client().client_id.as_str())),
        }
    }

    fn decide(
        &self,
        request: &TokenRequest,
        authenticated: &AuthenticatedClient,
    ) -> Result<TokenResponse, Refusal> {
        let client = authenticated.client();
        // 2 grant allowed?
        if !client.may_use(request.grant_type()) {
            return Err(Reason::GrantNotAllowed.into());
        }
        // 3 scope and audience
        let scope = GrantedScope::decide(request.scope(), client)?;
        let aud = audience::decide(request.resource(), client, &self.defaults.default_audience)?;
        // 4 the grant decides
        let sub = match request {
            TokenRequest::ClientCredentials { .. } => client_credentials::subject(authenticated),
        };
        // 5 mint
        let parameters = AccessTokenParameters {
            sub,
            client_id: client.client_id.as_str(),
            aud,
            scope: scope.to_string(),
            lifetime: client.access_token_lifetime.unwrap_or(self.defaults.access_token_lifetime),
            algorithm: client
                .access_token_algorithm
                .unwrap_or(self.defaults.access_token_algorithm),
        };
        let issued = self
            .access_tokens
            .issue(parameters)
            .map_err(|error| Refusal::new(Reason::CannotSign).because(error.to_string()))?;
        Ok(TokenResponse {
            access_token: issued.token,
            token_type: "Bearer",
            expires_in: issued.expires_in,
            scope: issued.scope,
        })
    }
}
