//! Documents that anybody may read and keep for a while: `Cache-Control`, `ETag` and conditional requests
//! (RFC 9110 section 13, RFC 9111 section 5.2).

use std::marker::PhantomData;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use poem::{
    FromRequest, IntoResponse, Request, RequestBody, Response,
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaResponses, Registry},
};
use sha2::{Digest, Sha256};

/// The `If-None-Match` header of a request, if any.
#[derive(Debug, Default)]
pub struct Conditional(Option<HeaderValue>);

impl<'a> FromRequest<'a> for Conditional {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(request.headers().get(header::IF_NONE_MATCH).cloned()))
    }
}

impl Conditional {
    /// RFC 9110 section 13.1.2: the condition is false, and 304 the answer, where a listed tag matches by
    /// the weak comparison, or the field is `*`.
    pub(super) fn has(&self, etag: &str) -> bool {
        let listed = self.0.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
        listed
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
    }
}

/// A JSON document with its tag, or 304; `A` says what the OpenAPI document tells of it.
pub struct Cacheable<A> {
    response: Response,
    answers: PhantomData<fn() -> A>,
}

impl<A> Cacheable<A> {
    /// Answers with `body`, good for `max_age` seconds.
    #[must_use]
    pub fn new(body: Vec<u8>, max_age: u64, conditional: &Conditional) -> Self {
        let digest = Sha256::digest(&body);
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest[..16]));
        let response = if conditional.has(&etag) {
            Response::builder().status(StatusCode::NOT_MODIFIED)
        } else {
            Response::builder().content_type("application/json")
        };
        let response = response
            .header(header::CACHE_CONTROL, format!("public, max-age={max_age}"))
            .header(header::ETAG, &etag);
        let response = if conditional.has(&etag) { response.finish() } else { response.body(body) };
        Self { response, answers: PhantomData }
    }
}

impl<A> From<Cacheable<A>> for Response {
    fn from(document: Cacheable<A>) -> Self {
        document.response
    }
}

impl<A> IntoResponse for Cacheable<A> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<A: ApiResponse> ApiResponse for Cacheable<A> {
    fn meta() -> MetaResponses {
        A::meta()
    }

    fn register(registry: &mut Registry) {
        A::register(registry);
    }
}
