//! `GET` and `POST /oauth2/userinfo` (OpenID Connect Core section 5.3): who the person is that an access token
//! speaks for.

use poem::Response;
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json};

use super::{
    bearer::PresentedToken,
    bearer_form::BearerForm,
    boundary::ClientIdLabel,
    described::Described,
    docs::Tag,
    error_response::{error_response, no_store},
    schema::ErrorBody,
};
use crate::{
    grants::BearerAuthorization,
    oauth::{OPENID, Refusal, person_claims},
    secret::Secret,
};

/// The userinfo endpoint's path below the issuer.
pub const PATH: &str = "/oauth2/userinfo";

/// The userinfo endpoint.
#[derive(Debug)]
pub struct UserinfoApi {
    /// What judges access tokens.
    pub bearer: BearerAuthorization,
    /// The largest form, in bytes.
    pub body_limit: usize,
}

#[OpenApi]
impl UserinfoApi {
    /// Who the person is
    ///
    /// Tells of the person whom an access token with the scope `openid` speaks for (OpenID Connect Core
    /// section 5.3), whatever resource server the token is for: `sub` always, more with the scopes `profile` and
    /// `email`.
    #[oai(path = "/oauth2/userinfo", method = "get", operation_id = "userinfo", tag = "Tag::OAuth")]
    async fn get(&self, presented: PresentedToken) -> Described<UserinfoAnswers> {
        self.answer(presented.token()).await.unwrap_or_else(error_response).into()
    }

    /// Who the person is, asked by POST
    ///
    /// The same; the access token may stand in a form instead of the header (RFC 6750 section 2.2).
    #[oai(
        path = "/oauth2/userinfo",
        method = "post",
        operation_id = "userinfoByPost",
        tag = "Tag::OAuth"
    )]
    async fn post(&self, request: BearerForm<'_, UserinfoForm>) -> Described<UserinfoAnswers> {
        let token = request.token(self.body_limit).await;
        self.answer(token).await.unwrap_or_else(error_response).into()
    }
}

impl UserinfoApi {
    async fn answer(&self, token: Result<Secret, Refusal>) -> Result<Response, Refusal> {
        let token = self.bearer.of_person(token?.expose(), OPENID).await?;
        let claims = person_claims(token.person(), |scope| token.token().claims().has_scope(scope));
        let body = serde_json::to_vec(&claims).expect("OK because its members are plain values");
        let mut response = Response::builder().content_type("application/json").body(body);
        no_store(&mut response);
        response.set_data(ClientIdLabel(token.token().claims().client_id.clone()));
        Ok(response)
    }
}

/// The form of a request that brings its access token in the body.
#[derive(Debug, Object)]
#[oai(rename = "UserinfoRequest", skip_serializing_if_is_none)]
pub struct UserinfoForm {
    /// The access token, where no Authorization header has it.
    pub access_token: Option<String>,
}

/// A person (OpenID Connect Core section 5.1).
#[derive(Debug, Object)]
#[oai(rename = "Userinfo", skip_serializing_if_is_none)]
pub struct UserinfoBody {
    /// The identifier of the person, the same as in the ID token.
    pub sub: String,
    /// What they are called; with the scope `profile`.
    pub name: Option<String>,
    /// What they sign in with; with the scope `profile`.
    pub preferred_username: Option<String>,
    /// Their address for mail; with the scope `email`.
    pub email: Option<String>,
    /// False: nobody has made sure that it is theirs; with the scope `email`.
    pub email_verified: Option<bool>,
}

/// Every answer of the userinfo endpoint.
#[derive(ApiResponse)]
pub enum UserinfoAnswers {
    /// What the token's scopes tell of the person.
    #[oai(status = 200)]
    Told(
        Json<UserinfoBody>,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `unauthorized` without an access token, `invalid_token` with one that is no good here, or that speaks for
    /// no person.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `insufficient_scope`: the token lacks `openid`.
    #[oai(status = 403)]
    Forbidden(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `request_timeout`: the body did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Json<ErrorBody>),
    /// `content_too_large`: the body is over the limit.
    #[oai(status = 413)]
    ContentTooLarge(Json<ErrorBody>),
    /// `temporarily_unavailable`: the token may be good.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
