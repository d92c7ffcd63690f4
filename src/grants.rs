//! Deciding: the token endpoint's pipeline and what each grant fills in (RFC 6749 sections 2.3, 4, 5),
//! what becomes of an authorization request, of a device's request and of a session (RFC 6749 section 4.1,
//! RFC 8628, OpenID Connect), and of a token that comes back (RFC 6750, RFC 7009, RFC 7662).
//! Never HTTP: requests come in as types of `oauth`, refusals go out as its reasons.

mod audience;
mod authorization;
mod authorization_code;
mod back_channel;
mod bearer;
mod client_assertion;
mod client_authentication;
mod client_credentials;
mod consent;
mod described_scope;
mod device_authorization;
mod device_code;
mod device_decisions;
mod device_limits;
mod digest_upgrade;
mod end_session;
mod granted_scope;
mod minting;
mod no_entropy;
mod password;
mod password_confirmation;
mod pipeline;
mod refresh_token;
mod registration_limit;
mod renewal;
mod sessions;
mod sign_out;
mod sign_up_limit;
mod store_away;
mod throttle;
mod token_introspection;
mod token_revocation;
mod user_authentication;
mod wanted;

pub use self::{
    authorization::{
        Authorization, AuthorizationSettings, ConsentDecision, Next, PendingRequest, PushedRequest,
        ShownCode, Stopped,
    },
    authorization_code::CodeGrant,
    back_channel::{BackChannel, LogoutNotice},
    bearer::{AuthorizedCaller, AuthorizedPerson, BearerAuthorization, is_admin},
    client_assertion::ClientAssertions,
    client_authentication::{
        AuthenticatedClient, CLIENT_ASSERTION_TYPE, ClientAuthentication, PresentedCredentials,
    },
    consent::ConsentQuestion,
    described_scope::{DescribedScope, ScopeDescriptions},
    device_authorization::{DeviceAuthorization, DeviceAuthorized},
    device_code::DeviceGrant,
    device_decisions::{
        DEVICE_QUESTION_LABEL, DeviceAnswer, DeviceDecisions, DeviceOutcome, DeviceQuestion,
        SealedDeviceQuestion,
    },
    device_limits::{DeviceLimit, UserCodeThrottle},
    digest_upgrade::DigestUpgrades,
    end_session::{AskedToEnd, EndSession, PendingEnd},
    granted_scope::GrantedScope,
    minting::{Minting, TokenDefaults},
    pipeline::Pipeline,
    registration_limit::RegistrationLimit,
    renewal::{RefreshTokenLifetimes, Renewal},
    sessions::{BrowserSession, SessionLifetime, Sessions, SignedIn},
    sign_out::SignOut,
    sign_up_limit::SignUpLimit,
    throttle::Throttle,
    token_introspection::TokenIntrospection,
    token_revocation::TokenRevocation,
    user_authentication::{AuthenticatedUser, UserAuthentication},
};
pub(crate) use self::{
    no_entropy::no_entropy,
    store_away::{directory_unavailable, revocations_unavailable},
};
