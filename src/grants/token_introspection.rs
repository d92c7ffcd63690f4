//! Token introspection (RFC 7662): who may know what of a token.

use std::sync::Arc;

use super::{
    AuthenticatedClient,
    store_away::{directory_unavailable, revocations_unavailable},
};
use crate::{
    clock::Clock,
    directory::Directory,
    oauth::{Client, ClientType, IssuerUrl, Reason, Refusal},
    secret::Secret,
    store::RefreshFamilies,
    tokens::{Introspection, NotLive, OwnTokens, RefreshTokenParts, RefreshTokens},
};

/// Decides what is told of a token. What kind a token is says the token itself.
#[derive(Debug)]
pub struct TokenIntrospection {
    /// Whose tokens these are.
    pub issuer: IssuerUrl,
    /// What recognises access tokens.
    pub own_tokens: Arc<OwnTokens>,
    /// What recognises refresh tokens.
    pub refresh_tokens: RefreshTokens,
    /// What knows their grants.
    pub families: Arc<dyn RefreshFamilies>,
    /// Whether those who made them are still there.
    pub directory: Arc<Directory>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl TokenIntrospection {
    /// Tells `client` of `token`, if it is one of its own, or one for a resource server that it is.
    /// RFC 7662 section 2.2: where "the protected resource is not allowed to introspect this particular
    /// token, then the authorization server MUST return an introspection response with the "active" field
    /// set to "false"."
    ///
    /// # Errors
    /// `invalid_client` for a client that proves nothing; `temporarily_unavailable` while the store or
    /// the directory is away.
    pub async fn introspect(
        &self,
        token: &Secret,
        client: &AuthenticatedClient,
    ) -> Result<Introspection, Refusal> {
        let client = client.client();
        // RFC 7662 section 2.1: "the endpoint MUST also require some form of authorization to access this
        // endpoint". That of a public client is a name that anybody may say.
        if matches!(client.client_type, ClientType::Public) {
            return Err(Refusal::new(Reason::ClientAuthenticationFailed)
                .because("a public client cannot introspect"));
        }
        match self.refresh_tokens.read(token) {
            Some(parts) => self.refresh_token(parts, client).await,
            None => self.access_token(token.expose(), client).await,
        }
    }

    async fn access_token(&self, token: &str, client: &Client) -> Result<Introspection, Refusal> {
        let Ok(token) = self.own_tokens.recognise(token).await else {
            return Ok(Introspection::INACTIVE);
        };
        let claims = token.claims();
        let own = claims.client_id == client.client_id.as_str();
        // RFC 7662 section 4: "the authorization server MUST determine whether or not the token can be
        // used at the resource server making the introspection call."
        let for_it = || {
            let mut served = client.resource_server_for.iter();
            served.any(|resource| claims.aud.contains(resource.as_str()))
        };
        if !own && !for_it() {
            return Ok(Introspection::INACTIVE);
        }
        // "If the token can be revoked after it was issued, the authorization server MUST determine
        // whether or not such a revocation has taken place."
        match self.own_tokens.live(token).await {
            Ok(live) => Ok(Introspection::of_access_token(live)),
            Err(NotLive::Unknowable(error)) => Err(revocations_unavailable(error)),
            Err(NotLive::DirectoryAway(away)) => Err(directory_unavailable(away)),
            Err(_) => Ok(Introspection::INACTIVE),
        }
    }

    /// Active is what the refresh token grant would take; not one that was replaced, although its grace
    /// may still last: whoever has it ought to have the next one by now.
    async fn refresh_token(
        &self,
        parts: RefreshTokenParts,
        client: &Client,
    ) -> Result<Introspection, Refusal> {
        let family = self.families.find(parts.family, self.clock.now()).await;
        let family = family.map_err(revocations_unavailable)?;
        let good = family.filter(|family| {
            family.grant.client_id == client.client_id && parts.generation >= family.generation
        });
        let Some(family) = good else {
            return Ok(Introspection::INACTIVE);
        };
        let mut scope = family.grant.scope.intersection(&client.scopes);
        if let Some(sub) = &family.grant.sub {
            let user = self.directory.enabled_user(sub).await.map_err(directory_unavailable)?;
            let Some(user) = user else {
                return Ok(Introspection::INACTIVE);
            };
            scope = scope.iter().filter(|scope| user.may_have(scope)).cloned().collect();
        }
        Ok(Introspection::of_refresh_token(family, &scope, &self.issuer))
    }
}
