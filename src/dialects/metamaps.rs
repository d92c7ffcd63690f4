//! Metamaps: the authorization code flow, with the exchange of the code in the query.

use poem::http::Method;

use super::door::{CanonicalPage, Credentials, Door, Member, Opens, Place, TokenDoor};
use crate::oauth::GrantType;

/// The doors.
pub const DOORS: &[Door] = &[
    Door {
        name: "register",
        method: Method::GET,
        path: "/oauth/applications/new",
        opens: Opens::Page(CanonicalPage { path: "/account/applications/new", with_query: false }),
    },
    Door {
        name: "authorize",
        method: Method::GET,
        path: "/oauth/authorize",
        opens: Opens::Page(CanonicalPage { path: "/oauth2/authorize", with_query: true }),
    },
    Door {
        name: "token",
        method: Method::POST,
        path: "/oauth/token",
        opens: Opens::Tokens(TokenDoor {
            place: Place::Query,
            credentials: Credentials::WithParameters,
            grants: &[GrantType::AuthorizationCode, GrantType::RefreshToken],
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
