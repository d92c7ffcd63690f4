//! Which rights of an application contradict each other, whoever registers it: configuration, its owner, or
//! the application itself.

use url::Url;

use super::{GrantType, IssuerUrl, RedirectUri, TokenEndpointAuthMethod, issuer_url::is_loopback};

/// The rights that depend on each other.
#[derive(Debug, Clone, Copy)]
pub struct ClientRights<'a> {
    /// How the application authenticates.
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// The grants that it may use.
    pub grant_types: &'a [GrantType],
    /// Whether each use of a refresh token replaces it.
    pub refresh_token_rotation: bool,
    /// Whether the client credentials grant gives a refresh token.
    pub refresh_token_with_client_credentials: bool,
    /// Where people are sent back to.
    pub redirect_uris: &'a [RedirectUri],
    /// Where people may be sent back to after they signed out.
    pub post_logout_redirect_uris: &'a [RedirectUri],
}

impl ClientRights<'_> {
    /// Each member that cannot be beside the others, and the rule.
    #[must_use]
    pub fn contradictions(&self) -> Vec<(&'static str, &'static str)> {
        let public = self.token_endpoint_auth_method == TokenEndpointAuthMethod::None;
        let mut found = Vec::new();
        if public && self.grant_types.contains(&GrantType::ClientCredentials) {
            // RFC 6749 section 4.4: "The client credentials grant type MUST only be used by confidential
            // clients."
            found.push((
                "grant_types",
                "client_credentials is for applications that authenticate: \
                 a public one cannot have it (RFC 6749 section 4.4)",
            ));
        }
        if public && !self.refresh_token_rotation {
            // RFC 9700 section 2.2.2: "Refresh tokens for public clients MUST be sender-constrained or use
            // refresh token rotation".
            found.push((
                "refresh_token_rotation",
                "a public application's refresh tokens rotate (RFC 9700 section 2.2.2)",
            ));
        }
        let needed = [GrantType::ClientCredentials, GrantType::RefreshToken];
        if self.refresh_token_with_client_credentials
            && !needed.iter().all(|grant| self.grant_types.contains(grant))
        {
            found.push((
                "refresh_token_with_client_credentials",
                "needs client_credentials and refresh_token in grant_types",
            ));
        }
        if self.grant_types.contains(&GrantType::AuthorizationCode) && self.redirect_uris.is_empty()
        {
            // RFC 7591 section 2: "Clients using flows with redirection MUST register their redirection URI
            // values."
            found.push((
                "redirect_uris",
                "authorization_code in grant_types needs at least one to send people back to",
            ));
        }
        if self.post_logout_redirect_uris.iter().any(RedirectUri::is_out_of_band) {
            found.push((
                "post_logout_redirect_uris",
                "urn:ietf:wg:oauth:2.0:oob shows a code: there is none after signing out",
            ));
        }
        found
    }
}

/// Whether the keys of an application may be fetched from `uri`: https, or http on loopback where `issuer`
/// is there too.
#[must_use]
pub fn may_be_jwks_uri(uri: &Url, issuer: &IssuerUrl) -> bool {
    let plain = uri.scheme() == "http" && is_loopback(uri) && issuer.is_loopback();
    uri.scheme() == "https" || plain
}

/// Whether an application may be told at `uri` that somebody signed out (OpenID Connect Back-Channel Logout
/// section 2.2): where keys may be fetched, and without a fragment.
#[must_use]
pub fn may_be_backchannel_logout_uri(uri: &Url, issuer: &IssuerUrl) -> bool {
    may_be_jwks_uri(uri, issuer) && uri.fragment().is_none()
}
