//! What people have consented to. It is remembered by the grants that live: whoever ends one is asked again.

use std::sync::Arc;

use super::DescribedScope;
use crate::{
    oauth::{AuthorizationRequest, Client, ScopeSet, User},
    store::{Owner, RefreshFamilies, StoreError},
};

/// How many grants are looked at in one step, and how many steps are taken at most: whoever has more is asked.
const PAGE: usize = 100;
const PAGES: usize = 10;

/// What a person is asked.
#[derive(Debug, Clone)]
pub struct ConsentQuestion {
    /// The application's name.
    pub application: String,
    /// What it would be allowed.
    pub scopes: Vec<DescribedScope>,
}

/// Remembers what people have consented to.
#[derive(Debug)]
pub(super) struct Consent {
    pub(super) families: Arc<dyn RefreshFamilies>,
}

impl Consent {
    /// Whether `user` must be asked before `client` is given `scope`.
    pub(super) async fn is_needed(
        &self,
        request: &AuthorizationRequest,
        client: &Client,
        user: &User,
        scope: &ScopeSet,
        now: u64,
    ) -> bool {
        if request.prompt.consent {
            return true;
        }
        // RFC 8252 section 8.6: "the authorization server SHOULD NOT process authorization requests
        // automatically without user consent or interaction, except when the identity of the client can be
        // assured."
        if client.is_public() && !request.redirect_uri.is_claimed() {
            return true;
        }
        if client.first_party {
            return false;
        }
        match self.is_given(request, client, user, scope, now).await {
            Ok(given) => !given,
            Err(error) => {
                tracing::debug!(%error, "what was consented to cannot be looked up: the person is asked");
                true
            }
        }
    }

    /// Whether a grant of theirs lives that covers it.
    async fn is_given(
        &self,
        request: &AuthorizationRequest,
        client: &Client,
        user: &User,
        scope: &ScopeSet,
        now: u64,
    ) -> Result<bool, StoreError> {
        let mut after = None;
        for _ in 0..PAGES {
            let owner = Owner::Person(user.id.as_str());
            let page = self.families.of(owner, after, PAGE, now).await?;
            let covers = page.families.iter().any(|family| {
                let grant = &family.grant;
                grant.client_id == client.client_id
                    && grant.scope.contains_all(scope)
                    && request.resource.iter().all(|resource| grant.resource.contains(resource))
            });
            after = page.next;
            if covers || after.is_none() {
                return Ok(covers);
            }
        }
        Ok(false)
    }
}
