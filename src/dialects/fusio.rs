//! Fusio: a log-in as JSON, and tokens for whoever Basic credentials name, an application or a person.

use poem::http::Method;

use super::door::{Credentials, Door, Member, Opens, Place, TokenDoor};
use crate::oauth::GrantType;

/// The doors.
pub const DOORS: &[Door] = &[
    Door {
        name: "login",
        method: Method::POST,
        path: "/consumer/login",
        opens: Opens::Tokens(TokenDoor {
            place: Place::Json,
            credentials: Credentials::SignIn,
            grants: &[GrantType::Password],
            answer: &[Member::AccessToken("token"), Member::ExpiresIn, Member::RefreshToken],
            errors: &[],
        }),
    },
    Door {
        name: "token",
        method: Method::POST,
        path: "/authorization/token",
        opens: Opens::Tokens(TokenDoor {
            place: Place::Form,
            credentials: Credentials::BasicOfAnybody,
            grants: &[GrantType::ClientCredentials, GrantType::RefreshToken],
            answer: &[
                Member::AccessToken("access_token"),
                Member::TokenType("bearer"),
                Member::ExpiresIn,
                Member::RefreshToken,
            ],
            errors: &[],
        }),
    },
];
