//! Teen Quotes: a JSON body with the credentials in it, `expires` beside `expires_in`, and a table of errors
//! with statuses of its own.

use poem::http::{Method, StatusCode};

use super::{
    door::{Credentials, Door, Member, Opens, Place, TokenDoor},
    error_table::{ErrorMembers, ErrorRow, When},
};
use crate::oauth::{ErrorCode, GrantType, Reason};

/// The doors.
pub const DOORS: &[Door] = &[Door {
    name: "token",
    method: Method::POST,
    path: "/oauth",
    opens: Opens::Tokens(TokenDoor {
        place: Place::Json,
        credentials: Credentials::WithParameters,
        grants: &[GrantType::ClientCredentials, GrantType::Password, GrantType::RefreshToken],
        answer: &[
            Member::AccessToken("access_token"),
            Member::TokenType("bearer"),
            Member::Expires,
            Member::ExpiresIn,
            Member::RefreshToken,
        ],
        errors: ERRORS,
    }),
}];

const BAD_REQUEST: StatusCode = StatusCode::BAD_REQUEST;
const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;

/// The errors: 400 but for those that say something else.
pub const ERRORS: &[ErrorRow] = &[
    row(When::Reason(Reason::PasswordRefused), "invalid_credentials", BAD_REQUEST),
    row(When::Reason(Reason::RefreshTokenRefused), "invalid_refresh", BAD_REQUEST),
    // The right password of somebody who is switched off.
    row(When::Reason(Reason::PersonSwitchedOff), "access_denied", UNAUTHORIZED),
    row(When::Code(ErrorCode::InvalidRequest), "invalid_request", BAD_REQUEST),
    row(When::Code(ErrorCode::UnauthorizedClient), "unauthorized_client", BAD_REQUEST),
    row(When::Code(ErrorCode::UnsupportedResponseType), "unsupported_response_type", BAD_REQUEST),
    row(When::Code(ErrorCode::InvalidScope), "invalid_scope", BAD_REQUEST),
    row(When::Code(ErrorCode::TemporarilyUnavailable), "temporarily_unavailable", BAD_REQUEST),
    row(When::Code(ErrorCode::InvalidGrant), "invalid_grant", BAD_REQUEST),
    row(When::Code(ErrorCode::AccessDenied), "access_denied", UNAUTHORIZED),
    row(When::Code(ErrorCode::InvalidClient), "invalid_client", UNAUTHORIZED),
    row(
        When::Code(ErrorCode::UnsupportedGrantType),
        "unsupported_grant_type",
        StatusCode::NOT_IMPLEMENTED,
    ),
    // The document has its key, and no status.
    row(When::Code(ErrorCode::ServerError), "server_error", StatusCode::INTERNAL_SERVER_ERROR),
];

const fn row(when: When, error: &'static str, status: StatusCode) -> ErrorRow {
    ErrorRow { when, error, status, members: ErrorMembers::ErrorAndDescription }
}
