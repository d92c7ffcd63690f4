//! `/api/v1/authorized-tokens`: the grants of a person or an application, listed and ended; and log-out.

use poem::{Request, Response, http::StatusCode};
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;

use super::{
    TOKENS_SCOPE,
    answers::{EndAllAnswers, EndAnswers, ListAnswers, LogOutAnswers},
    query::{Query, write_cursor},
};
use crate::{
    grants::{AuthorizedCaller, BearerAuthorization},
    http::{
        bearer::PresentedToken,
        boundary::ClientIdLabel,
        described::Described,
        docs::Tag,
        documented::Documented,
        error_response::{error_response, no_store},
    },
    management::{Actor, AuthorizedTokens, ListedGrant, ListedGrants, WhoseGrants},
    oauth::{Reason, Refusal},
};

/// The endpoints for authorized tokens.
#[derive(Debug)]
pub struct AuthorizedTokensApi {
    /// What judges who calls.
    pub bearer: BearerAuthorization,
    /// What decides.
    pub tokens: AuthorizedTokens,
}

#[OpenApi]
impl AuthorizedTokensApi {
    /// List authorized tokens
    ///
    /// The grants that can be renewed: a person sees those that they made, an application that acts for
    /// itself those made to it. With the scope `admin`, `client_id` or `sub` chooses somebody else.
    #[oai(
        path = "/api/v1/authorized-tokens",
        method = "get",
        operation_id = "listAuthorizedTokens",
        tag = "Tag::Management"
    )]
    async fn list(
        &self,
        presented: PresentedToken,
        request: &Request,
        /// How many at most, from 1 to 100; 50 where nothing is said.
        #[oai(name = "limit")]
        _limit: Documented<u32>,
        /// Where to go on: the `next` of an earlier answer.
        #[oai(name = "after")]
        _after: Documented<String>,
        /// Those made to this application.
        #[oai(name = "client_id")]
        _client_id: Documented<String>,
        /// Those made by this person.
        #[oai(name = "sub")]
        _sub: Documented<String>,
    ) -> Described<ListAnswers> {
        self.listed(presented, request).await.unwrap_or_else(error_response).into()
    }

    /// Revoke an authorized token
    ///
    /// Ends a grant and its access tokens. One that is gone and one of somebody else's are not told apart.
    #[oai(
        path = "/api/v1/authorized-tokens/:id",
        method = "delete",
        operation_id = "revokeAuthorizedToken",
        tag = "Tag::Management"
    )]
    async fn end(
        &self,
        presented: PresentedToken,
        /// The grant: the `id` of the list, the `sid` of its access tokens.
        id: Path<String>,
    ) -> Described<EndAnswers> {
        self.ended(presented, &id.0).await.unwrap_or_else(error_response).into()
    }

    /// Revoke all authorized tokens
    ///
    /// Ends all grants that the list shows, with their access tokens; of an application also every access
    /// token that it was issued without one, the caller's too.
    #[oai(
        path = "/api/v1/authorized-tokens",
        method = "delete",
        operation_id = "revokeAuthorizedTokens",
        tag = "Tag::Management"
    )]
    async fn end_all(
        &self,
        presented: PresentedToken,
        request: &Request,
        /// Those made to this application.
        #[oai(name = "client_id")]
        _client_id: Documented<String>,
        /// Those made by this person.
        #[oai(name = "sub")]
        _sub: Documented<String>,
    ) -> Described<EndAllAnswers> {
        self.ended_all(presented, request).await.unwrap_or_else(error_response).into()
    }

    /// Log out
    ///
    /// Ends the access token that is presented and the grant that it comes of. Any access token of this
    /// server will do, whatever its audience and scope.
    #[oai(
        path = "/api/v1/authorized-tokens/current",
        method = "delete",
        operation_id = "logOut",
        tag = "Tag::Management"
    )]
    async fn log_out(&self, presented: PresentedToken) -> Described<LogOutAnswers> {
        self.logged_out(presented).await.unwrap_or_else(error_response).into()
    }
}

impl AuthorizedTokensApi {
    async fn caller(&self, presented: PresentedToken) -> Result<AuthorizedCaller, Refusal> {
        self.bearer.with_scope(presented.token()?.expose(), TOKENS_SCOPE).await
    }

    async fn listed(
        &self,
        presented: PresentedToken,
        request: &Request,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let query = Query::read(request, &["limit", "after", "client_id", "sub"])?;
        let (whose, after, limit) = (whose(&query)?, query.after()?, query.limit()?);
        let ListedGrants { grants, next } =
            self.tokens.list(Actor::Caller(&caller), &whose, after, limit).await?;
        let list = AuthorizedTokenList {
            items: grants.into_iter().map(AuthorizedToken::from).collect(),
            next: next.map(write_cursor),
        };
        let body = serde_json::to_vec(&list).expect("OK because its members are plain values");
        let response = Response::builder().content_type("application/json").body(body);
        Ok(answered(response, &caller))
    }

    async fn ended(&self, presented: PresentedToken, id: &str) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let id = id.parse().map_err(|_| Reason::UnknownGrant)?;
        self.tokens.end(Actor::Caller(&caller), id).await?;
        Ok(answered(StatusCode::NO_CONTENT.into(), &caller))
    }

    async fn ended_all(
        &self,
        presented: PresentedToken,
        request: &Request,
    ) -> Result<Response, Refusal> {
        let caller = self.caller(presented).await?;
        let query = Query::read(request, &["client_id", "sub"])?;
        self.tokens.end_all(Actor::Caller(&caller), &whose(&query)?).await?;
        Ok(answered(StatusCode::NO_CONTENT.into(), &caller))
    }

    async fn logged_out(&self, presented: PresentedToken) -> Result<Response, Refusal> {
        let token = self.bearer.any(presented.token()?.expose()).await?;
        self.tokens.end_current(&token).await?;
        let mut response = Response::from(StatusCode::NO_CONTENT);
        response.set_data(ClientIdLabel(token.claims().client_id.clone()));
        Ok(response)
    }
}

/// Whose grants the query chooses.
fn whose(query: &Query) -> Result<WhoseGrants, Reason> {
    match (query.get("client_id"), query.get("sub")) {
        (None, None) => Ok(WhoseGrants::Own),
        (Some(client_id), None) => Ok(WhoseGrants::Application(client_id.to_owned())),
        (None, Some(sub)) => Ok(WhoseGrants::Person(sub.to_owned())),
        (Some(_), Some(_)) => Err(Reason::SeveralOwners),
    }
}

fn answered(mut response: Response, caller: &AuthorizedCaller) -> Response {
    no_store(&mut response);
    response.set_data(ClientIdLabel(caller.token().claims().client_id.clone()));
    response
}

/// A page of grants.
#[derive(Debug, Serialize, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct AuthorizedTokenList {
    /// The grants; those that end first come first.
    pub items: Vec<AuthorizedToken>,
    /// What to send as `after` for those that follow; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A grant that can be renewed. Times are Unix seconds.
#[derive(Debug, Serialize, Object)]
pub struct AuthorizedToken {
    /// Its name: the `sid` of its access tokens.
    pub id: String,
    /// The application that it was made to.
    pub client_id: String,
    /// What that application is called.
    pub client_name: String,
    /// The scopes granted, separated by single spaces.
    pub scope: String,
    /// When it was made.
    pub created_at: u64,
    /// When it was last renewed; at first, when it was made.
    pub last_used_at: u64,
    /// When it ends however often it is renewed.
    pub expires_at: u64,
}

impl From<ListedGrant> for AuthorizedToken {
    fn from(ListedGrant { family, client_name }: ListedGrant) -> Self {
        Self {
            id: family.id.to_string(),
            client_id: family.grant.client_id.to_string(),
            client_name,
            scope: family.grant.scope.to_string(),
            created_at: family.created_at,
            last_used_at: family.last_used_at,
            expires_at: family.expires_at,
        }
    }
}
