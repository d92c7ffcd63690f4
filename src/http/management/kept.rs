//! What the OpenAPI document says of the answers about what the directory keeps: people, roles.

use poem_openapi::{
    ApiResponse,
    payload::Json,
    types::{ToJSON, Type},
};

use crate::http::schema::ErrorBody;

/// Every answer to a question: for one, or for a list.
#[derive(ApiResponse)]
pub enum ReadAnswers<T: ToJSON + Type + Send> {
    /// As it is kept.
    #[oai(status = 200)]
    Read(
        Json<T>,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
        /// Of one that can be changed: what to send as `If-Match`.
        #[oai(header = "ETag")]
        Option<String>,
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
    /// `not_found`: there is none, or it is not the caller's business.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `temporarily_unavailable`: try again.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer to whoever adds one.
#[derive(ApiResponse)]
pub enum AddAnswers<T: ToJSON + Type + Send> {
    /// As it is kept from now on.
    #[oai(status = 201)]
    Added(
        Json<T>,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
        /// What to send as `If-Match`.
        #[oai(header = "ETag")]
        String,
        /// Where it is.
        #[oai(header = "Location")]
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
    /// `request_timeout`: the body did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Json<ErrorBody>),
    /// `conflict`: the name is taken, or this server keeps no directory.
    #[oai(status = 409)]
    Conflict(Json<ErrorBody>),
    /// `content_too_large`: the body is over the limit.
    #[oai(status = 413)]
    ContentTooLarge(Json<ErrorBody>),
    /// `unsupported_media_type`: the body is not said to be JSON.
    #[oai(status = 415)]
    UnsupportedMediaType(Json<ErrorBody>),
    /// `too_many_requests`: too many attempts.
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
    /// `temporarily_unavailable`: try again.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
