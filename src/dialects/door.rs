//! What a door can be: closed choices, from which each document's table is made.

use poem::http::Method;

use super::error_table::ErrorRow;
use crate::oauth::GrantType;

/// One request of a document.
#[derive(Debug)]
pub struct Door {
    /// Its name in metrics and in the OpenAPI document.
    pub name: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path, in which `:name` stands for a segment.
    pub path: &'static str,
    /// What it leads to.
    pub opens: Opens,
}

/// What a door leads to.
#[derive(Debug)]
pub enum Opens {
    /// The token pipeline.
    Tokens(TokenDoor),
    /// An operation that Signet serves elsewhere.
    Operation(CanonicalOperation),
    /// A page that Signet serves elsewhere, to which the browser is sent.
    Page(CanonicalPage),
}

/// A door to the token pipeline.
#[derive(Debug)]
pub struct TokenDoor {
    /// Where the parameters stand.
    pub place: Place,
    /// Where the credentials stand.
    pub credentials: Credentials,
    /// The grants that it takes.
    pub grants: &'static [GrantType],
    /// The members of its answer, in the order of the document.
    pub answer: &'static [Member],
    /// What the document says of errors; where it says nothing, they are the canonical ones.
    pub errors: &'static [ErrorRow],
}

/// Where parameters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the body, as `application/x-www-form-urlencoded`.
    Form,
    /// In the body, as one JSON object.
    Json,
    /// In the query; the body is empty.
    Query,
}

/// Where the credentials stand, and whose they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// The application's, in a Basic header: base64 of both halves as they are.
    Basic,
    /// The application's or a person's, in such a header. A person's act for
    /// `dialects.sign_in_application`.
    BasicOfAnybody,
    /// The application's, `client_id` and `client_secret` among the parameters.
    WithParameters,
    /// None of an application's: a person signs in with `username` and `password`, for
    /// `dialects.sign_in_application`. There is one grant, which no parameter names.
    SignIn,
}

/// A member of a token response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// The access token, under this name.
    AccessToken(&'static str),
    /// `token_type`, in this spelling.
    TokenType(&'static str),
    /// `expires_in`: the seconds that the access token lives.
    ExpiresIn,
    /// `expires`: when it ends, in Unix seconds.
    Expires,
    /// `refresh_token`, where there is one.
    RefreshToken,
    /// `scope`.
    Scope,
}

/// An operation that Signet serves elsewhere.
#[derive(Debug)]
pub struct CanonicalOperation {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: &'static str,
    /// How the door says that there is nothing to tell.
    pub nothing: Nothing,
}

/// How a door says that something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {
    /// 204, as the operation does.
    NoContent,
    /// 200 with an empty object.
    EmptyObject,
}

/// A page that Signet serves elsewhere.
#[derive(Debug)]
pub struct CanonicalPage {
    /// Its path.
    pub path: &'static str,
    /// Whether the query goes along.
    pub with_query: bool,
}
