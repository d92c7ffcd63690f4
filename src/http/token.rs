//! `POST /oauth2/token` (RFC 6749 section 3.2): reads a request into types, hands it to the pipeline,
//! writes the answer. It decides nothing.

use std::sync::Arc;

use arc_swap::ArcSwap;
use poem::{Body, IntoResponse, Request, RequestBody, Response};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ApiResponse, ExtractParamOptions, OpenApi,
    registry::{MetaMediaType, MetaRequest, MetaResponses, MetaSecurityScheme, Registry},
    types::Type,
};

use super::{
    boundary::ClientIdLabel,
    client_address::TrustedProxies,
    docs::Tag,
    error_response::{error_response, no_store},
    metrics::Metrics,
    parameters::read_form,
    presented_credentials::presented_credentials,
    schema::{TokenAnswers, TokenRequestForm},
    token_parameters::token_request,
};
use crate::{grants::Pipeline, oauth::Refusal};

/// The token endpoint's path below the issuer.
pub const PATH: &str = "/oauth2/token";

/// The token endpoint.
#[derive(Debug)]
pub struct TokenApi {
    /// What decides; swapped when configuration is loaded again.
    pub pipeline: Arc<ArcSwap<Pipeline>>,
    /// Whose word on addresses is taken.
    pub trusted_proxies: TrustedProxies,
    /// The largest body, in bytes.
    pub body_limit: usize,
    /// Where tokens and refusals are counted.
    pub metrics: Arc<Metrics>,
}

#[OpenApi]
impl TokenApi {
    /// Issue a token
    ///
    /// Grants an access token (RFC 6749 section 3.2). The application authenticates by
    /// `client_secret_basic`, `client_secret_post` or `private_key_jwt`, one way in each request.
    #[oai(path = "/oauth2/token", method = "post", operation_id = "token", tag = "Tag::OAuth")]
    async fn token(&self, request: TokenEndpointRequest<'_>) -> TokenEndpointAnswer {
        TokenEndpointAnswer(self.answer(request).await.unwrap_or_else(|refusal| {
            self.metrics.token_refused(refusal.reason.code().name());
            error_response(refusal)
        }))
    }
}

impl TokenApi {
    async fn answer(&self, request: TokenEndpointRequest<'_>) -> Result<Response, Refusal> {
        let TokenEndpointRequest { request, body } = request;
        let parameters = read_form(request, body, self.body_limit).await?;
        let wanted = token_request(&parameters)?;
        let credentials = presented_credentials(request.headers(), &parameters)?;
        let address = self.trusted_proxies.client_address(request);

        let pipeline = self.pipeline.load_full();
        let (client, granted) = pipeline.answer(&wanted, credentials, address).await?;

        self.metrics.token_issued(wanted.grant_type().name());
        let body =
            serde_json::to_vec(&granted).expect("OK because its members are strings and a number");
        let mut response = Response::builder().content_type("application/json").body(body);
        no_store(&mut response);
        response.set_data(ClientIdLabel(client.client().client_id.as_str().to_owned()));
        Ok(response)
    }
}

/// A token request as it arrived. To the OpenAPI document it is a form and the Basic scheme.
pub struct TokenEndpointRequest<'a> {
    request: &'a Request,
    body: Body,
}

/// The name of the Basic scheme in the OpenAPI document.
const BASIC_SCHEME: &str = "client_secret_basic";

impl<'a> ApiExtractor<'a> for TokenEndpointRequest<'a> {
    const TYPES: &'static [ApiExtractorType] =
        &[ApiExtractorType::RequestObject, ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        TokenRequestForm::register(registry);
        registry.create_security_scheme(
            BASIC_SCHEME,
            MetaSecurityScheme {
                ty: "http",
                description: Some(
                    "client_id and client_secret, each form-encoded (RFC 6749 section 2.3.1)",
                ),
                name: None,
                key_in: None,
                scheme: Some("basic"),
                bearer_format: None,
                flows: None,
                openid_connect_url: None,
            },
        );
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![BASIC_SCHEME]
    }

    /// The credentials may stand in the form instead.
    fn has_security_fallback() -> bool {
        true
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: Some(
                "The grant, and the credentials unless the Authorization header has them.",
            ),
            content: vec![MetaMediaType {
                content_type: "application/x-www-form-urlencoded",
                schema: TokenRequestForm::schema_ref(),
            }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        Ok(Self { request, body: body.take()? })
    }
}

/// An answer of the token endpoint: any of [`TokenAnswers`], already written.
pub struct TokenEndpointAnswer(Response);

impl IntoResponse for TokenEndpointAnswer {
    fn into_response(self) -> Response {
        self.0
    }
}

impl ApiResponse for TokenEndpointAnswer {
    fn meta() -> MetaResponses {
        TokenAnswers::meta()
    }

    fn register(registry: &mut Registry) {
        TokenAnswers::register(registry);
    }
}
