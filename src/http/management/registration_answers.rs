//! What the OpenAPI document says of the answers to applications that register themselves.

use poem_openapi::{ApiResponse, payload::Json};

use super::registration_body::ClientInformation;
use crate::http::schema::ErrorBody;

/// Every answer to a registration (RFC 7591 section 3.2).
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "never made: it describes")]
pub enum RegistrationAnswers {
    /// What was registered, with what proves it: it is not shown again.
    #[oai(status = 201)]
    Registered(
        Json<ClientInformation>,
        /// Where it is.
        #[oai(header = "Location")]
        String,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_redirect_uri` or `invalid_client_metadata`; `fields` names each member with its rule. `invalid_request`.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `unauthorized` without an initial access token, `invalid_token` with another one.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `not_found`: applications do not register themselves here.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `request_timeout`: the body did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Json<ErrorBody>),
    /// `content_too_large`: the body is over the limit.
    #[oai(status = 413)]
    ContentTooLarge(Json<ErrorBody>),
    /// `unsupported_media_type`: the body is not said to be JSON.
    #[oai(status = 415)]
    UnsupportedMediaType(Json<ErrorBody>),
    /// `too_many_requests`: too many registrations from this address.
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
    /// `temporarily_unavailable`: try again, which is safe.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer to a look at a registration (RFC 7592 section 2.1).
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "never made: it describes")]
pub enum ClientReadAnswers {
    /// What is registered.
    #[oai(status = 200)]
    Told(
        Json<ClientInformation>,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `unauthorized` without a registration access token; `invalid_token` with another one, and for a client that is not there.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `not_found`: applications do not register themselves here.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `too_many_requests`: too many registrations from this address.
    #[oai(status = 429)]
    TooManyRequests(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
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

/// Every answer to a change of a registration (RFC 7592 section 2.2).
#[derive(ApiResponse)]
#[expect(clippy::large_enum_variant, reason = "never made: it describes")]
pub enum ClientUpdateAnswers {
    /// What is registered now; with a secret, where one became needed.
    #[oai(status = 200)]
    Told(
        Json<ClientInformation>,
        /// `no-store`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_redirect_uri` or `invalid_client_metadata`; `fields` names each member with its rule. `invalid_request`.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `unauthorized` without a registration access token; `invalid_token` with another one, and for a client that is not there.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `not_found`: applications do not register themselves here.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `request_timeout`: the body did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Json<ErrorBody>),
    /// `precondition_failed`: it was changed in the meantime.
    #[oai(status = 412)]
    PreconditionFailed(Json<ErrorBody>),
    /// `content_too_large`: the body is over the limit.
    #[oai(status = 413)]
    ContentTooLarge(Json<ErrorBody>),
    /// `unsupported_media_type`: the body is not said to be JSON.
    #[oai(status = 415)]
    UnsupportedMediaType(Json<ErrorBody>),
    /// `too_many_requests`: too many registrations from this address.
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
    /// `temporarily_unavailable`: try again, which is safe.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer to the end of a registration (RFC 7592 section 2.3).
#[derive(ApiResponse)]
pub enum ClientRemovalAnswers {
    /// It is gone, and all that it was issued.
    #[oai(status = 204)]
    Done,
    /// `invalid_request`.
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `unauthorized` without a registration access token; `invalid_token` with another one, and for a client that is not there.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `not_found`: applications do not register themselves here.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `precondition_failed`: it was changed in the meantime.
    #[oai(status = 412)]
    PreconditionFailed(Json<ErrorBody>),
    /// `too_many_requests`: too many registrations from this address.
    #[oai(status = 429)]
    TooManyRequests(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
    /// `temporarily_unavailable`: it is switched off, and perhaps not all that it was issued has ended; try again, which completes it.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
