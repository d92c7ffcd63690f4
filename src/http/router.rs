//! The finished routes. Most paths are what they say: they are found by name, in one look, and what answers
//! them is called without a detour. Those with a parameter go through poem's tree. Must not know what is
//! behind a path.

use std::collections::HashMap;

use poem::{
    Endpoint, PathPattern, Request, Response, Result, Route, endpoint::BoxEndpoint,
    error::MethodNotAllowedError, http::Method,
};

/// Finds what answers a request.
#[derive(Default)]
pub struct Router {
    literal: HashMap<String, (PathPattern, Methods)>,
    with_parameters: Route,
}

impl Router {
    /// The same with what `methods` has at `path`, where `:name` stands for a segment.
    ///
    /// # Panics
    /// Where poem cannot read `path`, or has another path with a parameter at the same place.
    #[must_use]
    pub(super) fn at(mut self, path: String, methods: Methods) -> Self {
        if path.contains([':', '*', '<']) {
            self.with_parameters = self.with_parameters.at(path, methods);
        } else {
            let pattern = PathPattern(path.as_str().into());
            self.literal.insert(path, (pattern, methods));
        }
        self
    }
}

impl Endpoint for Router {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let Some((pattern, methods)) = self.literal.get(request.uri().path()) else {
            // In a box, or every request would carry the room that this one needs.
            return Box::pin(self.with_parameters.call(request)).await;
        };
        // The boundary asks answer and error alike for their pattern, as poem leaves it there.
        match methods.call(request).await {
            Ok(mut response) => {
                response.set_data(pattern.clone());
                Ok(response)
            }
            Err(mut error) => {
                error.set_data(pattern.clone());
                Err(error)
            }
        }
    }
}

/// What answers the methods of one path.
pub(super) struct Methods(Vec<(Method, BoxEndpoint<'static>)>);

impl Methods {
    pub(super) fn new(endpoints: impl IntoIterator<Item = (Method, BoxEndpoint<'static>)>) -> Self {
        Self(endpoints.into_iter().collect())
    }

    fn of(&self, method: &Method) -> Option<&BoxEndpoint<'static>> {
        self.0.iter().find(|(known, _)| known == method).map(|(_, endpoint)| endpoint)
    }
}

impl Endpoint for Methods {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        if let Some(endpoint) = self.of(request.method()) {
            return endpoint.call(request).await;
        }
        // RFC 9110 section 9.3.2: "The HEAD method is identical to GET except that the server MUST NOT send
        // content in the response."
        match self.of(&Method::GET) {
            Some(endpoint) if *request.method() == Method::HEAD => {
                request.set_method(Method::GET);
                let mut response = endpoint.call(request).await?;
                response.set_body(());
                Ok(response)
            }
            _ => Err(MethodNotAllowedError.into()),
        }
    }
}
