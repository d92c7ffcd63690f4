//! Deciding: the token endpoint's pipeline and what each grant fills in (RFC 6749 sections 2.3, 4, 5).
//! Never HTTP: requests come in as types of `oauth`, refusals go out as its reasons.

mod audience;
mod client_assertion;
mod client_authentication;
mod client_credentials;
mod granted_scope;
mod minting;
mod pipeline;
mod refresh_token;
mod renewal;
mod throttle;
mod wanted;

pub use self::{
    client_assertion::ClientAssertions,
    client_authentication::{
        AuthenticatedClient, CLIENT_ASSERTION_TYPE, ClientAuthentication, PresentedCredentials,
    },
    granted_scope::GrantedScope,
    minting::{Minting, TokenDefaults},
    pipeline::Pipeline,
    renewal::{RefreshTokenLifetimes, Renewal},
    throttle::Throttle,
};
