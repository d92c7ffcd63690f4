//! `POST /oauth2/introspect` (RFC 7662).

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
    grants::TokenIntrospection,
    oauth::{Reason, Refusal},
};

/// The introspection endpoint's path below the issuer.
pub const PATH: &str = "/oauth2/introspect";

/// The introspection endpoint.
#[derive(Debug)]
pub struct IntrospectionApi {
    /// What reads the request and authenticates who sent it.
    pub forms: AuthenticatedForms,
    /// What decides.
    pub introspection: TokenIntrospection,
}

#[OpenApi]
impl IntrospectionApi {
    /// Introspect a token
    ///
    /// Tells an application that authenticates what a token is worth now (RFC 7662): one that it was
    /// issued, or an access token that is for a resource server that it is (`resource_server_for`). Every
    /// other token, whatever it is, is `{"active":false}`.
    #[oai(
        path = "/oauth2/introspect",
        method = "post",
        operation_id = "introspect",
        tag = "Tag::OAuth"
    )]
    async fn introspect(
        &self,
        request: FormRequest<'_, IntrospectionForm>,
    ) -> Described<IntrospectionAnswers> {
        self.answer(request).await.unwrap_or_else(error_response).into()
    }
}

impl IntrospectionApi {
    async fn answer(
        &self,
        request: FormRequest<'_, IntrospectionForm>,
    ) -> Result<Response, Refusal> {
        let (parameters, client) = self.forms.read(request).await?;
        let client_id = client.client().client_id.as_str();
        // token_type_hint is not read: RFC 7662 section 2.1 lets a server that "is able to detect the
        // token type automatically" ignore it.
        let token = parameters.secret("token");
        let token = token.ok_or_else(|| Refusal::from(Reason::MissingToken).by(client_id))?;
        let told = self.introspection.introspect(token, &client).await;
        let told = told.map_err(|refusal| refusal.by(client_id))?;

        let body = serde_json::to_vec(&told).expect("OK because its members are plain values");
        let mut response = Response::builder().content_type("application/json").body(body);
        no_store(&mut response);
        response.set_data(ClientIdLabel(client_id.to_owned()));
        Ok(response)
    }
}

/// The form of an introspection request (RFC 7662 section 2.1). Unknown parameters are ignored.
#[derive(Debug, Object)]
#[oai(rename = "IntrospectionRequest", skip_serializing_if_is_none)]
pub struct IntrospectionForm {
    /// The token that is asked about.
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

/// What a token is worth (RFC 7662 section 2.2). Of one that is not active, `active` is all.
#[derive(Debug, Object)]
#[oai(rename = "IntrospectionResponse", skip_serializing_if_is_none)]
pub struct IntrospectionBody {
    /// Whether it is one that would be accepted now, and the caller's business.
    pub active: bool,
    /// How it is used: `Bearer`. A refresh token has none.
    pub token_type: Option<String>,
    /// The scopes, separated by single spaces.
    pub scope: Option<String>,
    /// The application that it was issued to.
    pub client_id: Option<String>,
    /// Whom it speaks for.
    pub sub: Option<String>,
    /// The resource servers that an access token is for.
    pub aud: Option<AudienceBody>,
    /// This server.
    pub iss: Option<String>,
    /// When it ends, in Unix seconds; a refresh token, if it is not used until then.
    pub exp: Option<u64>,
    /// When it was issued, in Unix seconds; of a refresh token, when its grant was.
    pub iat: Option<u64>,
    /// Before when it is not valid, in Unix seconds.
    pub nbf: Option<u64>,
    /// The identifier of an access token.
    pub jti: Option<String>,
    /// The grant, where there is one that can be listed and ended.
    pub sid: Option<String>,
    /// When the person signed in, in Unix seconds.
    pub auth_time: Option<u64>,
    /// The person's roles.
    pub roles: Option<Vec<String>>,
}

/// One, or several.
#[derive(Debug, poem_openapi::Union)]
#[oai(rename = "Audience")]
pub enum AudienceBody {
    /// A single resource server.
    One(String),
    /// Several of them.
    Many(Vec<String>),
}

/// Every answer of the introspection endpoint.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "never made: it describes")]
pub enum IntrospectionAnswers {
    /// What the token is worth now.
    #[oai(status = 200)]
    Told(
        Json<IntrospectionBody>,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `invalid_client`; also for a public application.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `method_not_allowed`: only POST introspects.
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
    /// `temporarily_unavailable`: the token may be good.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
