//! A request whose body is JSON: to the OpenAPI document it is the object `T`. It is read strictly: each
//! member once, no other ones, nothing behind it.

use std::marker::PhantomData;

use poem::{
    Body, Request, RequestBody,
    http::{Method, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::parameters::read_bytes;
use crate::oauth::{Reason, Refusal};

/// A request as it arrived.
pub struct JsonRequest<'a, T> {
    /// Its head.
    pub request: &'a Request,
    body: Body,
    object: PhantomData<fn() -> T>,
}

impl<T> JsonRequest<'_, T> {
    /// Reads the object as an `O`, from at most `limit` bytes.
    ///
    /// # Errors
    /// The reasons of a body that is not said to be JSON, is none, or another object; too large, too slow.
    pub async fn read_as<O: DeserializeOwned>(self, limit: usize) -> Result<O, Refusal> {
        let bytes = self.bytes(limit).await?;
        // What the parser says would repeat them.
        serde_json::from_slice(&bytes).map_err(|_| Reason::MalformedJson.into())
    }

    /// The body as it came, at most `limit` bytes; it may hold secrets.
    ///
    /// # Errors
    /// The reasons of a body that is not said to be JSON; too large, too slow.
    pub async fn bytes(self, limit: usize) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        if !is_json(self.request) {
            return Err(Reason::NotJson.into());
        }
        read_bytes(self.request, self.body, limit).await.map(Zeroizing::new)
    }

    /// The same, where a body need not come: an empty one need not be said to be anything.
    ///
    /// # Errors
    /// As [`Self::bytes`].
    pub async fn bytes_if_any(self, limit: usize) -> Result<Option<Zeroizing<Vec<u8>>>, Refusal> {
        let bytes = Zeroizing::new(read_bytes(self.request, self.body, limit).await?);
        match (bytes.is_empty(), is_json(self.request)) {
            (true, _) => Ok(None),
            (false, true) => Ok(Some(bytes)),
            (false, false) => Err(Reason::NotJson.into()),
        }
    }
}

/// Whether the body is said to be `application/json`, whatever its parameters say; a PATCH may say
/// `application/merge-patch+json` (RFC 7396 section 4).
#[must_use]
pub fn is_json(request: &Request) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let patch = request.method() == Method::PATCH;
    essence.eq_ignore_ascii_case("application/json")
        || (patch && essence.eq_ignore_ascii_case("application/merge-patch+json"))
}

impl<'a, T: Type> ApiExtractor<'a> for JsonRequest<'a, T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType {
                content_type: "application/json",
                schema: T::schema_ref(),
            }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        Ok(Self { request, body: body.take()?, object: PhantomData })
    }
}
