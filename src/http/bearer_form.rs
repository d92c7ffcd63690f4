//! The access token of a POST, which may stand in the header or in a form (RFC 6750 sections 2.1 and 2.2), where
//! a standard wants both. To the OpenAPI document it is the form `F` and the Bearer scheme.

use std::marker::PhantomData;

use poem::{Body, Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};

use super::{
    bearer::{PresentedToken, has_token_in_query},
    parameters::{is_form, read_form},
};
use crate::{
    oauth::{Reason, Refusal},
    secret::Secret,
};

/// A request as it arrived.
pub struct BearerForm<'a, F> {
    request: &'a Request,
    body: Body,
    form: PhantomData<fn() -> F>,
}

impl<F> BearerForm<'_, F> {
    /// The access token; a form is read within `limit` bytes.
    ///
    /// # Errors
    /// Those of [`PresentedToken::token`], and `invalid_request` for a form that cannot be read.
    pub async fn token(self, limit: usize) -> Result<Secret, Refusal> {
        let in_header = self.request.headers().contains_key(header::AUTHORIZATION);
        if !is_form(self.request) {
            return PresentedToken::of(self.request);
        }
        let form = read_form(self.request, self.body, limit).await?;
        match form.secret("access_token") {
            // RFC 6750 section 2: "Clients MUST NOT use more than one method to transmit the token in each
            // request."
            Some(_) if in_header || has_token_in_query(self.request) => {
                Err(Reason::SeveralAccessTokens.into())
            }
            Some(token) => Ok(token.clone()),
            None => PresentedToken::of(self.request),
        }
    }
}

impl<'a, F: Type> ApiExtractor<'a> for BearerForm<'a, F> {
    const TYPES: &'static [ApiExtractorType] =
        &[ApiExtractorType::RequestObject, ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        F::register(registry);
        PresentedToken::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        PresentedToken::security_schemes()
    }

    /// The token may stand in the form instead.
    fn has_security_fallback() -> bool {
        true
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: Some("The access token, unless the Authorization header has it."),
            content: vec![MetaMediaType {
                content_type: "application/x-www-form-urlencoded",
                schema: F::schema_ref(),
            }],
            required: false,
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
