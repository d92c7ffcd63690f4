//! The five steps of every token request. All but the fourth are the same for all; a grant fills in that
//! one and cannot skip the others, because it is handed their proofs.

use std::net::IpAddr;

use super::{
    AuthenticatedClient, ClientAuthentication, Minting, PresentedCredentials, Renewal,
    client_credentials, wanted::Wanted,
};
use crate::oauth::{AskedFor, Client, Reason, Refusal, TokenRequest, TokenResponse};

/// The token endpoint's decisions, start to end.
#[derive(Debug)]
pub struct Pipeline {
    authentication: ClientAuthentication,
    renewal: Renewal,
    minting: Minting,
}

impl Pipeline {
    /// Puts the steps together.
    #[must_use]
    pub fn new(authentication: ClientAuthentication, renewal: Renewal, minting: Minting) -> Self {
        Self { authentication, renewal, minting }
    }

    /// Step 1 alone, for the endpoints beside the token endpoint.
    #[must_use]
    pub fn authentication(&self) -> &ClientAuthentication {
        &self.authentication
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
        match self.decide(request, &client).await {
            Ok(response) => Ok((client, response)),
            Err(refusal) => Err(refusal.by(client.client().client_id.as_str())),
        }
    }

    async fn decide(
        &self,
        request: &TokenRequest,
        authenticated: &AuthenticatedClient,
    ) -> Result<TokenResponse, Refusal> {
        let client = authenticated.client();
        let default_audience = &self.minting.defaults.default_audience;
        // 2 grant allowed?
        if !client.may_use(request.grant_type()) {
            return Err(Reason::GrantNotAllowed.into());
        }
        let (draft, decision) = match request {
            TokenRequest::ClientCredentials(asked_for) => {
                // 3 scope and audience
                let wanted = self.wanted(asked_for, client)?;
                // 4 the grant decides
                let draft = self.minting.draft(client)?;
                let decision = client_credentials::decide(
                    authenticated,
                    wanted,
                    &draft,
                    default_audience,
                    &self.renewal,
                );
                let decision = decision.await?;
                (draft, decision)
            }
            TokenRequest::RefreshToken { refresh_token, asked_for } => {
                let presented = self.renewal.recognise(refresh_token)?;
                let wanted = self.wanted(asked_for, client)?;
                let draft = self.minting.draft(client)?;
                let decision =
                    self.renewal.go_on(presented, authenticated, wanted, &draft, default_audience);
                let decision = decision.await?;
                (draft, decision)
            }
        };
        // 5 mint
        self.minting.mint(client, &draft, decision)
    }

    fn wanted(&self, asked_for: &AskedFor, client: &Client) -> Result<Wanted, Reason> {
        Wanted::within_registration(asked_for, client, &self.minting.defaults.default_audience)
    }
}
