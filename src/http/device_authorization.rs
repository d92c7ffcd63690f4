//! `POST /oauth2/device_authorization` (RFC 8628 section 3.1).

use std::sync::Arc;

use poem::Response;
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json};

use super::{
    authenticated_form::AuthenticatedForms,
    boundary::ClientIdLabel,
    described::Described,
    docs::Tag,
    error_response::{error_response, no_store},
    form_request::FormRequest,
    pages::device,
    schema::ErrorBody,
    token_parameters::asked_for,
};
use crate::{
    grants::{DeviceAuthorization, DeviceAuthorized},
    oauth::{IssuerUrl, Refusal},
};

/// The endpoint's path below the issuer.
pub const PATH: &str = "/oauth2/device_authorization";

/// The device authorization endpoint.
#[derive(Debug)]
pub struct DeviceAuthorizationApi {
    /// The issuer, below which people find the page.
    pub issuer: IssuerUrl,
    /// What reads the request and authenticates who sent it.
    pub forms: AuthenticatedForms,
    /// What decides.
    pub authorization: Arc<DeviceAuthorization>,
}

#[OpenApi]
impl DeviceAuthorizationApi {
    /// Authorize a device
    ///
    /// A device without a browser begins (RFC 8628 section 3.1). Its application authenticates as at the token
    /// endpoint, a public one by its `client_id` alone. The device shows `user_code` and `verification_uri`,
    /// and asks the token endpoint with `device_code` every `interval` seconds what became of it.
    #[oai(
        path = "/oauth2/device_authorization",
        method = "post",
        operation_id = "deviceAuthorization",
        tag = "Tag::OAuth"
    )]
    async fn device_authorization(
        &self,
        request: FormRequest<'_, DeviceAuthorizationForm>,
    ) -> Described<DeviceAuthorizationAnswers> {
        self.answer(request).await.unwrap_or_else(error_response).into()
    }
}

impl DeviceAuthorizationApi {
    async fn answer(
        &self,
        request: FormRequest<'_, DeviceAuthorizationForm>,
    ) -> Result<Response, Refusal> {
        let address = self.forms.trusted_proxies.client_address(request.request);
        let (parameters, client) = self.forms.read(request).await?;
        let client_id = client.client().client_id.as_str();
        let pipeline = self.forms.pipeline.load_full();
        let begun = self
            .authorization
            .begin(&client, &asked_for(&parameters), pipeline.default_audience(), address)
            .await
            .map_err(|refusal| refusal.by(client_id))?;
        let mut response =
            Response::builder().content_type("application/json").body(self.json(&begun));
        no_store(&mut response);
        response.set_data(ClientIdLabel(client_id.to_owned()));
        Ok(response)
    }

    fn json(&self, begun: &DeviceAuthorized) -> String {
        let page = self.issuer.join(device::PATH);
        serde_json::json!({
            "device_code": begun.device_code.expose(),
            "user_code": begun.user_code.to_string(),
            "verification_uri": page,
            "verification_uri_complete": format!("{page}?user_code={}", begun.user_code),
            "expires_in": begun.expires_in,
            "interval": begun.interval,
        })
        .to_string()
    }
}

/// The form of a device authorization request (RFC 8628 section 3.1). Unknown parameters are ignored; each may
/// be sent once, except `resource`.
#[derive(Debug, Object)]
#[oai(rename = "DeviceAuthorizationRequest", skip_serializing_if_is_none)]
pub struct DeviceAuthorizationForm {
    /// The scopes asked for, separated by single spaces; left out: all that the application may have.
    pub scope: Option<String>,
    /// The resource servers that tokens are to be for, as absolute URIs (RFC 8707); left out: the application's
    /// first one.
    pub resource: Option<Vec<String>>,
    /// Who is asking, where no Authorization header says it.
    pub client_id: Option<String>,
    /// The secret, for `client_secret_post`.
    pub client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, for `private_key_jwt`.
    pub client_assertion_type: Option<String>,
    /// The signed assertion, for `private_key_jwt` (RFC 7523); good once.
    pub client_assertion: Option<String>,
}

/// What the device goes on with (RFC 8628 section 3.2).
#[derive(Debug, Object)]
#[oai(rename = "DeviceAuthorizationResponse")]
pub struct DeviceAuthorizationBody {
    /// What the device asks the token endpoint with. It is not for the person.
    pub device_code: String,
    /// What the device shows, and the person types: `WDJB-MJHT`. Case and dash do not matter.
    pub user_code: String,
    /// Where the person types it.
    pub verification_uri: String,
    /// The same with the code, for a QR code. The device shows the code all the same.
    pub verification_uri_complete: String,
    /// How long both codes live, in seconds.
    pub expires_in: u64,
    /// How long the device waits between two requests to the token endpoint, in seconds; five more after each
    /// `slow_down`.
    pub interval: u64,
}

/// Every answer of the device authorization endpoint.
#[derive(ApiResponse)]
pub enum DeviceAuthorizationAnswers {
    /// The codes.
    #[oai(status = 200)]
    Begun(
        Json<DeviceAuthorizationBody>,
        /// `no-store`: the answer holds a secret.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`, `unauthorized_client`, `invalid_scope` or `invalid_target`.
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
    /// `method_not_allowed`: only POST begins.
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
    /// `too_many_requests`: too many requests of this application from this address, or too many failed client
    /// authentications.
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
    /// `temporarily_unavailable`: nothing was begun.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
