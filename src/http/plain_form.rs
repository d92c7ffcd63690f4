//! A form that needs no credentials, because it comes from a browser: to the OpenAPI document it is the form
//! `F`; it is read by [`read_form`](super::parameters::read_form).

use std::marker::PhantomData;

use poem::{Body, Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};

/// A request as it arrived.
pub struct PlainForm<'a, F> {
    /// Its head.
    pub request: &'a Request,
    /// Its body, not read yet.
    pub body: Body,
    form: PhantomData<fn() -> F>,
}

impl<'a, F: Type> ApiExtractor<'a> for PlainForm<'a, F> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        F::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: Some("What is asked for."),
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
