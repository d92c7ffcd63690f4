//! `POST /oauth2/par` (RFC 9126): an application pushes its authorization request, and is answered with what
//! the browser carries in its place.

use std::sync::Arc;

use arc_swap::ArcSwap;
use poem::{Response, http::StatusCode};
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json};

use super::{
    authenticated_form::AuthenticatedForms,
    authorization_parameters::authorization_parameters,
    authorize::ResponseTypeName,
    boundary::ClientIdLabel,
    described::Described,
    docs::Tag,
    error_response::{error_response, no_store},
    form_request::FormRequest,
    schema::ErrorBody,
};
use crate::{
    grants::{Authorization, PushedRequest},
    oauth::Refusal,
};

/// The path below the issuer.
pub const PATH: &str = "/oauth2/par";

/// The endpoint.
#[derive(Debug)]
pub struct PushedRequestsApi {
    /// What reads the request and authenticates who sent it.
    pub forms: AuthenticatedForms,
    /// What decides; swapped when configuration is loaded again.
    pub authorization: Arc<ArcSwap<Authorization>>,
}

#[OpenApi]
impl PushedRequestsApi {
    /// Push an authorization request
    ///
    /// An application sends the parameters of an authorization request itself (RFC 9126), and authenticates as
    /// at the token endpoint. The browser then carries `client_id` and the `request_uri` of the answer to the
    /// authorization endpoint, which takes nothing else from it.
    #[oai(
        path = "/oauth2/par",
        method = "post",
        operation_id = "pushAuthorizationRequest",
        tag = "Tag::OAuth"
    )]
    async fn push(
        &self,
        request: FormRequest<'_, PushedRequestForm>,
    ) -> Described<PushedRequestAnswers> {
        self.answer(request).await.unwrap_or_else(error_response).into()
    }
}

impl PushedRequestsApi {
    async fn answer(
        &self,
        request: FormRequest<'_, PushedRequestForm>,
    ) -> Result<Response, Refusal> {
        // RFC 9126 section 2.3: "The authorization server ... MUST process the request as follows: 1.
        // Authenticate the client in the same way as at the token endpoint".
        let (parameters, client) = self.forms.read(request).await?;
        let client_id = client.client().client_id.as_str();
        let asked = authorization_parameters(&parameters, Vec::new());
        let pushed = self.authorization.load().push(&asked, &client);
        let PushedRequest { request_uri, expires_in } =
            pushed.map_err(|refusal| refusal.by(client_id))?;

        let body = serde_json::json!({ "request_uri": request_uri, "expires_in": expires_in });
        let mut response = Response::builder()
            .status(StatusCode::CREATED)
            .content_type("application/json")
            .body(body.to_string());
        no_store(&mut response);
        response.set_data(ClientIdLabel(client_id.to_owned()));
        Ok(response)
    }
}

/// The form of a pushed request (RFC 9126 section 2.1): the parameters of an authorization request, and the
/// credentials. Unknown parameters are ignored.
#[derive(Debug, Object)]
#[oai(rename = "PushedAuthorizationRequest", skip_serializing_if_is_none)]
pub struct PushedRequestForm {
    /// `code`.
    pub response_type: ResponseTypeName,
    /// Where the answer goes; may be left out where one is registered.
    pub redirect_uri: Option<String>,
    /// `query` or `form_post`.
    pub response_mode: Option<String>,
    /// The scopes asked for, separated by single spaces.
    pub scope: Option<String>,
    /// The resource servers that tokens are to be for (RFC 8707).
    pub resource: Option<Vec<String>>,
    /// What comes back unchanged.
    pub state: Option<String>,
    /// The base64url of the SHA-256 of a code verifier (RFC 7636).
    pub code_challenge: Option<String>,
    /// `S256`.
    pub code_challenge_method: Option<String>,
    /// What the ID token repeats.
    pub nonce: Option<String>,
    /// `none`, or some of `login`, `consent` and `select_account`.
    pub prompt: Option<String>,
    /// How many seconds ago the person may have signed in.
    pub max_age: Option<u64>,
    /// Who is expected to sign in.
    pub login_hint: Option<String>,
    /// Who is asking, where no Authorization header says it.
    pub client_id: Option<String>,
    /// The secret, for `client_secret_post`.
    pub client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, for `private_key_jwt`.
    pub client_assertion_type: Option<String>,
    /// The signed assertion, for `private_key_jwt` (RFC 7523); good once.
    pub client_assertion: Option<String>,
}

/// A request that was pushed (RFC 9126 section 2.2).
#[derive(Debug, Object)]
#[oai(rename = "PushedAuthorizationResponse")]
pub struct PushedRequestBody {
    /// What the browser carries to the authorization endpoint.
    pub request_uri: String,
    /// How long it can be opened, in seconds.
    pub expires_in: u64,
}

/// Every answer of the endpoint.
#[derive(ApiResponse)]
pub enum PushedRequestAnswers {
    /// The request is good, and waits for its browser.
    #[oai(status = 201)]
    Pushed(
        Json<PushedRequestBody>,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`, or what else the authorization endpoint would say.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `invalid_client`.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `method_not_allowed`: requests are pushed by POST alone.
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
    /// `too_many_requests`: too many failed client authentications.
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
    /// `temporarily_unavailable`: who is asking cannot be known at the moment.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
