//! Which scope is granted (RFC 6749 section 3.3).

use crate::oauth::{Client, OPENID, Reason, ScopeSet, User};

/// A scope that the pipeline has granted; made here only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedScope(ScopeSet);

impl GrantedScope {
    /// Decides what `client` gets: what it `asked` for, or all that its registration lists where it
    /// asked for nothing.
    ///
    /// # Errors
    /// `invalid_scope`, when there is nothing to give.
    pub(super) fn anew(asked: Option<ScopeSet>, client: &Client) -> Result<Self, Reason> {
        // RFC 6749 section 3.3: "If the client omits the scope parameter ... the authorization server
        // MUST either process the request using a pre-defined default value or fail the request
        // indicating an invalid scope."
        let granted = asked.unwrap_or_else(|| client.scopes.clone());
        if granted.is_empty() {
            return Err(Reason::NoScope);
        }
        Ok(Self(granted))
    }

    /// Decides what of an earlier `grant` this request gets: what it `asked` for, or all of it. What the
    /// registration no longer lists is left out.
    ///
    /// # Errors
    /// `invalid_scope`, when it is not within the grant, or nothing is left.
    pub(super) fn renewed(
        asked: Option<ScopeSet>,
        grant: &ScopeSet,
        client: &Client,
    ) -> Result<Self, Reason> {
        // RFC 6749 section 6: "if omitted is treated as equal to the scope originally granted by the
        // resource owner."
        let granted = asked.unwrap_or_else(|| grant.intersection(&client.scopes));
        // "The requested scope MUST NOT include any scope not originally granted by the resource owner".
        if !grant.contains_all(&granted) {
            return Err(Reason::WiderScope);
        }
        if granted.is_empty() {
            return Err(Reason::NoScopeLeft);
        }
        Ok(Self(granted))
    }

    /// Leaves out what none of the person's roles allows.
    ///
    /// # Errors
    /// `invalid_scope`, when nothing is left.
    pub(super) fn of_person(self, user: &User) -> Result<Self, Reason> {
        // RFC 6749 section 3.3: "The authorization server MAY fully or partially ignore the scope requested
        // by the client, based on the authorization server policy or the resource owner's instructions."
        let allowed: ScopeSet =
            self.0.iter().filter(|scope| user.may_have(scope)).cloned().collect();
        if allowed.is_empty() { Err(Reason::NoScopeOfPerson) } else { Ok(Self(allowed)) }
    }

    /// Whether an ID token is part of it (OpenID Connect Core section 3.1.2.1).
    pub(super) fn is_of_openid(&self) -> bool {
        self.0.has(OPENID)
    }

    /// The scopes.
    pub(super) fn scopes(&self) -> &ScopeSet {
        &self.0
    }
}

/// Reads what a request asks for, and holds it against the registration.
///
/// # Errors
/// `invalid_scope`, when the text is malformed or names a scope that the registration does not list.
pub(super) fn registered(
    requested: Option<&str>,
    client: &Client,
) -> Result<Option<ScopeSet>, Reason> {
    let Some(text) = requested else {
        return Ok(None);
    };
    let scopes: ScopeSet = text.parse().map_err(|_| Reason::MalformedScope)?;
    if !client.scopes.contains_all(&scopes) {
        return Err(Reason::ScopeNotAllowed);
    }
    Ok(Some(scopes))
}

impl std::fmt::Display for GrantedScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
