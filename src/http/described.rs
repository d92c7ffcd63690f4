//! An answer that is written by hand and that the OpenAPI document describes by another type.

use std::marker::PhantomData;

use poem::{IntoResponse, Response};
use poem_openapi::{
    ApiResponse,
    registry::{MetaResponses, Registry},
};

/// A response, as one of the answers `A`.
pub struct Described<A> {
    response: Response,
    answers: PhantomData<fn() -> A>,
}

impl<A> From<Response> for Described<A> {
    fn from(response: Response) -> Self {
        Self { response, answers: PhantomData }
    }
}

impl<A> IntoResponse for Described<A> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<A: ApiResponse> ApiResponse for Described<A> {
    fn meta() -> MetaResponses {
        A::meta()
    }

    fn register(registry: &mut Registry) {
        A::register(registry);
    }
}
