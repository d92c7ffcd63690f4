//! The refresh token grant (RFC 6749 section 6, RFC 9700 section 4.14.2). The store decides by the table
//! of rotations, in one step; here its answer becomes a token or a refusal.

use std::sync::Arc;

use super::{
    AuthenticatedClient,
    minting::{Decision, Draft},
    password::names,
    renewal::Renewal,
    store_away::{directory_unavailable, grants_unavailable},
    wanted::Wanted,
};
use crate::{
    oauth::{Reason, Refusal, Resource, User},
    secret::Secret,
    store::{FamilyId, Outage, Refresh, Refreshed, StoreError},
    tokens::{RefreshTokenParts, to_the_end},
};

impl Renewal {
    /// Recognises a refresh token as ours, without asking the store.
    pub(super) fn recognise(&self, presented: &Secret) -> Result<RefreshTokenParts, Refusal> {
        self.refresh_tokens.read(presented).ok_or_else(|| refused("not a refresh token of ours"))
    }

    /// From when on a token's successor may be, for the token still to be answered. RFC 9700 has no word
    /// for it: an answer can be lost, and its client must be able to ask again. While the store was away
    /// nobody could: that time does not count.
    pub(super) fn predecessor_since(&self, now: u64) -> u64 {
        let grace = self.lifetimes.grace.as_secs();
        let coming_back = |outage: &Outage| now <= outage.until.unwrap_or(now) + grace;
        let since = match self.availability.last_outage().filter(coming_back) {
            Some(outage) => outage.since.min(now),
            None => now,
        };
        since.saturating_sub(grace)
    }

    /// Goes on with the grant that `presented` names.
    pub(super) async fn go_on(
        &self,
        presented: RefreshTokenParts,
        authenticated: &AuthenticatedClient,
        wanted: Wanted,
        draft: &Draft,
        default_audience: &Resource,
    ) -> Result<Decision, Refusal> {
        let client = authenticated.client();
        let (refreshed, wanted) = self
            .refresh(presented, authenticated, wanted, draft)
            .await
            .map_err(grants_unavailable)?;
        match refreshed {
            Refreshed::Continued { generation, grant, .. } => {
                let (scope, aud) = wanted.renewed(&grant, client, default_audience)?;
                let (sub, scope, roles) = match grant.sub {
                    Some(sub) => {
                        let user = self.still_there(&sub, presented.family).await?;
                        (sub, scope.of_person(&user)?, names(&user.roles))
                    }
                    None => (client.client_id.as_str().to_owned(), scope, Vec::new()),
                };
                Ok(Decision {
                    sub,
                    scope,
                    aud,
                    auth_time: grant.auth_time,
                    roles,
                    nonce: None,
                    grant: Some(presented.family),
                    refresh_token: Some(RefreshTokenParts { family: presented.family, generation }),
                })
            }
            Refreshed::Ended { replayed: true, .. } => Err(replay(presented.family)),
            Refreshed::Ended { .. } => Err(refused("the grant was ended")),
            Refreshed::Unknown => Err(refused("no such grant: ended, or expired")),
            // RFC 6749 section 10.4: "The authorization server MUST verify the binding between the
            // refresh token and client identity whenever the client identity can be authenticated."
            Refreshed::Foreign => Err(refused("the refresh token is another client's")),
            Refreshed::WiderScope => Err(Reason::WiderScope.into()),
            Refreshed::UngrantedResource => Err(Reason::ResourceNotGranted.into()),
        }
    }

    /// What the store says to it, with all done that follows from it, whether or not somebody waits for the
    /// answer: what a replay ended must not live on because its client has hung up.
    async fn refresh(
        &self,
        presented: RefreshTokenParts,
        authenticated: &AuthenticatedClient,
        wanted: Wanted,
        draft: &Draft,
    ) -> Result<(Refreshed, Wanted), StoreError> {
        let (families, revocation) = (Arc::clone(&self.families), self.revocation.clone());
        let (authenticated, access_token) = (authenticated.clone(), draft.live_token());
        let (now, idle_lifetime) = (draft.issued_at, self.lifetimes.idle.as_secs());
        let predecessor_since = self.predecessor_since(now);
        to_the_end(async move {
            let client = authenticated.client();
            let refresh = Refresh {
                id: presented.family,
                generation: presented.generation,
                client_id: client.client_id.as_str(),
                scope: wanted.scope(),
                resource: wanted.resource(),
                rotate: client.refresh_tokens.rotation,
                access_token,
                now,
                idle_lifetime,
                predecessor_since,
            };
            let refreshed = families.refresh(&refresh).await?;
            match &refreshed {
                Refreshed::Ended { live, .. } => revocation.complete(presented.family, live).await?,
                Refreshed::Continued { crowded_out, .. } => {
                    if let Err(error) = revocation.revoke_access_tokens(crowded_out).await {
                        tracing::warn!(%error, sid = %presented.family, "the oldest of too many access tokens live on");
                    }
                }
                _ => {}
            }
            Ok((refreshed, wanted))
        })
        .await
    }
}

impl Renewal {
    /// The person who made the grant. Where they are gone or switched off, the grant ends.
    async fn still_there(&self, sub: &str, family: FamilyId) -> Result<Arc<User>, Refusal> {
        let user = self.directory.enabled_user(sub).await.map_err(directory_unavailable)?;
        if let Some(user) = user {
            return Ok(user);
        }
        self.revocation.end_grant(family).await.map_err(grants_unavailable)?;
        Err(refused("the person who made the grant is gone or disabled: it is ended"))
    }
}

/// RFC 9700 section 4.14.2: "The authorization server cannot determine which party submitted the invalid
/// refresh token, but it will revoke the active refresh token."
fn replay(family: FamilyId) -> Refusal {
    tracing::warn!(sid = %family, "a refresh token was used again after it was replaced: its grant and access tokens are revoked");
    refused("a replaced refresh token was used again: the grant is revoked")
}

fn refused(cause: &'static str) -> Refusal {
    Refusal::new(Reason::RefreshTokenRefused).because(cause)
}
