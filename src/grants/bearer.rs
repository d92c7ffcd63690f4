//! Who calls one of Signet's own protected endpoints, and what the access token lets them do there
//! (RFC 6750, RFC 9068 section 4).

use std::sync::Arc;

use super::store_away::{directory_unavailable, revocations_unavailable};
use crate::{
    oauth::{IssuerUrl, Reason, Refusal, Scope, User},
    tokens::{LiveAccessToken, NotLive, OwnTokens},
};

/// The scope that lets its bearer see and change what others own.
const ADMIN: &str = "admin";

/// Whether `scope` makes what others own its bearer's business.
#[must_use]
pub fn is_admin(scope: &Scope) -> bool {
    scope.as_str() == ADMIN
}

/// Judges access tokens at Signet's own endpoints.
#[derive(Debug)]
pub struct BearerAuthorization {
    issuer: IssuerUrl,
    own_tokens: Arc<OwnTokens>,
}

/// Somebody with an access token that is for this server and has the scope asked for; made here only.
#[derive(Debug)]
pub struct AuthorizedCaller(LiveAccessToken);

/// A person, and the access token that speaks for them; made here only.
#[derive(Debug)]
pub struct AuthorizedPerson {
    token: LiveAccessToken,
    person: User,
}

impl AuthorizedPerson {
    /// The person, as they are now.
    #[must_use]
    pub const fn person(&self) -> &User {
        &self.person
    }

    /// The token.
    #[must_use]
    pub const fn token(&self) -> &LiveAccessToken {
        &self.token
    }
}

impl BearerAuthorization {
    /// Judges by what `own_tokens` recognises.
    #[must_use]
    pub fn new(issuer: IssuerUrl, own_tokens: Arc<OwnTokens>) -> Self {
        Self { issuer, own_tokens }
    }

    /// Any access token of ours that lives, whomever it is for and whatever it allows.
    ///
    /// # Errors
    /// `invalid_token`; `temporarily_unavailable` while the store or the directory is away.
    pub async fn any(&self, token: &str) -> Result<LiveAccessToken, Refusal> {
        let live = match self.own_tokens.recognise(token).await {
            Ok(token) => self.own_tokens.live(token).await,
            Err(error) => Err(error),
        };
        live.map_err(|error| match error {
            NotLive::Unknowable(error) => revocations_unavailable(error),
            NotLive::DirectoryAway(away) => directory_unavailable(away),
            refused => Refusal::new(Reason::AccessTokenRefused).because(refused.to_string()),
        })
    }

    /// The person for whom an access token that lives and has `scope` speaks, whomever the token is for.
    ///
    /// # Errors
    /// `invalid_token`, also for the token of an application that acts for itself; `insufficient_scope`;
    /// `temporarily_unavailable` while the store or the directory is away.
    pub async fn of_person(
        &self,
        token: &str,
        scope: &'static str,
    ) -> Result<AuthorizedPerson, Refusal> {
        let token = self.any(token).await?;
        let client_id = &token.claims().client_id;
        let Some(person) = token.user().cloned() else {
            return Err(Refusal::new(Reason::AccessTokenOfNobody).by(client_id));
        };
        if !token.claims().has_scope(scope) {
            return Err(Refusal::new(Reason::ScopeMissing).needs(scope).by(client_id));
        }
        Ok(AuthorizedPerson { token, person })
    }

    /// An access token that lives, is for this server and has `scope`.
    ///
    /// # Errors
    /// `invalid_token`, `insufficient_scope`; `temporarily_unavailable` while the store or the directory is away.
    pub async fn with_scope(
        &self,
        token: &str,
        scope: &'static str,
    ) -> Result<AuthorizedCaller, Refusal> {
        let token = self.any(token).await?;
        let client_id = &token.claims().client_id;
        // RFC 9068 section 4: "The JWT access token MUST be rejected if "aud" does not contain a resource
        // indicator of the current resource server as a valid audience."
        if !token.claims().aud.contains(self.issuer.as_str()) {
            return Err(Refusal::new(Reason::AccessTokenForOthers).by(client_id));
        }
        if !token.claims().has_scope(scope) {
            return Err(Refusal::new(Reason::ScopeMissing).needs(scope).by(client_id));
        }
        Ok(AuthorizedCaller(token))
    }
}

impl AuthorizedCaller {
    /// Whom the token speaks for: the `sub` of a person, or an application by its `client_id`. A person's
    /// is a UUID, which no `client_id` can be.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0.claims().sub
    }

    /// The person whom the token speaks for; `None` for an application that acts for itself.
    #[must_use]
    pub fn person(&self) -> Option<&str> {
        let claims = self.0.claims();
        (claims.sub != claims.client_id).then_some(claims.sub.as_str())
    }

    /// The token that proves it.
    #[must_use]
    pub const fn token(&self) -> &LiveAccessToken {
        &self.0
    }

    /// Goes on only where what others own is the caller's business.
    ///
    /// # Errors
    /// `insufficient_scope`.
    pub fn require_admin(&self) -> Result<(), Refusal> {
        if self.is_admin() {
            return Ok(());
        }
        let client_id = &self.0.claims().client_id;
        Err(Refusal::new(Reason::ScopeMissing).needs(ADMIN).by(client_id))
    }

    /// Whether the token has the scope that makes what others own the caller's business, its application
    /// is still registered for that, and the person whom it speaks for still has a role that lists it: who
    /// is no administrator any more cannot use what is left of a token to become one again.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        let registered = self.0.client().scopes.iter().any(is_admin);
        let still = self.0.user().is_none_or(|user| user.scopes.iter().any(is_admin));
        registered && still && self.0.claims().has_scope(ADMIN)
    }
}
