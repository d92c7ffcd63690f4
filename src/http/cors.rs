//! Which pages of other origins may call what: public documents, any; the token endpoint, those that
//! configuration lists; the rest, none. Credentials are never allowed: Signet's cookies are not for them.

use poem::{
    Request, Response,
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
    paths: Vec<(String, Policy)>,
    origins: Vec<String>,
}

impl Cors {
    /// Applies to each of `paths` its policy, to whatever is below where one ends with `/*`; `origins` are
    /// the configured ones.
    #[must_use]
    pub fn new(paths: Vec<(String, Policy)>, origins: Vec<String>) -> Self {
        Self { paths, origins }
    }

    /// What `request` may be answered to whom.
    #[must_use]
    pub fn exchange(&self, request: &Request) -> Exchange {
        let path = request.uri().path();
        let covers = |known: &str| match known.strip_suffix('*') {
            Some(above) => path.starts_with(above),
            None => known == path,
        };
        let policy = self.paths.iter().find(|(known, _)| covers(known)).map(|&(_, policy)| policy);
        let origin = request.headers().get(header::ORIGIN);
        let listed = |origin: &&HeaderValue| {
            self.origins.iter().any(|known| known.as_bytes() == origin.as_bytes())
        };
        let allowed_origin = match policy {
            // Caches keep the answer to a request without an origin and serve it to a page.
            Some(Policy::Anyone) => Some(HeaderValue::from_static("*")),
            Some(Policy::Configured) => origin.filter(listed).cloned(),
            None => None,
        };
        let is_preflight = allowed_origin.is_some()
            && *request.method() == Method::OPTIONS
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        Exchange {
            depends_on_origin: policy == Some(Policy::Configured),
            allowed_origin,
            is_preflight,
        }
    }
}

/// One request and its answer, as pages of other origins may see them.
#[derive(Debug)]
pub struct Exchange {
    depends_on_origin: bool,
    allowed_origin: Option<HeaderValue>,
    is_preflight: bool,
}

impl Exchange {
    /// The answer to a preflight request, which no endpoint sees.
    #[must_use]
    pub fn preflight_answer(&self) -> Option<Response> {
        self.is_preflight.then(|| {
            Response::builder()
                .status(StatusCode::NO_CONTENT)
                .header(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PUT, DELETE")
                .header(
                    header::ACCESS_CONTROL_ALLOW_HEADERS,
                    "Authorization, Content-Type, If-None-Match",
                )
                .header(header::ACCESS_CONTROL_MAX_AGE, "3600")
                .finish()
        })
    }

    /// Says in the answer who may read it; errors and panics are answers too.
    pub fn complete(self, response: &mut Response) {
        let headers = response.headers_mut();
        if self.depends_on_origin {
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        if let Some(origin) = self.allowed_origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static(
                    "Allow, ETag, Retry-After, WWW-Authenticate, X-Request-Id",
                ),
            );
        }
    }
}
