//! The boundary around every request: one endpoint, outermost, that gives a request its id, answers
//! whatever went wrong inside, completes the answer's headers, and logs and counts it once. Must not
//! know the routes, nor how an error looks: it is handed [`ErrorAnswers`].

mod observed;
mod request_id;

use std::{
    any::Any,
    borrow::Cow,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
};

use poem::{
    Endpoint, IntoResponse, PathPattern, Request, Response,
    error::{MethodNotAllowedError, NotFoundError, ParsePathError},
    http::header::{HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS},
};

pub use self::request_id::RequestIds;
use self::{observed::Observed, request_id::RequestId};
use super::{
    client_address::TrustedProxies, cors::Cors, metrics::Metrics, request_log::RequestLog,
};
use crate::logging::panic_message;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Why a request was refused, for the log alone. Inner code puts it into the answer's data.
#[derive(Debug, Clone)]
pub struct FailureCause(pub Cow<'static, str>);

/// The error code of an answer, for the log. Inner code puts it into the answer's data.
#[derive(Debug, Clone, Copy)]
pub struct ErrorCodeLabel(pub &'static str);

/// The client that a request came from, for the log. Inner code puts it into the answer's data.
#[derive(Debug, Clone)]
pub struct ClientIdLabel(pub String);

/// How the answers look that no operation gives. Causes and codes for the log go into the answers'
/// data, as everywhere.
pub trait ErrorAnswers: Send + Sync {
    /// Nothing is at `path`.
    fn not_found(&self, path: &str) -> Response;
    /// Something is at `path`, for other methods.
    fn method_not_allowed(&self, path: &str) -> Response;
    /// An operation panicked.
    fn panicked(&self) -> Response;
    /// poem refused the request, or an operation returned poem's error.
    fn other(&self, error: &poem::Error) -> Response;
}

/// What the boundary works with.
pub struct BoundarySettings {
    /// The answers that no operation gives.
    pub answers: Box<dyn ErrorAnswers>,
    /// Where ids come from.
    pub request_ids: RequestIds,
    /// Where requests are logged.
    pub log: RequestLog,
    /// Where requests are counted.
    pub metrics: Arc<Metrics>,
    /// Which pages of other origins may read what.
    pub cors: Cors,
    /// Whose word on a client's address is taken.
    pub trusted_proxies: TrustedProxies,
    /// Whether the issuer is https, so that browsers may be told to stay there (RFC 6797).
    pub https: bool,
}

/// The outermost endpoint.
pub struct Boundary<E> {
    inner: E,
    settings: BoundarySettings,
}

impl<E: Endpoint> Boundary<E> {
    /// Wraps `inner`.
    #[must_use]
    pub fn new(inner: E, settings: BoundarySettings) -> Self {
        Self { inner, settings }
    }

    fn answer_error(&self, error: &poem::Error, path: &str) -> Response {
        let answers = &self.settings.answers;
        let mut response = if error.is::<NotFoundError>() || error.is::<ParsePathError>() {
            answers.not_found(path)
        } else if error.is::<MethodNotAllowedError>() {
            answers.method_not_allowed(path)
        } else {
            answers.other(error)
        };
        hand_over::<PathPattern>(error, &mut response);
        hand_over::<FailureCause>(error, &mut response);
        hand_over::<ErrorCodeLabel>(error, &mut response);
        hand_over::<ClientIdLabel>(error, &mut response);
        response
    }

    fn answer_panic(&self, payload: &(dyn Any + Send)) -> Response {
        let mut response = self.settings.answers.panicked();
        response.set_data(FailureCause(format!("panicked: {}", panic_message(payload)).into()));
        response
    }

    fn complete(&self, response: &mut Response, id: RequestId) {
        let headers = response.headers_mut();
        headers.insert(X_REQUEST_ID, id.header_value());
        headers.entry(X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
        if self.settings.https {
            headers
                .entry(STRICT_TRANSPORT_SECURITY)
                .or_insert(HeaderValue::from_static("max-age=31536000"));
        }
    }
}

impl<E: Endpoint> Endpoint for Boundary<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let BoundarySettings { request_ids, log, metrics, cors, trusted_proxies, .. } =
            &self.settings;
        let id = request_ids.next();
        let remote = trusted_proxies.client_address(&request);
        let observed = Observed::begin(id, &request, remote, log, metrics);
        let exchange = cors.exchange(&request);
        let target = request.original_uri().path_and_query().cloned();

        // Pinned where it is made: a future of this size is dear to move.
        let inner = pin!(self.inner.call(request));
        let mut response = match exchange.preflight_answer() {
            Some(response) => response,
            None => match catching(inner).await {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => {
                    let path = target.as_ref().map_or("", |target| target.path());
                    self.answer_error(&error, path)
                }
                Err(payload) => self.answer_panic(payload.as_ref()),
            },
        };
        exchange.complete(&mut response);
        self.complete(&mut response, id);
        observed.end(&response);
        Ok(response)
    }
}

/// What poem's error carries beside itself is the answer's, unless the answer says otherwise.
fn hand_over<T: Clone + Send + Sync + 'static>(error: &poem::Error, response: &mut Response) {
    if let Some(data) = error.data::<T>()
        && response.data::<T>().is_none()
    {
        response.set_data(data.clone());
    }
}

/// A panic inside becomes a value: the connection and its other requests go on.
async fn catching<T: IntoResponse>(
    mut inner: Pin<&mut impl Future<Output = poem::Result<T>>>,
) -> Result<poem::Result<Response>, Box<dyn Any + Send>> {
    poll_fn(|cx| {
        let mut poll = || inner.as_mut().poll(cx).map_ok(IntoResponse::into_response);
        // Safe to go on with: after a panic the future is never polled again.
        match catch_unwind(AssertUnwindSafe(&mut poll)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Err(payload) => Poll::Ready(Err(payload)),
        }
    })
    .await
}
