//! What the OpenAPI document says of the answers to whoever changes what the directory keeps.

use poem_openapi::{
    ApiResponse,
    payload::Json,
    types::{ToJSON, Type},
};

use crate::http::schema::ErrorBody;

/// Every answer to a change.
#[derive(ApiResponse)]
pub enum ChangeAnswers<T: ToJSON + Type + Send> {
    /// As it is kept from now on.
    #[oai(status = 200)]
    Changed(
        Json<T>,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
        /// What to send as `If-Match`.
        #[oai(header = "ETag")]
        String,
    ),
    /// `invalid_request`, with the members that cannot be.
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
    /// `not_found`: there is none, or it is not the caller's business.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `request_timeout`: the body did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Json<ErrorBody>),
    /// `conflict`: it is declared, the name is taken, or nobody would be left to undo the change.
    #[oai(status = 409)]
    Conflict(Json<ErrorBody>),
    /// `precondition_failed`: somebody else has changed it.
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
    /// `temporarily_unavailable`: try again, which completes what was begun.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer to whoever removes one.
#[derive(ApiResponse)]
pub enum RemoveAnswers {
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
    /// `not_found`: there is none, or it is not the caller's business.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `conflict`: it is declared, still in use, or the caller themselves.
    #[oai(status = 409)]
    Conflict(Json<ErrorBody>),
    /// `precondition_failed`: somebody else has changed it.
    #[oai(status = 412)]
    PreconditionFailed(Json<ErrorBody>),
    /// `temporarily_unavailable`: try again, which completes what was begun.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer to a new password.
#[derive(ApiResponse)]
pub enum PasswordAnswers {
    /// The password is another one.
    #[oai(status = 204)]
    Done,
    /// `invalid_request`, with the members that cannot be: the current password is wrong, or the new one may
    /// not be chosen.
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
    /// `not_found`: there is nobody, or they are not the caller's business.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `request_timeout`: the body did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Json<ErrorBody>),
    /// `conflict`: the person is declared.
    #[oai(status = 409)]
    Conflict(Json<ErrorBody>),
    /// `precondition_failed`: somebody else has changed the person in the meantime.
    #[oai(status = 412)]
    PreconditionFailed(Json<ErrorBody>),
    /// `content_too_large`: the body is over the limit.
    #[oai(status = 413)]
    ContentTooLarge(Json<ErrorBody>),
    /// `unsupported_media_type`: the body is not said to be JSON.
    #[oai(status = 415)]
    UnsupportedMediaType(Json<ErrorBody>),
    /// `too_many_requests`: too many wrong passwords.
    #[oai(status = 429)]
    TooManyRequests(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
    /// `server_error`.
    #[oai(status = 500)]
    ServerError(Json<ErrorBody>),
    /// `temporarily_unavailable`: nothing has changed, try again.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
