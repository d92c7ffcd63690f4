//! The vocabulary of OAuth 2.0, as types (RFC 6749 and its extensions). No I/O, no HTTP, no
//! configuration: every other room speaks in these words, and this one knows none of them.

pub mod authorization_request;
pub mod authorization_response;
pub mod client;
pub mod client_metadata;
pub mod client_rights;
pub mod error;
pub mod error_code;
pub mod grant_type;
pub mod issuer_url;
pub mod line;
pub mod person_claims;
pub mod person_text;
pub mod pkce;
pub mod redirect_uri;
pub mod refusal;
pub mod resource;
pub mod scope;
pub mod token_endpoint_auth_method;
pub mod token_request;
pub mod token_response;
pub mod user;
pub mod user_code;
pub mod user_name;

pub use authorization_request::{
    AuthorizationParameters, AuthorizationRequest, MalformedPrompt, Prompts, ResponseMode,
};
pub use authorization_response::{AuthorizationResponse, Outcome};
pub use client::{Client, ClientId, ClientKeys, ClientType, RefreshTokenPolicy};
pub use client_metadata::ClientMetadata;
pub use client_rights::{ClientRights, may_be_backchannel_logout_uri, may_be_jwks_uri};
pub use error::Reason;
pub use error_code::ErrorCode;
pub use grant_type::GrantType;
pub use issuer_url::IssuerUrl;
pub use line::{Line, NotALine};
pub use person_claims::{OFFLINE_ACCESS, OPENID, PERSON_CLAIMS, PersonClaim, person_claims};
pub use person_text::{EmailAddress, PersonName};
pub use pkce::{CodeChallenge, CodeVerifier, MalformedProof};
pub use redirect_uri::{RedirectUri, UnusableRedirectUri};
pub use refusal::{FieldProblem, Refusal};
pub use resource::Resource;
pub use scope::{Scope, ScopeSet};
pub use token_endpoint_auth_method::TokenEndpointAuthMethod;
pub use token_request::{AskedFor, TokenRequest};
pub use token_response::TokenResponse;
pub use user::{RoleName, User, UserId};
pub use user_code::{MalformedUserCode, UserCode};
pub use user_name::{UserName, folded};
