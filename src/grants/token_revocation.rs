//! Token revocation (RFC 7009): an application gives back what it was issued.

use std::sync::Arc;

use super::{AuthenticatedClient, store_away::revocations_unavailable};
use crate::{
    oauth::{Reason, Refusal},
    secret::Secret,
    store::FamilyId,
    tokens::{OwnTokens, RefreshTokens, Revocation},
};

/// Decides which token is revoked for whom. What kind a token is says the token itself.
#[derive(Debug)]
pub struct TokenRevocation {
    /// What recognises access tokens.
    pub own_tokens: Arc<OwnTokens>,
    /// What recognises refresh tokens.
    pub refresh_tokens: RefreshTokens,
    /// What ends them.
    pub revocation: Revocation,
}

impl TokenRevocation {
    /// Revokes `token` if it was issued to `client`: a refresh token with its grant and all access tokens
    /// of that, an access token alone. RFC 7009 section 2.2: "The authorization server responds with HTTP
    /// status code 200 if the token has been revoked successfully or if the client submitted an invalid
    /// token." Another client's is to this one as good as invalid, and stays what it is.
    ///
    /// # Errors
    /// `unsupported_token_type` for an access token without a place on a status list;
    /// `temporarily_unavailable` while the store is away: the token may live on then.
    pub async fn revoke(
        &self,
        token: &Secret,
        client: &AuthenticatedClient,
    ) -> Result<(), Refusal> {
        match self.refresh_tokens.read(token) {
            // Whichever generation it is: who has an old one asks for the end of the same grant.
            Some(parts) => self.end_grant(parts.family, client).await,
            None => self.revoke_access_token(token, client).await,
        }
    }

    async fn end_grant(
        &self,
        family: FamilyId,
        client: &AuthenticatedClient,
    ) -> Result<(), Refusal> {
        // RFC 7009 section 2.1: the server "verifies whether the token was issued to the client making
        // the revocation request". "If the particular token is a refresh token and the authorization
        // server supports the revocation of access tokens, then the authorization server SHOULD also
        // invalidate all access tokens based on the same authorization grant".
        let client_id = &client.client().client_id;
        let ended = self.revocation.end_grant_if(family, |grant| grant.client_id == *client_id);
        ended.await.map(drop).map_err(revocations_unavailable)
    }

    async fn revoke_access_token(
        &self,
        token: &Secret,
        client: &AuthenticatedClient,
    ) -> Result<(), Refusal> {
        // What is not recognised is not accepted anywhere: "the purpose of the revocation request,
        // invalidating the particular token, is already achieved" (section 2.2).
        let Ok(token) = self.own_tokens.recognise(token.expose()).await else {
            return Ok(());
        };
        if token.claims().client_id != client.client().client_id.as_str() {
            return Ok(());
        }
        let place = token.place().ok_or(Reason::CannotRevoke)?;
        let revoked = self.revocation.revoke_access_tokens(&[place]).await;
        revoked.map_err(revocations_unavailable)
    }
}
