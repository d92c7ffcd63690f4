//! Which scope is granted (RFC 6749 section 3.3).

use crate::oauth::{Client, Reason, ScopeSet};

/// A scope that the pipeline has granted; made here only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedScope(ScopeSet);

impl GrantedScope {
    /// Decides what `client` gets for `requested`: what it asked for, or all that its registration
    /// lists where it asked for nothing.
    ///
    /// # Errors
    /// `invalid_scope`, when the text is malformed, names a scope that the registration does not list,
    /// or nothing is left.
    pub(super) fn decide(requested: Option<&str>, client: &Client) -> Result<Self, Reason> {
        // RFC 6749 section 3.3: "If the client omits the scope parameter ... the authorization server
        // MUST either process the request using a pre-defined default value or fail the request
        // indicating an invalid scope."
        let granted = match requested {
            None => client.scopes.clone(),
            Some(text) => text.parse().map_err(|_| Reason::MalformedScope)?,
        };
        if !client.scopes.contains_all(&granted) {
            return Err(Reason::ScopeNotAllowed);
        }
        if granted.is_empty() {
            return Err(Reason::NoScope);
        }
        Ok(Self(granted))
    }
}

impl std::fmt::Display for GrantedScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
