//! A form that an application sends and authenticates (RFC 6749 sections 2.3 and 3.2): the token endpoint's
//! and those of its neighbours. To the OpenAPI document it is the form `F` and the Basic scheme; it is read
//! by [`read_form`](super::parameters::read_form).

use std::marker::PhantomData;

use poem::{Body, Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, MetaSecurityScheme, Registry},
    types::Type,
};

/// A request as it arrived.
pub struct FormRequest<'a, F> {
    /// Its head.
    pub request: &'a Request,
    /// Its body, not read yet.
    pub body: Body,
    form: PhantomData<fn() -> F>,
}

/// The name of the Basic scheme in the OpenAPI document.
const BASIC_SCHEME: &str = "client_secret_basic";

impl<'a, F: Type> ApiExtractor<'a> for FormRequest<'a, F> {
    const TYPES: &'static [ApiExtractorType] =
        &[ApiExtractorType::RequestObject, ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        F::register(registry);
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
                "What is asked for, and the credentials unless the Authorization header has them.",
            ),
            content: vec![MetaMediaType {
                content_type: "application/x-www-form-urlencoded",
                schema: F::schema_ref(),
            }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        Ok(Self { request, body: body.take()?, form: PhantomData })
    }
}
