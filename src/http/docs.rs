//! The OpenAPI document, generated from the code that answers, and `/docs`, a page to try it.

mod additions;
mod examples;
mod polish;

use std::{
    collections::HashMap,
    marker::PhantomData,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use poem::{
    Body, Response,
    endpoint::{BoxEndpoint, Endpoint},
    error::InternalServerError,
    http::{Method, header},
};
use poem_openapi::{
    LicenseObject, OpenApi, OpenApiService, Tags,
    registry::{MetaApi, Registry},
};

pub use self::additions::Additions;
use crate::oauth::IssuerUrl;

/// How the operations are grouped.
#[derive(Debug, Tags)]
pub enum Tag {
    /// What applications ask for.
    OAuth,
    /// What people and applications see and change of their own, with an access token.
    Management,
    /// What resource servers and client libraries read.
    Discovery,
    /// What resource servers learn of revoked tokens.
    Revocation,
    /// What operators and their machines read.
    Operations,
}

const DESCRIPTION: &str = "Signet issues short-lived signed access tokens that resource servers verify \
    offline, with nothing but the public documents below. Every error of an operation is JSON with \
    `error` and `error_description`, or a page where people come with a browser, and its answer carries `X-Request-Id`, which the log knows.";

/// The OpenAPI document of one server.
#[derive(Debug, Clone)]
pub struct Document {
    json: Bytes,
    yaml: Bytes,
    issuer: IssuerUrl,
}

impl Document {
    /// Describes the operations of `T` as served by `issuer`.
    ///
    /// # Panics
    /// Where two operations share an `operation_id`: a mistake that any test of the document meets.
    #[must_use]
    pub fn of<T: OpenApi>(issuer: &IssuerUrl) -> Self {
        Self::with::<T>(issuer, &Additions::default())
    }

    /// The same with `additions`.
    ///
    /// # Panics
    /// As [`Self::of`].
    #[must_use]
    pub fn with<T: OpenApi>(issuer: &IssuerUrl, additions: &Additions) -> Self {
        let (json, yaml) = polish::polished(&service::<T>(issuer).spec(), issuer, additions)
            .expect("OK because what the generator writes can be read and written again");
        Self { json: json.into(), yaml: yaml.into(), issuer: issuer.clone() }
    }

    /// The document as JSON.
    #[must_use]
    pub fn json(&self) -> &str {
        str::from_utf8(&self.json).unwrap_or_default()
    }

    /// The document as YAML.
    #[must_use]
    pub fn yaml(&self) -> &str {
        str::from_utf8(&self.yaml).unwrap_or_default()
    }
}

/// The endpoints of the document and its page. Both are made when they are first asked for, on a thread of
/// their own: most processes never are, and what is made takes megabytes.
#[derive(Debug)]
pub struct DocumentEndpoints<T> {
    document: Arc<OnceLock<Document>>,
    issuer: IssuerUrl,
    additions: Additions,
    api: PhantomData<fn() -> T>,
}

impl<T: OpenApi + 'static> DocumentEndpoints<T> {
    /// Those that describe the operations of `T` as served by `issuer`, and `additions`.
    #[must_use]
    pub fn new(issuer: &IssuerUrl, additions: Additions) -> Self {
        Self { document: Arc::default(), issuer: issuer.clone(), additions, api: PhantomData }
    }

    /// `GET /openapi.json`.
    pub fn json(&self) -> impl Endpoint + use<T> {
        self.serve(|document| document.json.clone(), |json| document(json, "application/json"))
    }

    /// `GET /openapi.yaml`.
    pub fn yaml(&self) -> impl Endpoint + use<T> {
        self.serve(|document| document.yaml.clone(), |yaml| document(yaml, "application/yaml"))
    }

    /// `GET /docs`: Swagger UI, whole in one page.
    pub fn page(&self) -> impl Endpoint + use<T> {
        self.serve(page::<T>, |page| {
            Response::builder()
                .content_type("text/html; charset=utf-8")
                .header(header::CACHE_CONTROL, "no-cache")
                .header(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)
                .header(header::REFERRER_POLICY, "no-referrer")
                .header(header::X_FRAME_OPTIONS, "DENY")
                .body(Body::from_bytes(page))
        })
    }

    /// Answers with what `make` makes of the document, once: a client that takes none of it must not cost a
    /// copy.
    fn serve(
        &self,
        make: fn(&Document) -> Bytes,
        answer: fn(Bytes) -> Response,
    ) -> impl Endpoint + use<T> {
        let (document, issuer) = (Arc::clone(&self.document), self.issuer.clone());
        let additions = self.additions.clone();
        let made: Arc<OnceLock<Bytes>> = Arc::default();
        poem::endpoint::make(move |_| {
            let (document, issuer, made) =
                (Arc::clone(&document), issuer.clone(), Arc::clone(&made));
            let additions = additions.clone();
            async move {
                if made.get().is_none() {
                    let making = Arc::clone(&made);
                    let work = move || {
                        let document =
                            document.get_or_init(|| Document::with::<T>(&issuer, &additions));
                        making.get_or_init(|| make(document));
                    };
                    tokio::task::spawn_blocking(work).await.map_err(InternalServerError)?;
                }
                Ok::<_, poem::Error>(answer(made.get().cloned().unwrap_or_default()))
            }
        })
    }
}

fn page<T: OpenApi>(document: &Document) -> Bytes {
    let service = service::<T>(&document.issuer);
    let page = service.swagger_ui_html().replace(&service.spec(), document.json());
    page.replace(TITLE, OUR_HEAD).into()
}

/// What Swagger UI's page calls itself, and what ours does.
const TITLE: &str = "<title>Swagger UI</title>";
const OUR_HEAD: &str = "<title>Signet: the API</title>\n    \
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">";

/// Scripts and styles stand in the page itself; it talks to this server alone and is framed by nobody.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fn document(text: Bytes, content_type: &'static str) -> Response {
    Response::builder()
        .content_type(content_type)
        .header(header::CACHE_CONTROL, "public, max-age=300")
        .body(Body::from_bytes(text))
}

fn service<T: OpenApi>(issuer: &IssuerUrl) -> OpenApiService<Described<T>, ()> {
    OpenApiService::new(Described(PhantomData::<fn() -> T>), "Signet", env!("CARGO_PKG_VERSION"))
        .description(DESCRIPTION)
        .license(LicenseObject::new("MIT OR Apache-2.0"))
        .server(issuer.as_str())
}

/// An API without the parts that answer: enough to be described.
struct Described<T>(PhantomData<fn() -> T>);

impl<T: OpenApi> OpenApi for Described<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, _table: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {}
}
