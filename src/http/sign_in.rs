//! `POST /api/v1/sign-in`: a user name and a password as JSON in, a token response out, for the one
//! application that the configuration names. It decides nothing.

use std::sync::Arc;

use arc_swap::ArcSwap;
use poem::Response;
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json, types::Example};
use serde::Deserialize;

use super::{
    boundary::ClientIdLabel,
    client_address::TrustedProxies,
    described::Described,
    docs::Tag,
    error_response::error_response,
    json_request::JsonRequest,
    metrics::Metrics,
    schema::{ErrorBody, TokenResponseBody},
    token::token_response,
};
use crate::{
    grants::Pipeline,
    oauth::{AskedFor, ClientId, Reason, Refusal, TokenRequest},
    secret::Secret,
};

/// The path below the issuer.
pub const PATH: &str = "/api/v1/sign-in";

/// The endpoint; there is none where no application is named.
#[derive(Debug)]
pub struct SignInApi {
    /// What decides; swapped when configuration is loaded again.
    pub pipeline: Arc<ArcSwap<Pipeline>>,
    /// The application that the tokens are issued to.
    pub application: ClientId,
    /// Whose word on addresses is taken.
    pub trusted_proxies: TrustedProxies,
    /// The largest body, in bytes.
    pub body_limit: usize,
    /// Where tokens and refusals are counted.
    pub metrics: Arc<Metrics>,
}

/// Who signs in.
#[derive(Object)]
#[oai(rename = "SignIn", example)]
pub struct SignInBody {
    /// The user name.
    pub username: String,
    /// The password: at most 1,024 bytes.
    pub password: String,
}

impl Example for SignInBody {
    fn example() -> Self {
        Self { username: "demo".to_owned(), password: "demo-password".to_owned() }
    }
}

/// The same, as it is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    username: String,
    password: Secret,
}

#[OpenApi]
impl SignInApi {
    /// Sign in
    ///
    /// Signs a person in for the application that the configuration names in
    /// `dialects.sign_in_application`; where it names none, nothing is served here. The token has the scopes
    /// of that application that the person's roles allow.
    #[oai(path = "/api/v1/sign-in", method = "post", operation_id = "signIn", tag = "Tag::OAuth")]
    async fn sign_in(&self, request: JsonRequest<'_, SignInBody>) -> Described<SignInAnswers> {
        let answer = self.answer(request).await.unwrap_or_else(|refusal| {
            self.metrics.token_refused(refusal.reason.code().name());
            error_response(refusal)
        });
        answer.into()
    }
}

impl SignInApi {
    async fn answer(&self, request: JsonRequest<'_, SignInBody>) -> Result<Response, Refusal> {
        let address = self.trusted_proxies.client_address(request.request);
        let SignIn { username, password } = request.read_as(self.body_limit).await?;
        if username.is_empty() {
            return Err(Reason::MissingUsername.into());
        }
        if password.expose().is_empty() {
            return Err(Reason::MissingPassword.into());
        }
        let wanted = TokenRequest::Password { username, password, asked_for: AskedFor::default() };
        let pipeline = self.pipeline.load_full();
        let granted = pipeline.sign_in(self.application.as_str(), &wanted, address).await?;

        self.metrics.token_issued(wanted.grant_type().name());
        let mut response = token_response(&granted);
        response.set_data(ClientIdLabel(self.application.to_string()));
        Ok(response)
    }
}

/// Every answer to a sign-in.
#[derive(ApiResponse)]
pub enum SignInAnswers {
    /// The token.
    #[oai(status = 200)]
    Granted(
        Json<TokenResponseBody>,
        /// `no-store`: the answer holds a token.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`, `invalid_grant`, `unauthorized_client` or `invalid_scope`.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `method_not_allowed`: only POST signs in.
    #[oai(status = 405)]
    MethodNotAllowed(
        Json<ErrorBody>,
        /// The methods that are answered.
        #[oai(header = "Allow")]
        String,
    ),
    /// `request_timeout`: the body did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Json<ErrorBody>),
    /// `content_too_large`: the body is over the limit.
    #[oai(status = 413)]
    ContentTooLarge(Json<ErrorBody>),
    /// `unsupported_media_type`: the body is not said to be JSON.
    #[oai(status = 415)]
    UnsupportedMediaType(Json<ErrorBody>),
    /// `too_many_requests`: too many failed sign-ins.
    #[oai(status = 429)]
    TooManyRequests(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
    /// `server_error`.
    #[oai(status = 500)]
    ServerError(Json<ErrorBody>),
    /// `temporarily_unavailable`.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
