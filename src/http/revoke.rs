//! `POST /oauth2/revoke` (RFC 7009).

use poem::Response;
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json};

use super::{
    authenticated_form::AuthenticatedForms,
    boundary::ClientIdLabel,
    described::Described,
    docs::Tag,
    error_response::{error_response, no_store},
    form_request::FormRequest,
    schema::ErrorBody,
};
use crate::{
    grants::TokenRevocation,
    oauth::{Reason, Refusal},
};

/// The revocation endpoint's path below the issuer.
pub const PATH: &str = "/oauth2/revoke";

/// The revocation endpoint.
#[derive(Debug)]
pub struct RevocationApi {
    /// What reads the request and authenticates who sent it.
    pub forms: AuthenticatedForms,
    /// What decides.
    pub revocation: TokenRevocation,
}

#[OpenApi]
impl RevocationApi {
    /// Revoke a token
    ///
    /// An application gives back a token that it was issued (RFC 7009), and authenticates as at the token
    /// endpoint. A refresh token ends its grant with all access tokens of it, an access token ends alone.
    /// A token that is unknown, expired, revoked or another application's is answered 200 as well. After a
    /// 503 the token may still live: try again.
    #[oai(path = "/oauth2/revoke", method = "post", operation_id = "revoke", tag = "Tag::OAuth")]
    async fn revoke(
        &self,
        request: FormRequest<'_, RevocationForm>,
    ) -> Described<RevocationAnswers> {
        self.answer(request).await.unwrap_or_else(error_response).into()
    }
}

impl RevocationApi {
    async fn answer(&self, request: FormRequest<'_, RevocationForm>) -> Result<Response, Refusal> {
        // RFC 7009 section 2.1: "The authorization server first validates the client credentials".
        let (parameters, client) = self.forms.read(request).await?;
        let client_id = client.client().client_id.as_str();
        // token_type_hint is not read: "An authorization server MAY ignore this parameter, particularly if
        // it is able to detect the token type automatically."
        let token = parameters.secret("token");
        let token = token.ok_or_else(|| Refusal::from(Reason::MissingToken).by(client_id))?;
        let revoked = self.revocation.revoke(token, &client).await;
        revoked.map_err(|refusal| refusal.by(client_id))?;

        let mut response = Response::builder().content_type("application/json").body("{}");
        no_store(&mut response);
        response.set_data(ClientIdLabel(client_id.to_owned()));
        Ok(response)
    }
}

/// The form of a revocation request (RFC 7009 section 2.1). Unknown parameters are ignored.
#[derive(Debug, Object)]
#[oai(rename = "RevocationRequest", skip_serializing_if_is_none)]
pub struct RevocationForm {
    /// The token that is to be revoked.
    pub token: String,
    /// `access_token` or `refresh_token`; any other word does no harm.
    pub token_type_hint: Option<String>,
    /// Who is asking, where no Authorization header says it.
    pub client_id: Option<String>,
    /// The secret, for `client_secret_post`.
    pub client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, for `private_key_jwt`.
    pub client_assertion_type: Option<String>,
    /// The signed assertion, for `private_key_jwt` (RFC 7523); good once.
    pub client_assertion: Option<String>,
}

/// Nothing: the status says it all.
#[derive(Debug, Object)]
#[oai(rename = "RevocationResponse")]
pub struct RevocationBody {}

/// Every answer of the revocation endpoint.
#[derive(ApiResponse)]
pub enum RevocationAnswers {
    /// The token is revoked, or was no good to begin with.
    #[oai(status = 200)]
    Done(
        Json<RevocationBody>,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`, or `unsupported_token_type` for an access token that names no status list.
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
    /// `method_not_allowed`: only POST revokes tokens.
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
    /// `temporarily_unavailable`: the token may still live.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
