//! The one table of refusals: a reason (one variant each) → the registered code → a constant public
//! sentence. The room `http` maps codes to statuses and headers; nobody writes messages elsewhere.

use std::{borrow::Cow, time::Duration};

/// An `error` value of an answer, under its wire name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// RFC 6749 section 5.2.
    InvalidRequest,
    /// RFC 6749 section 5.2.
    InvalidClient,
    /// RFC 6749 section 5.2.
    InvalidGrant,
    /// RFC 6749 section 5.2.
    UnauthorizedClient,
    /// RFC 6749 section 5.2.
    UnsupportedGrantType,
    /// RFC 6749 section 5.2.
    InvalidScope,
    /// RFC 8707 section 2.
    InvalidTarget,
    /// RFC 6749 section 4.1.2.1, used at every endpoint.
    TemporarilyUnavailable,
    /// RFC 6749 section 4.1.2.1, used at every endpoint.
    ServerError,
    /// The status in words, outside OAuth: 404.
    NotFound,
    /// The status in words, outside OAuth: 405.
    MethodNotAllowed,
    /// The status in words, outside OAuth: 408.
    RequestTimeout,
    /// The status in words, outside OAuth: 413.
    ContentTooLarge,
    /// The status in words, outside OAuth: 429.
    TooManyRequests,
}

impl ErrorCode {
    /// The value of the `error` member.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::RequestTimeout => "request_timeout",
            Self::ContentTooLarge => "content_too_large",
            Self::TooManyRequests => "too_many_requests",
        }
    }
}

macro_rules! reasons {
    ($( $(#[$doc:meta])* $reason:ident => $code:ident, $sentence:literal; )*) => {
        /// Why a request was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason { $( $(#[$doc])* $reason, )* }

        impl Reason {
            /// Every reason, for tests and documents.
            pub const ALL: &[Self] = &[$( Self::$reason, )*];

            /// The registered code.
            #[must_use]
            pub const fn code(self) -> ErrorCode {
                match self { $( Self::$reason => ErrorCode::$code, )* }
            }

            /// The public sentence: what is wrong and how to mend it. Constant, so that no input can
            /// be echoed, and within the characters of RFC 6749 section 5.2 (a test holds that).
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $( Self::$reason => $sentence, )* }
            }
        }
    };
}

reasons! {
    /// The body is not `application/x-www-form-urlencoded` (RFC 6749 section 3.2).
    NotAForm => InvalidRequest, "The body must be sent as application/x-www-form-urlencoded.";
    /// A `%` without two hexadecimal digits, or bytes that are not UTF-8 (RFC 6749 appendix B).
    MalformedForm => InvalidRequest, "The body is not well-formed: check its percent-encoding, which must be UTF-8.";
    /// Refused by the HTTP library before an operation saw it.
    BadRequest => InvalidRequest, "The request cannot be read.";
    /// RFC 6749 section 3.2.
    RepeatedParameter => InvalidRequest, "A parameter is repeated; each may be sent once, except resource.";
    /// The body has more parameters than any request needs.
    TooManyParameters => InvalidRequest, "The body has more than 64 parameters.";
    /// RFC 6749 section 5.2.
    MissingGrantType => InvalidRequest, "The parameter grant_type is missing.";
    /// RFC 6749 section 6: `refresh_token` is REQUIRED.
    MissingRefreshToken => InvalidRequest, "The parameter refresh_token is missing.";
    /// RFC 6749 section 2.3: one method for each request.
    SeveralAuthenticationMethods => InvalidRequest, "Use one way of client authentication in each request.";
    /// The `client_id` of the body is not the one that authenticates.
    ContradictoryClientId => InvalidRequest, "The parameter client_id names another client than the credentials do.";
    /// RFC 7521 section 4.2: the assertion and its type go together.
    IncompleteAssertion => InvalidRequest, "Send client_assertion and client_assertion_type together.";
    /// More than one `Authorization` header.
    RepeatedAuthorization => InvalidRequest, "Send one Authorization header.";

    /// No credentials and no `client_id` (RFC 6749 section 3.2.1).
    MissingCredentials => InvalidClient, "Client authentication is missing.";
    /// An `Authorization` header that cannot be read (RFC 6749 section 2.3.1).
    MalformedCredentials => InvalidClient, "The Authorization header cannot be read: send Basic with base64 of client_id, a colon and client_secret, each form-encoded.";
    /// Unknown, disabled, wrong secret, wrong method, refused assertion: one answer (RFC 6749 section 10.10).
    ClientAuthenticationFailed => InvalidClient, "Client authentication failed.";

    /// RFC 6749 section 5.2.
    GrantNotAllowed => UnauthorizedClient, "This client is not registered for this grant type.";
    /// RFC 6749 section 5.2.
    UnknownGrantType => UnsupportedGrantType, "This grant type is not supported; the metadata document lists those that are.";

    /// RFC 6749 section 5.2: not ours, expired, revoked, replayed, or another client's: one answer.
    RefreshTokenRefused => InvalidGrant, "The refresh token is invalid, expired or revoked, or was issued to another client; ask for a new grant.";

    /// RFC 6749 section 3.3.
    MalformedScope => InvalidScope, "The parameter scope must be scope tokens separated by single spaces.";
    /// The application's registration does not list a scope that was asked for.
    ScopeNotAllowed => InvalidScope, "A requested scope is unknown or not registered for this client.";
    /// RFC 6749 section 3.3: no scope asked for and none registered.
    NoScope => InvalidScope, "No scope is registered for this client.";

    /// RFC 6749 section 6: the scope "MUST NOT include any scope not originally granted".
    WiderScope => InvalidScope, "A requested scope was not granted; ask for less, or for a new grant.";
    /// The registration lists nothing of what was granted any more.
    NoScopeLeft => InvalidScope, "This client is no longer registered for any scope of the grant.";

    /// RFC 8707 section 2.
    MalformedResource => InvalidTarget, "The parameter resource must be an absolute URI without a fragment.";
    /// RFC 8707 section 2.
    ResourceNotAllowed => InvalidTarget, "A requested resource is unknown or not registered for this client.";
    /// RFC 8707 section 2.2: a resource beyond those "originally granted".
    ResourceNotGranted => InvalidTarget, "A requested resource was not granted; ask for less, or for a new grant.";
    /// Too many `resource` parameters.
    TooManyResources => InvalidTarget, "There are more than eight resource parameters.";

    /// RFC 6749 section 2.3.1: guessing of client secrets is throttled.
    TooManyFailures => TooManyRequests, "Too many failed client authentications; wait before the next attempt.";

    /// Whether an assertion was used before cannot be known.
    StoreUnavailable => TemporarilyUnavailable, "The server cannot accept client assertions at the moment; try again later.";
    /// The store that holds grants and revocations does not answer: never `invalid_grant`, which would
    /// make clients throw a good token away.
    GrantsUnavailable => TemporarilyUnavailable, "Grants cannot be looked up at the moment; try again later with the same token.";
    /// An application's `jwks_uri` does not answer.
    ClientKeysUnavailable => TemporarilyUnavailable, "The keys of this client cannot be fetched at the moment; try again later.";
    /// The system's entropy or a signing key is not at hand.
    CannotSign => ServerError, "The server cannot sign a token.";
    /// A defect of ours.
    Panicked => ServerError, "The server met an unexpected condition.";

    /// Nothing lives at this path.
    UnknownPath => NotFound, "Nothing is served at this path.";
    /// The path does not answer this method.
    MethodNotAllowed => MethodNotAllowed, "This path does not answer this method; the Allow header lists those that it does.";
    /// The body did not arrive in time.
    BodyTooSlow => RequestTimeout, "The body did not arrive in time.";
    /// The body is larger than `http.body_limit`.
    BodyTooLarge => ContentTooLarge, "The body is larger than this server takes.";
}

/// A refusal on its way to the door: the public reason, and the private cause for the log.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// What the client is told.
    pub reason: Reason,
    /// What the operator is told; never a secret.
    pub cause: Option<Cow<'static, str>>,
    /// After which time another attempt makes sense.
    pub retry_after: Option<Duration>,
    /// The client named in the request, proven or not; for the log only.
    pub client_id: Option<String>,
}

impl Refusal {
    /// A refusal whose reason says it all.
    #[must_use]
    pub const fn new(reason: Reason) -> Self {
        Self { reason, cause: None, retry_after: None, client_id: None }
    }

    /// Adds what only the log may know.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cow<'static, str>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds when to try again.
    #[must_use]
    pub const fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// Adds whom the request named.
    #[must_use]
    pub fn by(mut self, client_id: impl Into<String>) -> Self {
        self.client_id.get_or_insert_with(|| client_id.into());
        self
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self::new(reason)
    }
}
