//! The one map from a code to status and headers, and the JSON of every error (RFC 6749 section 5.2).

use std::sync::Arc;

use poem::{
    IntoResponse, Response,
    http::{HeaderValue, StatusCode, header},
};

use super::{
    boundary::{ClientIdLabel, ErrorAnswers, ErrorCodeLabel, FailureCause},
    challenge::challenge,
    routes::AllowedMethods,
};
use crate::oauth::{ErrorCode, FieldProblem, Reason, Refusal};

/// The status of a code.
#[must_use]
pub const fn status(code: ErrorCode) -> StatusCode {
    match code {
        // RFC 6749 section 5.2: "The authorization server responds with an HTTP 400 (Bad Request)
        // status code (unless specified otherwise)".
        ErrorCode::InvalidRequest
        | ErrorCode::InvalidGrant
        | ErrorCode::UnauthorizedClient
        | ErrorCode::UnsupportedGrantType
        | ErrorCode::InvalidScope
        | ErrorCode::InvalidTarget
        | ErrorCode::UnsupportedTokenType
        | ErrorCode::AccessDenied
        | ErrorCode::UnsupportedResponseType
        | ErrorCode::LoginRequired
        | ErrorCode::ConsentRequired
        | ErrorCode::InteractionRequired
        | ErrorCode::RequestNotSupported
        | ErrorCode::RequestUriNotSupported
        | ErrorCode::InvalidRequestUri
        | ErrorCode::AuthorizationPending
        | ErrorCode::SlowDown
        | ErrorCode::ExpiredToken
        // RFC 7591 section 3.2.2: "the authorization server returns an HTTP 400 status code".
        | ErrorCode::InvalidRedirectUri
        | ErrorCode::InvalidClientMetadata => StatusCode::BAD_REQUEST,
        ErrorCode::InvalidClient | ErrorCode::InvalidToken | ErrorCode::Unauthorized => {
            StatusCode::UNAUTHORIZED
        }
        ErrorCode::InsufficientScope => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        ErrorCode::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        ErrorCode::ContentTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Turns a refusal into its answer, and hands the cause to the log.
#[must_use]
pub fn error_response(refusal: Refusal) -> Response {
    let code = refusal.reason.code();
    let mut body = serde_json::json!({
        "error": code.name(),
        "error_description": refusal.reason.sentence(),
    });
    if !refusal.fields.is_empty() {
        let field = |FieldProblem { field, rule }: &FieldProblem| serde_json::json!({ "field": field, "rule": rule });
        body["fields"] = refusal.fields.iter().map(field).collect();
    }
    let mut response = Response::builder()
        .status(status(code))
        .content_type("application/json")
        .body(body.to_string());
    no_store(&mut response);
    if let Some(challenge) = challenge(&refusal) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    labelled(response, refusal)
}

/// Gives `response`, which answers what was refused, the headers that go with that whatever its body is, and the
/// log what it is to know.
pub(super) fn labelled(mut response: Response, refusal: Refusal) -> Response {
    let code = refusal.reason.code();
    let headers = response.headers_mut();
    if let Some(delay) = refusal.retry_after {
        let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
    if matches!(code, ErrorCode::RequestTimeout | ErrorCode::ContentTooLarge) {
        // The rest of the body is not read, so the connection cannot be used again.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response.set_data(ErrorCodeLabel(code.name()));
    if let Some(cause) = refusal.cause {
        response.set_data(FailureCause(cause));
    }
    if let Some(client_id) = refusal.client_id {
        response.set_data(ClientIdLabel(client_id));
    }
    response
}

/// RFC 6749 section 5.1: "The authorization server MUST include the HTTP "Cache-Control" response header
/// field [RFC2616] with a value of "no-store" in any response containing tokens, credentials, or other
/// sensitive information, as well as the "Pragma" response header field [RFC2616] with a value of
/// "no-cache"."
pub fn no_store(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
}

/// The answers to what no endpoint answered.
#[derive(Debug, Clone)]
pub struct JsonErrorAnswers {
    allowed: Arc<AllowedMethods>,
}

impl JsonErrorAnswers {
    /// Answers 405 with the methods of `allowed`.
    #[must_use]
    pub fn new(allowed: AllowedMethods) -> Self {
        Self { allowed: Arc::new(allowed) }
    }
}

impl ErrorAnswers for JsonErrorAnswers {
    fn not_found(&self, _path: &str) -> Response {
        error_response(Reason::UnknownPath.into())
    }

    fn method_not_allowed(&self, path: &str) -> Response {
        let mut response = error_response(Reason::MethodNotAllowed.into());
        // RFC 9110 section 15.5.6: "The origin server MUST generate an Allow header field in a 405
        // response".
        if let Some(allow) = self.allowed.of(path) {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        response
    }

    fn panicked(&self) -> Response {
        error_response(Reason::Panicked.into())
    }

    fn other(&self, error: &poem::Error) -> Response {
        let reason = match error.status() {
            StatusCode::NOT_FOUND => Reason::UnknownPath,
            StatusCode::PAYLOAD_TOO_LARGE => Reason::BodyTooLarge,
            status if status.is_client_error() => Reason::BadRequest,
            _ => Reason::Panicked,
        };
        error_response(Refusal::new(reason).because(error.to_string()))
    }
}

/// A refusal as poem's handlers answer it.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        error_response(self)
    }
}
