//! From documented operations to routes: every endpoint is an operation of the OpenAPI document, so that
//! the document cannot leave one out, and every 405 knows what its path does answer.

use std::collections::{BTreeMap, HashMap};

use poem::{
    EndpointExt, IntoEndpoint,
    endpoint::BoxEndpoint,
    http::{HeaderValue, Method},
};
use poem_openapi::OpenApi;

use super::router::{Methods, Router};

/// Routes under construction.
#[derive(Default)]
pub struct Routes {
    by_path: BTreeMap<String, HashMap<Method, BoxEndpoint<'static>>>,
}

impl Routes {
    /// No routes yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the operations of `api` below `prefix`.
    ///
    /// # Panics
    /// Where two operations claim one method and path: one would silently replace the other.
    #[must_use]
    pub fn api(self, prefix: &str, api: impl OpenApi) -> Self {
        self.add(api, |path| format!("{prefix}{path}"))
    }

    /// Adds the operations of `api`, which are well-known documents: the issuer's path follows theirs
    /// (RFC 8414 section 3.1).
    ///
    /// # Panics
    /// As [`Self::api`] does.
    #[must_use]
    pub fn well_known(self, issuer_path: &str, api: impl OpenApi) -> Self {
        self.add(api, |path| format!("{path}{issuer_path}"))
    }

    fn add(mut self, api: impl OpenApi, place: impl Fn(String) -> String) -> Self {
        let mut table = HashMap::new();
        api.add_routes(&mut table);
        for (path, methods) in table {
            let path = place(path);
            let known = self.by_path.entry(path.clone()).or_default();
            for (method, endpoint) in methods {
                let previous = known.insert(method.clone(), endpoint);
                assert!(previous.is_none(), "two operations claim {method} {path}");
            }
        }
        self
    }

    /// Adds a page or document that the OpenAPI document does not describe.
    #[must_use]
    pub fn get<E>(self, path: String, endpoint: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        self.page(Method::GET, path, endpoint)
    }

    /// Adds a page, or what takes its form.
    #[must_use]
    pub fn page<E>(mut self, method: Method, path: String, endpoint: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        let endpoint = endpoint.into_endpoint().map_to_response().boxed();
        self.by_path.entry(path).or_default().insert(method, endpoint);
        self
    }

    /// The finished routes, and what each path answers.
    #[must_use]
    pub fn finish(self) -> (Router, AllowedMethods) {
        let mut allowed = HashMap::new();
        let mut router = Router::default();
        for (path, methods) in self.by_path {
            let mut names: Vec<&str> = methods.keys().map(Method::as_str).collect();
            if methods.contains_key(&Method::GET) && !methods.contains_key(&Method::HEAD) {
                names.push("HEAD");
            }
            names.sort_unstable();
            if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
                allowed.insert(path.clone(), value);
            }
            router = router.at(path, Methods::new(methods));
        }
        (router, AllowedMethods(allowed))
    }
}

/// What each path answers, as an `Allow` header.
#[derive(Debug, Clone)]
pub struct AllowedMethods(HashMap<String, HeaderValue>);

impl AllowedMethods {
    /// The methods that `path` answers.
    #[must_use]
    pub fn of(&self, path: &str) -> Option<HeaderValue> {
        let of_pattern = || self.0.iter().find(|(pattern, _)| is_made_by(path, pattern));
        self.0.get(path).or_else(|| of_pattern().map(|(_, methods)| methods)).cloned()
    }
}

/// Whether `pattern`, in which `:name` stands for a segment, fits `path`.
fn is_made_by(path: &str, pattern: &str) -> bool {
    let (mut segments, mut wanted) = (path.split('/'), pattern.split('/'));
    loop {
        match (segments.next(), wanted.next()) {
            (None, None) => return true,
            (Some(segment), Some(wanted)) if segment == wanted || wanted.starts_with(':') => {}
            _ => return false,
        }
    }
}
