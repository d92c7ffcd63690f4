//! Step 3: what a request asks for lies within the application's registration (RFC 6749 section 3.3,
//! RFC 8707 section 2). How it compares with what was granted earlier is the grant's to say.

use signet_verifier::Audience;

use super::{GrantedScope, audience, granted_scope};
use crate::{
    oauth::{AskedFor, Client, Reason, Resource, ScopeSet},
    store::Grant,
};

/// Scope and resources that the registration permits; made here only.
#[derive(Debug)]
pub(super) struct Wanted {
    scope: Option<ScopeSet>,
    resource: Vec<String>,
}

impl Wanted {
    /// Holds what is asked for against the registration of `client`.
    ///
    /// # Errors
    /// `invalid_scope`, `invalid_target`.
    pub(super) fn within_registration(
        asked_for: &AskedFor,
        client: &Client,
        default_audience: &Resource,
    ) -> Result<Self, Reason> {
        let scope = granted_scope::registered(asked_for.scope.as_deref(), client)?;
        let resource =
            audience::registered_resources(&asked_for.resource, client, default_audience)?;
        Ok(Self { scope, resource })
    }

    /// The scopes asked for; `None` where none were.
    pub(super) fn scope(&self) -> Option<&ScopeSet> {
        self.scope.as_ref()
    }

    /// The resources asked for.
    pub(super) fn resource(&self) -> &[String] {
        &self.resource
    }

    /// What a new grant gives.
    ///
    /// # Errors
    /// `invalid_scope`, where there is nothing to give.
    pub(super) fn anew(
        self,
        client: &Client,
        default_audience: &Resource,
    ) -> Result<(GrantedScope, Audience), Reason> {
        let scope = GrantedScope::anew(self.scope, client)?;
        Ok((scope, audience::anew(self.resource, client, default_audience)))
    }

    /// What is given once more of an earlier `grant`, which the store has compared with what was asked
    /// for.
    ///
    /// # Errors
    /// `invalid_scope`, `invalid_target`, where the registration leaves nothing of the grant.
    pub(super) fn renewed(
        self,
        grant: &Grant,
        client: &Client,
        default_audience: &Resource,
    ) -> Result<(GrantedScope, Audience), Reason> {
        let scope = GrantedScope::renewed(self.scope, &grant.scope, client)?;
        let aud = audience::renewed(self.resource, &grant.resource, client, default_audience)?;
        Ok((scope, aud))
    }
}
