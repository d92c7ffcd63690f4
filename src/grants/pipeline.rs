//! The five steps of every token request. All but the fourth are the same for all; a grant fills in that
//! one and cannot skip the others, because it is handed their proofs.

mod application_or_person;

use std::net::IpAddr;

use super::{
    AuthenticatedClient, ClientAuthentication, CodeGrant, DeviceGrant, Minting,
    PresentedCredentials, Renewal, UserAuthentication,
    authorization_code::Presented,
    client_credentials,
    minting::{Decision, Draft},
    password,
    store_away::grants_unavailable,
    wanted::Wanted,
};
use crate::{
    oauth::{AskedFor, Client, Reason, Refusal, Resource, TokenRequest, TokenResponse},
    secret::Secret,
};

/// The token endpoint's decisions, start to end.
#[derive(Debug)]
pub struct Pipeline {
    authentication: ClientAuthentication,
    people: UserAuthentication,
    codes: CodeGrant,
    devices: DeviceGrant,
    renewal: Renewal,
    minting: Minting,
}

impl Pipeline {
    /// Puts the steps together.
    #[must_use]
    pub fn new(
        authentication: ClientAuthentication,
        people: UserAuthentication,
        codes: CodeGrant,
        devices: DeviceGrant,
        renewal: Renewal,
        minting: Minting,
    ) -> Self {
        Self { authentication, people, codes, devices, renewal, minting }
    }

    /// Step 1 alone, for the endpoints beside the token endpoint.
    #[must_use]
    pub fn authentication(&self) -> &ClientAuthentication {
        &self.authentication
    }

    /// The resource server that tokens are for where nothing else is said.
    #[must_use]
    pub fn default_audience(&self) -> &Resource {
        &self.minting.defaults.default_audience
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
        match self.decide(request, &client, address).await {
            Ok(response) => Ok((client, response)),
            Err(refusal) => Err(refusal.by(client.client().client_id.as_str())),
        }
    }

    /// Signs a person in who came from `address`, for an application that the configuration vouches for:
    /// a password grant without credentials of the application's own.
    ///
    /// # Errors
    /// A [`Refusal`], as [`Self::answer`].
    pub async fn sign_in(
        &self,
        client_id: &str,
        request: &TokenRequest,
        address: IpAddr,
    ) -> Result<TokenResponse, Refusal> {
        let client = self.authentication.configured(client_id).await?;
        let decided = self.decide(request, &client, address).await;
        decided.map_err(|refusal| refusal.by(client_id))
    }

    async fn decide(
        &self,
        request: &TokenRequest,
        authenticated: &AuthenticatedClient,
        address: IpAddr,
    ) -> Result<TokenResponse, Refusal> {
        let client = authenticated.client();
        let default_audience = &self.minting.defaults.default_audience;
        // 2 grant allowed?
        if !client.may_use(request.grant_type()) {
            return Err(Reason::GrantNotAllowed.into());
        }
        let (draft, decision) = match request {
            TokenRequest::AuthorizationCode { code, redirect_uri, code_verifier, asked_for } => {
                let wanted = self.wanted(asked_for, client)?;
                let draft = self.minting.draft(client)?;
                let presented = Presented {
                    code,
                    redirect_uri: redirect_uri.as_deref(),
                    code_verifier: code_verifier.as_ref(),
                };
                // In a box, or every request would carry the room that this one needs.
                let decision = Box::pin(self.codes.decide(
                    presented,
                    authenticated,
                    wanted,
                    &draft,
                    default_audience,
                    &self.renewal,
                ));
                let decision = decision.await?;
                (draft, decision)
            }
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
            TokenRequest::Password { username, password, asked_for } => {
                let wanted = self.wanted(asked_for, client)?;
                // In a box, or every request would carry the room that this one needs.
                Box::pin(self.by_password(username, password, wanted, authenticated, address))
                    .await?
            }
            TokenRequest::DeviceCode { device_code, asked_for } => {
                let wanted = self.wanted(asked_for, client)?;
                Box::pin(self.by_device_code(device_code, wanted, authenticated)).await?
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
        self.minting.mint(client, &draft, decision).await
    }

    /// Step 4 of the password grant, which takes a while: what is drafted is drafted when it is over.
    async fn by_password(
        &self,
        username: &str,
        password: &Secret,
        wanted: Wanted,
        client: &AuthenticatedClient,
        address: IpAddr,
    ) -> Result<(Draft, Decision), Refusal> {
        let default_audience = &self.minting.defaults.default_audience;
        let person = self.people.authenticate(username, password, address).await?;
        let draft = self.minting.draft(client.client())?;
        let decision =
            password::decide(client, &person, wanted, &draft, default_audience, &self.renewal);
        let decision = decision.await?;
        match self.people.still_proves(&person, password).await {
            Ok(()) => Ok((draft, decision)),
            Err(refusal) => {
                // Nobody was told of it; where the store went away just now, nobody can ever use it.
                if let Some(refresh_token) = decision.refresh_token {
                    let ended = self.renewal.revocation.end_grant(refresh_token.family).await;
                    ended.map_err(grants_unavailable)?;
                }
                Err(refusal)
            }
        }
    }

    /// Step 4 of the device code grant: most of its requests come too early to draft anything.
    async fn by_device_code(
        &self,
        device_code: &Secret,
        wanted: Wanted,
        client: &AuthenticatedClient,
    ) -> Result<(Draft, Decision), Refusal> {
        let now = self.minting.clock.now();
        let approved =
            self.devices.approved(device_code, client.client(), now, &self.renewal).await?;
        let draft = self.minting.draft(client.client())?;
        let default_audience = &self.minting.defaults.default_audience;
        let decision =
            self.devices.decide(approved, client, wanted, &draft, default_audience, &self.renewal);
        let decision = decision.await?;
        Ok((draft, decision))
    }

    fn wanted(&self, asked_for: &AskedFor, client: &Client) -> Result<Wanted, Reason> {
        Wanted::within_registration(asked_for, client, &self.minting.defaults.default_audience)
    }
}
