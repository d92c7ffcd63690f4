//! What the OpenAPI document says of the answers about applications.

use poem_openapi::{ApiResponse, payload::Json};

use super::application_body::{ApplicationBody, ApplicationList};
use crate::http::schema::ErrorBody;

/// Every answer to a registration.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "never made: it describes")]
pub enum CreationAnswers {
    /// The application, with its secret: it is not shown again.
    #[oai(status = 201)]
    Created(
        Json<ApplicationBody>,
        /// Where it is.
        #[oai(header = "Location")]
        String,
        /// Its state, for `If-Match`.
        #[oai(header = "ETag")]
        String,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`; where members are not as they must be, `fields` names each with its rule.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `unauthorized` without an access token, `invalid_token` with one that is no good here.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `insufficient_scope`.
    #[oai(status = 403)]
    Forbidden(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `request_timeout`: the body did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Json<ErrorBody>),
    /// `conflict`: nothing is kept here, or the caller owns too many.
    #[oai(status = 409)]
    Conflict(Json<ErrorBody>),
    /// `content_too_large`: the body is over the limit.
    #[oai(status = 413)]
    ContentTooLarge(Json<ErrorBody>),
    /// `unsupported_media_type`: the body is not said to be JSON.
    #[oai(status = 415)]
    UnsupportedMediaType(Json<ErrorBody>),
    /// `server_error`.
    #[oai(status = 500)]
    ServerError(Json<ErrorBody>),
    /// `temporarily_unavailable`: try again, which is safe.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer to a list.
#[derive(ApiResponse)]
pub enum ApplicationListAnswers {
    /// Some of the applications.
    #[oai(status = 200)]
    Listed(
        Json<ApplicationList>,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `unauthorized` without an access token, `invalid_token` with one that is no good here.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `insufficient_scope`.
    #[oai(status = 403)]
    Forbidden(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `temporarily_unavailable`: try again, which is safe.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer to a look.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "never made: it describes")]
pub enum ApplicationReadAnswers {
    /// The application.
    #[oai(status = 200)]
    Told(
        Json<ApplicationBody>,
        /// Its state, for `If-Match`; what is declared has none.
        #[oai(header = "ETag")]
        Option<String>,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `unauthorized` without an access token, `invalid_token` with one that is no good here.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `insufficient_scope`.
    #[oai(status = 403)]
    Forbidden(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `not_found`: gone, or somebody else's.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `temporarily_unavailable`: try again, which is safe.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer to a change.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "never made: it describes")]
pub enum ApplicationAnswers {
    /// The application; with a secret, where one became needed.
    #[oai(status = 200)]
    Told(
        Json<ApplicationBody>,
        /// Its state, for `If-Match`.
        #[oai(header = "ETag")]
        String,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`; where members are not as they must be, `fields` names each with its rule.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `unauthorized` without an access token, `invalid_token` with one that is no good here.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `insufficient_scope`.
    #[oai(status = 403)]
    Forbidden(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `not_found`: gone, or somebody else's.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `request_timeout`: the body did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Json<ErrorBody>),
    /// `conflict`: configuration declares it.
    #[oai(status = 409)]
    Conflict(Json<ErrorBody>),
    /// `precondition_failed`: it was changed in the meantime.
    #[oai(status = 412)]
    PreconditionFailed(Json<ErrorBody>),
    /// `content_too_large`: the body is over the limit.
    #[oai(status = 413)]
    ContentTooLarge(Json<ErrorBody>),
    /// `unsupported_media_type`: the body is not said to be JSON.
    #[oai(status = 415)]
    UnsupportedMediaType(Json<ErrorBody>),
    /// `server_error`.
    #[oai(status = 500)]
    ServerError(Json<ErrorBody>),
    /// `temporarily_unavailable`: it is switched off, and perhaps not all that it was issued has ended; try again, which completes it.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer to a deletion.
#[derive(ApiResponse)]
pub enum RemovalAnswers {
    /// It is gone.
    #[oai(status = 204)]
    Done,
    /// `invalid_request`.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `unauthorized` without an access token, `invalid_token` with one that is no good here.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `insufficient_scope`.
    #[oai(status = 403)]
    Forbidden(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `not_found`: gone, or somebody else's.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `conflict`: configuration declares it.
    #[oai(status = 409)]
    Conflict(Json<ErrorBody>),
    /// `precondition_failed`: it was changed in the meantime.
    #[oai(status = 412)]
    PreconditionFailed(Json<ErrorBody>),
    /// `temporarily_unavailable`: it is switched off, and perhaps not all that it was issued has ended; try again, which completes it.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer to a new secret.
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "never made: it describes")]
pub enum NewSecretAnswers {
    /// The application, with its new secret: it is not shown again.
    #[oai(status = 201)]
    Made(
        Json<ApplicationBody>,
        /// Its state, for `If-Match`.
        #[oai(header = "ETag")]
        String,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`; where members are not as they must be, `fields` names each with its rule.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `unauthorized` without an access token, `invalid_token` with one that is no good here.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `insufficient_scope`.
    #[oai(status = 403)]
    Forbidden(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `not_found`: gone, or somebody else's.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `request_timeout`: the body did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Json<ErrorBody>),
    /// `conflict`: configuration declares it, or it has no secrets.
    #[oai(status = 409)]
    Conflict(Json<ErrorBody>),
    /// `precondition_failed`: it was changed in the meantime.
    #[oai(status = 412)]
    PreconditionFailed(Json<ErrorBody>),
    /// `content_too_large`: the body is over the limit.
    #[oai(status = 413)]
    ContentTooLarge(Json<ErrorBody>),
    /// `unsupported_media_type`: the body is not said to be JSON.
    #[oai(status = 415)]
    UnsupportedMediaType(Json<ErrorBody>),
    /// `server_error`.
    #[oai(status = 500)]
    ServerError(Json<ErrorBody>),
    /// `temporarily_unavailable`: try again, which is safe.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
