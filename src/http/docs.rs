//! The OpenAPI document, generated from the code that answers, and `/docs`, a page to try it.

mod examples;
mod polish;

use std::{collections::HashMap, marker::PhantomData, sync::OnceLock};

use bytes::Bytes;
use poem::{
    Body, Response,
    endpoint::{BoxEndpoint, Endpoint, make_sync},
    http::{Method, header},
};
use poem_openapi::{
    LicenseObject, OpenApi, OpenApiService, Tags,
    registry::{MetaApi, Registry},
};

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
    `error` and `error_description`, and its answer carries `X-Request-Id`, which the log knows.";

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
        let (json, yaml) = polish::polished(&service::<T>(issuer).spec(), issuer)
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

    /// `GET /openapi.json`.
    pub fn json_endpoint(&self) -> impl Endpoint + use<> {
        document(self.json.clone(), "application/json")
    }

    /// `GET /openapi.yaml`.
    pub fn yaml_endpoint(&self) -> impl Endpoint + use<> {
        document(self.yaml.clone(), "application/yaml")
    }

    /// `GET /docs`: Swagger UI, whole in one page; built when it is first asked for.
    pub fn page_endpoint<T: OpenApi>(&self) -> impl Endpoint + use<T> {
        let described = self.clone();
        // Shared by all answers: a client that takes none must not cost a copy.
        let page: OnceLock<Bytes> = OnceLock::new();
        make_sync(move |_| {
            let page = page.get_or_init(|| {
                let service = service::<T>(&described.issuer);
                let page = service.swagger_ui_html().replace(&service.spec(), described.json());
                page.replace(TITLE, OUR_HEAD).into()
            });
            Response::builder()
                .content_type("text/html; charset=utf-8")
                .header(header::CACHE_CONTROL, "no-cache")
                .header(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)
                .header(header::REFERRER_POLICY, "no-referrer")
                .header(header::X_FRAME_OPTIONS, "DENY")
                .body(Body::from_bytes(page.clone()))
        })
    }
}

/// What Swagger UI's page calls itself, and what ours does.
const TITLE: &str = "<title>Swagger UI</title>";
const OUR_HEAD: &str = "<title>Signet: the API</title>\n    \
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">";

/// Scripts and styles stand in the page itself; it talks to this server alone and is framed by nobody.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fn document(text: Bytes, content_type: &'static str) -> impl Endpoint {
    make_sync(move |_| {
        Response::builder()
            .content_type(content_type)
            .header(header::CACHE_CONTROL, "public, max-age=300")
            .body(Body::from_bytes(text.clone()))
    })
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
