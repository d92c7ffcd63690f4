//! Which pages of other origins may call what: public documents, any; the token endpoint, those that
//! configuration lists; the rest, none. Credentials are never allowed: Signet's cookies are not for them.

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Middleware, Request, Response, Result,
    http::{HeaderValue, Method, StatusCode, header},
};

/// Which origins a path may be called from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Any origin: a public document.
    Anyone,
    /// The origins of `http.cors_origins`.
    Configured,
}

/// The policies of the paths that have one.
#[derive(Debug, Clone, Default)]
pub struct Cors {
    paths: Arc<Vec<(String, Policy)>>,
    origins: Arc<Vec<String>>,
}

impl Cors {
    /// Applies to each of `paths` its policy; `origins` are the configured ones.
    #[must_use]
    pub fn new(paths: Vec<(String, Policy)>, origins: Vec<String>) -> Self {
        Self { paths: Arc::new(paths), origins: Arc::new(origins) }
    }

    /// The `Access-Control-Allow-Origin` for a request from `origin` to `path`.
    fn allow_origin(&self, path: &str, origin: &HeaderValue) -> Option<HeaderValue> {
        match self.paths.iter().find(|(known, _)| known == path)?.1 {
            Policy::Anyone => Some(HeaderValue::from_static("*")),
            Policy::Configured => {
                let listed = self.origins.iter().any(|known| known.as_bytes() == origin.as_bytes());
                listed.then(|| origin.clone())
            }
        }
    }
}

impl<E: Endpoint> Middleware<E> for Cors {
    type Output = CorsEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        CorsEndpoint { inner, cors: self.clone() }
    }
}

/// The routes, with the policies applied.
#[derive(Debug)]
pub struct CorsEndpoint<E> {
    inner: E,
    cors: Cors,
}

impl<E: Endpoint> Endpoint for CorsEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let Some(origin) = request.headers().get(header::ORIGIN) else {
            return self.inner.call(request).await.map(IntoResponse::into_response);
        };
        let Some(allowed) = self.cors.allow_origin(request.uri().path(), origin) else {
            return self.inner.call(request).await.map(IntoResponse::into_response);
        };
        let preflight = *request.method() == Method::OPTIONS
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let mut response = if preflight {
            preflight_response()
        } else {
            self.inner.call(request).await?.into_response()
        };
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("ETag, Retry-After, WWW-Authenticate, X-Request-Id"),
        );
        Ok(response)
    }
}

fn preflight_response() -> Response {
    Response::builder()
        .status(StatusCode::NO_CONTENT)
        .header(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST")
        .header(header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, If-None-Match")
        .header(header::ACCESS_CONTROL_MAX_AGE, "3600")
        .finish()
}
