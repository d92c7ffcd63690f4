//! Cameramanager: e-mail address and password in the query, the application in a Basic header; a log-out that
//! ends access and refresh token. That the refresh token stays the same is for the registration to say.

use poem::http::Method;

use super::door::{
    CanonicalOperation, Credentials, Door, Member, Nothing, Opens, Place, TokenDoor,
};
use crate::oauth::GrantType;

/// The doors.
pub const DOORS: &[Door] = &[
    Door {
        name: "token",
        method: Method::POST,
        path: "/oauth/token",
        opens: Opens::Tokens(TokenDoor {
            place: Place::Query,
            credentials: Credentials::Basic,
            grants: &[GrantType::Password, GrantType::RefreshToken],
            answer: &[
                Member::AccessToken("access_token"),
                Member::TokenType("bearer"),
                Member::RefreshToken,
                Member::ExpiresIn,
                Member::Scope,
            ],
            errors: &[],
        }),
    },
    Door {
        name: "log-out",
        method: Method::DELETE,
        path: "/rest/v2.0/users/self/tokens/current",
        opens: Opens::Operation(CanonicalOperation {
            method: Method::DELETE,
            path: "/api/v1/authorized-tokens/current",
            nothing: Nothing::EmptyObject,
        }),
    },
];
