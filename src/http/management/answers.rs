//! What the OpenAPI document says of the answers about authorized tokens.

use poem_openapi::{ApiResponse, payload::Json};

use super::authorized_tokens::AuthorizedTokenList;
use crate::http::schema::ErrorBody;

/// Every answer to a list.
#[derive(ApiResponse)]
pub enum ListAnswers {
    /// Some of the grants.
    #[oai(status = 200)]
    Listed(
        Json<AuthorizedTokenList>,
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

/// Every answer to the end of one.
#[derive(ApiResponse)]
pub enum EndAnswers {
    /// The grant has ended, and its access tokens.
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
    /// `temporarily_unavailable`: try again, which is safe.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer to the end of all.
#[derive(ApiResponse)]
pub enum EndAllAnswers {
    /// All have ended.
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
    /// `temporarily_unavailable`: try again, which is safe.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer to a log-out.
#[derive(ApiResponse)]
pub enum LogOutAnswers {
    /// The token is revoked, and its grant has ended.
    #[oai(status = 204)]
    Done,
    /// `invalid_request`, or `unsupported_token_type` for an access token that can only end by itself.
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
    /// `temporarily_unavailable`: try again, which is safe.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
