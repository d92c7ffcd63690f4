//! A form that a browser sends to a page which the OpenAPI document describes. To the document it is the form `F`;
//! nobody authenticates with it.

use std::marker::PhantomData;

use poem::{Body, Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};

/// A request as it arrived.
pub struct FormPage<'a, F> {
    /// Its head.
    pub request: &'a Request,
    /// Its body, not read yet.
    pub body: Body,
    form: PhantomData<fn() -> F>,
}

impl<'a, F: Type> ApiExtractor<'a> for FormPage<'a, F> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        F::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
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
