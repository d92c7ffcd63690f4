//! Step 5: a decision becomes a token. What holds for every token of an application, its lifetime, its
//! algorithm and its place on a status list, is laid down in a draft before the grant decides, because a
//! grant that can be renewed remembers the places of its tokens.

use std::{sync::Arc, time::Duration};

use signet_verifier::{Algorithm, Audience};

use super::GrantedScope;
use crate::{
    clock::Clock,
    oauth::{Client, Reason, Refusal, Resource, TokenResponse},
    store::{FamilyId, LiveToken},
    tokens::{
        AccessTokenIssuer, AccessTokenParameters, IdTokenIssuer, IdTokenParameters, Place,
        RefreshTokenParts, RefreshTokens, StatusLists,
    },
};

/// What holds for applications that say nothing else; changes when configuration is loaded again.
#[derive(Debug, Clone)]
pub struct TokenDefaults {
    /// How long access tokens live.
    pub access_token_lifetime: Duration,
    /// What signs access tokens.
    pub access_token_algorithm: Algorithm,
    /// What signs ID tokens.
    pub id_token_algorithm: Algorithm,
    /// The audience of an application that has none.
    pub default_audience: Resource,
}

/// Mints what was decided.
#[derive(Debug)]
pub struct Minting {
    /// What signs.
    pub access_tokens: AccessTokenIssuer,
    /// What signs ID tokens.
    pub id_tokens: IdTokenIssuer,
    /// What writes refresh tokens.
    pub refresh_tokens: RefreshTokens,
    /// Where tokens get their places; `None` where configuration wants none.
    pub status_lists: Option<Arc<StatusLists>>,
    /// What holds for applications that say nothing else.
    pub defaults: TokenDefaults,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// An access token about to be issued.
#[derive(Debug)]
pub(super) struct Draft {
    /// When, in Unix seconds.
    pub(super) issued_at: u64,
    lifetime: Duration,
    place: Option<Place>,
}

impl Draft {
    /// How long it lives.
    pub(super) const fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// What a grant that can be renewed remembers of it.
    pub(super) fn live_token(&self) -> Option<LiveToken> {
        let expires_at = self.issued_at + self.lifetime.as_secs();
        self.place.as_ref().map(|place| LiveToken { entry: place.entry, expires_at })
    }
}

/// What a grant has decided.
#[derive(Debug)]
pub(super) struct Decision {
    /// Whom the token speaks for.
    pub(super) sub: String,
    /// What it allows.
    pub(super) scope: GrantedScope,
    /// Whom it is for.
    pub(super) aud: Audience,
    /// When the person signed in, in Unix seconds.
    pub(super) auth_time: Option<u64>,
    /// The person's roles.
    pub(super) roles: Vec<String>,
    /// What the ID token repeats, where there is one (OpenID Connect Core section 3.1.2.1).
    pub(super) nonce: Option<String>,
    /// The grant that remembers the token, where one does.
    pub(super) grant: Option<FamilyId>,
    /// The refresh token to answer with, where the grant can be renewed.
    pub(super) refresh_token: Option<RefreshTokenParts>,
}

impl Minting {
    /// Lays down what does not depend on the grant.
    pub(super) fn draft(&self, client: &Client) -> Result<Draft, Refusal> {
        let issued_at = self.clock.now();
        let lifetime = client.access_token_lifetime.unwrap_or(self.defaults.access_token_lifetime);
        let expires_at = issued_at + lifetime.as_secs();
        let place = self
            .status_lists
            .as_ref()
            .map(|lists| lists.place(client.client_id.as_str(), expires_at))
            .transpose()
            .map_err(|error| Refusal::new(Reason::CannotSign).because(error.to_string()))?;
        Ok(Draft { issued_at, lifetime, place })
    }

    /// Signs the token.
    pub(super) async fn mint(
        &self,
        client: &Client,
        draft: &Draft,
        decision: Decision,
    ) -> Result<TokenResponse, Refusal> {
        let signs_in = decision.auth_time.filter(|_| decision.scope.is_of_openid());
        let person = signs_in.map(|auth_time| (auth_time, decision.sub.clone()));
        let parameters = AccessTokenParameters {
            sub: decision.sub,
            client_id: client.client_id.as_str(),
            aud: decision.aud,
            scope: decision.scope.to_string(),
            issued_at: draft.issued_at,
            lifetime: draft.lifetime,
            algorithm: client
                .access_token_algorithm
                .unwrap_or(self.defaults.access_token_algorithm),
            auth_time: decision.auth_time,
            roles: decision.roles,
            sid: decision.grant,
            place: draft.place.as_ref(),
        };
        let issued = self
            .access_tokens
            .issue(parameters)
            .await
            .map_err(|error| Refusal::new(Reason::CannotSign).because(error.to_string()))?;
        let id_token = person.map(|(auth_time, sub)| {
            self.id_tokens.issue(&IdTokenParameters {
                sub: &sub,
                client_id: client.client_id.as_str(),
                issued_at: draft.issued_at,
                lifetime: draft.lifetime,
                auth_time,
                nonce: decision.nonce.as_deref(),
                sid: decision.grant,
                access_token: &issued.token,
                algorithm: client
                    .id_token_signed_response_alg
                    .unwrap_or(self.defaults.id_token_algorithm),
            })
        });
        let id_token = id_token
            .transpose()
            .map_err(|error| Refusal::new(Reason::CannotSign).because(error.to_string()))?;
        let refresh_token = decision.refresh_token.map(|parts| self.refresh_tokens.write(parts));
        Ok(TokenResponse {
            access_token: issued.token,
            token_type: "Bearer",
            expires_in: issued.expires_in,
            expires_at: draft.issued_at + draft.lifetime.as_secs(),
            scope: issued.scope,
            refresh_token: refresh_token.map(|token| token.expose().to_owned()),
            id_token,
        })
    }
}
