//! What the OpenAPI document says of bodies and answers. These types describe; the answers themselves
//! are written by `oauth` and `signet-verifier`, and a test holds the two together.

use poem_openapi::{Enum, Object, payload::Json};

/// The form of a token request (RFC 6749 sections 4.4.2 and 2.3.1, RFC 7521 section 4.2, RFC 8707
/// section 2). Unknown parameters are ignored; each may be sent once, except `resource`.
#[derive(Debug, Object)]
#[oai(rename = "TokenRequest", example)]
pub struct TokenRequestForm {
    /// What is asked for.
    pub grant_type: GrantTypeName,
    /// The code, for `authorization_code` (RFC 6749 section 4.1.3); good once.
    #[oai(skip_serializing_if_is_none)]
    pub code: Option<String>,
    /// Where the code was sent, for `authorization_code`, where the authorization request said it.
    #[oai(skip_serializing_if_is_none)]
    pub redirect_uri: Option<String>,
    /// What the code challenge was made of (RFC 7636 section 4.5), for `authorization_code`.
    #[oai(skip_serializing_if_is_none)]
    pub code_verifier: Option<String>,
    /// The user name, for `password` (RFC 6749 section 4.3.2).
    #[oai(skip_serializing_if_is_none)]
    pub username: Option<String>,
    /// The password, for `password`: at most 1,024 bytes.
    #[oai(skip_serializing_if_is_none)]
    pub password: Option<String>,
    /// The device code, for `urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 section 3.4).
    #[oai(skip_serializing_if_is_none)]
    pub device_code: Option<String>,
    /// The refresh token, for `refresh_token` (RFC 6749 section 6).
    #[oai(skip_serializing_if_is_none)]
    pub refresh_token: Option<String>,
    /// The scopes asked for, separated by single spaces; left out: all that the application may have, or
    /// all that was granted.
    #[oai(skip_serializing_if_is_none)]
    pub scope: Option<String>,
    /// The resource servers that the token is to be for, as absolute URIs; left out: the application's
    /// first one, or those that were granted.
    #[oai(skip_serializing_if_is_none)]
    pub resource: Option<Vec<String>>,
    /// Who is asking, where no Authorization header says it.
    #[oai(skip_serializing_if_is_none)]
    pub client_id: Option<String>,
    /// The secret, for `client_secret_post`.
    #[oai(skip_serializing_if_is_none)]
    pub client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, for `private_key_jwt`.
    #[oai(skip_serializing_if_is_none)]
    pub client_assertion_type: Option<String>,
    /// The signed assertion, for `private_key_jwt` (RFC 7523); good once.
    #[oai(skip_serializing_if_is_none)]
    pub client_assertion: Option<String>,
}

impl poem_openapi::types::Example for TokenRequestForm {
    fn example() -> Self {
        Self {
            grant_type: GrantTypeName::ClientCredentials,
            code: None,
            redirect_uri: None,
            code_verifier: None,
            username: None,
            password: None,
            device_code: None,
            refresh_token: None,
            scope: Some("read".to_owned()),
            resource: None,
            client_id: None,
            client_secret: None,
            client_assertion_type: None,
            client_assertion: None,
        }
    }
}

/// The grant types that this server serves.
#[derive(Debug, Enum)]
#[oai(rename = "GrantType", rename_all = "snake_case")]
pub enum GrantTypeName {
    /// RFC 6749 section 4.1.
    AuthorizationCode,
    /// RFC 6749 section 4.4.
    ClientCredentials,
    /// RFC 6749 section 4.3.
    Password,
    /// RFC 6749 section 6.
    RefreshToken,
    /// RFC 8628 section 3.4.
    #[oai(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
}

/// A token, granted (RFC 6749 section 5.1).
#[derive(Debug, Object)]
#[oai(rename = "TokenResponse", example)]
pub struct TokenResponseBody {
    /// The access token, a signed JWT (RFC 9068). Clients treat it as opaque.
    pub access_token: String,
    /// How to use it: always `Bearer` (RFC 6750).
    pub token_type: String,
    /// Its lifetime in seconds.
    pub expires_in: u64,
    /// The scopes granted, separated by single spaces.
    pub scope: String,
    /// What renews the grant (RFC 6749 section 6), where it can be renewed. Each answer to a renewal may
    /// bring another one: keep the latest.
    #[oai(skip_serializing_if_is_none)]
    pub refresh_token: Option<String>,
    /// Who signed in (OpenID Connect Core section 2), a signed JWT for the application itself: where a person
    /// granted the scope `openid`.
    #[oai(skip_serializing_if_is_none)]
    pub id_token: Option<String>,
}

impl poem_openapi::types::Example for TokenResponseBody {
    fn example() -> Self {
        Self {
            access_token:
                "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6Ii4uLiJ9.eyJpc3MiOiIuLi4ifQ.c2ln"
                    .to_owned(),
            token_type: "Bearer".to_owned(),
            expires_in: 600,
            scope: "read".to_owned(),
            refresh_token: None,
            id_token: None,
        }
    }
}

/// Why a request was refused (RFC 6749 section 5.2).
#[derive(Debug, Object)]
#[oai(rename = "Error", example)]
pub struct ErrorBody {
    /// The registered code, or the status in words.
    pub error: String,
    /// What is wrong and how to mend it, for developers.
    pub error_description: String,
    /// The members of a JSON body that are not as they must be.
    #[oai(skip_serializing_if_is_none)]
    pub fields: Option<Vec<FieldProblemBody>>,
}

/// A member of a JSON body that is not as it must be.
#[derive(Debug, Object)]
#[oai(rename = "FieldProblem")]
pub struct FieldProblemBody {
    /// The member, by its path: `redirect_uris.1`.
    pub field: String,
    /// The rule that it breaks.
    pub rule: String,
}

impl poem_openapi::types::Example for ErrorBody {
    fn example() -> Self {
        Self {
            error: "invalid_client".to_owned(),
            error_description: "Client authentication failed.".to_owned(),
            fields: None,
        }
    }
}

/// Every answer of the token endpoint.
#[derive(poem_openapi::ApiResponse)]
pub enum TokenAnswers {
    /// The token.
    #[oai(status = 200)]
    Granted(
        Json<TokenResponseBody>,
        /// `no-store`: the answer holds a token.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// `invalid_request`, `invalid_grant`, `unauthorized_client`, `unsupported_grant_type`,
    /// `invalid_scope` or `invalid_target`; to devices also `authorization_pending`, `slow_down`,
    /// `access_denied` or `expired_token` (RFC 8628 section 3.5).
    #[oai(status = 400)]
    BadRequest(Json<ErrorBody>),
    /// `invalid_client`.
    #[oai(status = 401)]
    Unauthorized(
        Json<ErrorBody>,
        /// What would be accepted.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// `method_not_allowed`: only POST issues tokens.
    #[oai(status = 405)]
    MethodNotAllowed(
        Json<ErrorBody>,
        /// The methods that are answered.
        #[oai(header = "Allow")]
        String,
    ),
    /// `request_timeout`: the body did not arrive in time.
    #[oai(status = 408)]
    RequestTimeout(Json<ErrorBody>),
    /// `content_too_large`: the body is over the limit.
    #[oai(status = 413)]
    ContentTooLarge(Json<ErrorBody>),
    /// `too_many_requests`: too many failed client authentications, or sign-ins.
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
    /// `temporarily_unavailable`.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
