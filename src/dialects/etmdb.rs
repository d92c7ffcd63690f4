//! EtMDB: tokens by password and Basic; applications and authorized tokens by paths that end in a slash.
//! The document leaves the methods open.

use poem::http::{Method, StatusCode};

use super::{
    door::{CanonicalOperation, Credentials, Door, Member, Nothing, Opens, Place, TokenDoor},
    error_table::{ErrorMembers, ErrorRow, When},
};
use crate::oauth::{ErrorCode, GrantType, Reason};

/// The doors.
pub const DOORS: &[Door] = &[
    Door {
        name: "token",
        method: Method::POST,
        path: "/api/oauth/token/",
        opens: Opens::Tokens(TokenDoor {
            place: Place::Form,
            credentials: Credentials::Basic,
            grants: &[GrantType::Password, GrantType::RefreshToken, GrantType::ClientCredentials],
            answer: &[
                Member::RefreshToken,
                Member::TokenType("Bearer"),
                Member::ExpiresIn,
                Member::Scope,
                Member::AccessToken("access_token"),
            ],
            errors: ERRORS,
        }),
    },
    to("register-application", Method::POST, APPLICATIONS, Method::POST, ALL_APPLICATIONS),
    to("list-applications", Method::GET, APPLICATIONS, Method::GET, ALL_APPLICATIONS),
    to("read-application", Method::GET, APPLICATION, Method::GET, ONE_APPLICATION),
    to("update-application", Method::PUT, UPDATE, Method::PUT, ONE_APPLICATION),
    to("update-application", Method::PATCH, UPDATE, Method::PATCH, ONE_APPLICATION),
    // What is left out stays.
    to("update-application", Method::POST, UPDATE, Method::PATCH, ONE_APPLICATION),
    to("delete-application", Method::DELETE, DELETE, Method::DELETE, ONE_APPLICATION),
    to("delete-application", Method::POST, DELETE, Method::DELETE, ONE_APPLICATION),
    to("list-authorized-tokens", Method::GET, TOKENS, Method::GET, ALL_TOKENS),
    to("delete-authorized-token", Method::DELETE, DELETE_TOKEN, Method::DELETE, ONE_TOKEN),
    to("delete-authorized-token", Method::POST, DELETE_TOKEN, Method::DELETE, ONE_TOKEN),
];

const APPLICATIONS: &str = "/api/oauth/applications/";
const APPLICATION: &str = "/api/oauth/applications/:client_id/";
const UPDATE: &str = "/api/oauth/applications/:client_id/update/";
const DELETE: &str = "/api/oauth/applications/:client_id/delete/";
const TOKENS: &str = "/api/oauth/authorized-tokens/";
const DELETE_TOKEN: &str = "/api/oauth/authorized-tokens/:id/delete/";

const ALL_APPLICATIONS: &str = "/api/v1/applications";
const ONE_APPLICATION: &str = "/api/v1/applications/:client_id";
const ALL_TOKENS: &str = "/api/v1/authorized-tokens";
const ONE_TOKEN: &str = "/api/v1/authorized-tokens/:id";

const fn to(
    name: &'static str,
    method: Method,
    path: &'static str,
    canonical_method: Method,
    canonical_path: &'static str,
) -> Door {
    let to = CanonicalOperation {
        method: canonical_method,
        path: canonical_path,
        nothing: Nothing::NoContent,
    };
    Door { name, method, path, opens: Opens::Operation(to) }
}

/// The errors, in the order of the document, which gives no statuses: those of RFC 6749 section 5.2.
pub const ERRORS: &[ErrorRow] = &[
    told(When::Code(ErrorCode::UnsupportedGrantType), "unsupported_grant_type"),
    // "Client id or secret incorrect".
    told(When::Reason(Reason::ClientAuthenticationFailed), "unauthorized_client"),
    told(When::Code(ErrorCode::UnauthorizedClient), "unauthorized_client"),
    // "Client not valid": none was named, or it is switched off.
    ErrorRow {
        status: StatusCode::UNAUTHORIZED,
        ..told(When::Code(ErrorCode::InvalidClient), "invalid_client")
    },
    told(When::Code(ErrorCode::InvalidScope), "invalid_scope"),
    // "Password or username incorrect".
    ErrorRow {
        members: ErrorMembers::ErrorAndDescription,
        ..told(When::Code(ErrorCode::InvalidGrant), "invalid_grant")
    },
];

const fn told(when: When, error: &'static str) -> ErrorRow {
    ErrorRow { when, error, status: StatusCode::BAD_REQUEST, members: ErrorMembers::Error }
}
