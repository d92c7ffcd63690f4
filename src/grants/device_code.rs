//! The device code grant (RFC 8628 sections 3.4 and 3.5): a device asks again and again what became of its
//! request, until a person has decided. What they approved becomes a grant when the device fetches it, under
//! the name that the request has had all along.
//!
//! A device code is good for one grant, and one answer at a time: of many polls at once one is answered with
//! tokens, the others are told to wait. Where that answer was lost, or the store went away before it, the same
//! device code is answered with the same grant for a minute, as long as nobody has used its refresh token.
//! Whoever comes later makes known that there are two who have the code, and the grant ends.

use std::sync::Arc;

use super::{
    AuthenticatedClient, GrantedScope, Sessions,
    minting::{Decision, Draft},
    password::names,
    renewal::Renewal,
    sign_out::ends_with_the_session,
    store_away::grants_unavailable,
    wanted::Wanted,
};
use crate::{
    oauth::{Client, GrantType, Reason, Refusal, Resource, User},
    secret::Secret,
    store::{
        Approval, DeviceRequests, FamilyId, Grant, NewFamily, Polled, Refresh, RefreshFamilies,
        Refreshed, StoreError,
    },
    tokens::{DeviceCodes, RefreshTokenParts, Revocation, to_the_end},
};

/// How long what was handed out is answered again, in seconds: a device that heard nothing waits for its
/// time-out, and then for the interval.
const ANSWERED_AGAIN: u64 = 60;

/// The generation of a refresh token that nobody has used.
const FIRST: u32 = 1;

/// Gives devices what people granted them.
#[derive(Debug)]
pub struct DeviceGrant {
    /// What reads device codes.
    pub codes: DeviceCodes,
    /// What remembers their requests.
    pub requests: Arc<dyn DeviceRequests>,
    /// Whether those who approved may still approve.
    pub sessions: Sessions,
}

/// A request that a person approved; made here only.
#[derive(Debug)]
pub(super) struct Approved {
    id: FamilyId,
    approval: Approval,
    user: Arc<User>,
    /// Whether it was handed out before.
    again: bool,
}

/// What became of an attempt to hand a grant out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HandedOut {
    /// This answer may carry it.
    Now,
    /// Another answer carries it.
    Elsewhere,
    /// It has ended.
    Ended,
}

impl DeviceGrant {
    /// What a device that presents `device_code` is to be given.
    ///
    /// # Errors
    /// `authorization_pending`, `slow_down`, `access_denied`, `expired_token`; `invalid_grant` where it is none
    /// of this client's, or was used; `temporarily_unavailable` while the store or the directory is away.
    pub(super) async fn approved(
        &self,
        device_code: &Secret,
        client: &Client,
        now: u64,
        renewal: &Renewal,
    ) -> Result<Approved, Refusal> {
        let code = self.codes.read(device_code, &client.client_id);
        let code = code.ok_or_else(|| refused("not a device code of ours, or another client's"))?;
        if now >= code.expires_at {
            return Err(Reason::DeviceCodeExpired.into());
        }
        // The time of an outage does not count.
        let since = now.saturating_sub(ANSWERED_AGAIN).min(renewal.predecessor_since(now));
        let polled = self.requests.poll(code.id, now, since).await;
        let (approval, again) = match polled.map_err(grants_unavailable)? {
            Polled::Pending => return Err(Reason::DevicePending.into()),
            Polled::TooEarly => return Err(Reason::DeviceTooEarly.into()),
            Polled::Denied => return Err(Reason::DeviceDenied.into()),
            Polled::Unknown => return Err(refused("the store has lost the request")),
            Polled::Used => return Err(replayed(code.id, &renewal.revocation).await?),
            Polled::Approved(approval) => (approval, false),
            Polled::HandedOut(approval) => (approval, true),
        };
        let user = self.approver(&approval).await?;
        Ok(Approved { id: code.id, approval, user, again })
    }

    /// Decides for a device whose request was approved.
    pub(super) async fn decide(
        &self,
        approved: Approved,
        authenticated: &AuthenticatedClient,
        wanted: Wanted,
        draft: &Draft,
        default_audience: &Resource,
        renewal: &Renewal,
    ) -> Result<Decision, Refusal> {
        let client = authenticated.client();
        let Approved { id, approval, user, again } = approved;
        let scope = GrantedScope::renewed(None, &approval.grant.scope, client)?.of_person(&user)?;
        let grant = Grant { scope: scope.scopes().clone(), ..approval.grant.clone() };
        // RFC 8707 section 2.2: a token request may ask for less; the grant stays what was approved.
        let (scope, aud) = wanted.renewed(&grant, client, default_audience)?;
        let scope = scope.of_person(&user)?;
        let auth_time = grant.auth_time;

        let renewable = client.may_use(GrantType::RefreshToken);
        let handover = Handover {
            family: new_family(id, grant, renewable, draft, renewal),
            again,
            now: draft.issued_at,
            requests: Arc::clone(&self.requests),
            families: Arc::clone(&renewal.families),
            revocation: renewal.revocation.clone(),
        };
        // Done to its end, whoever hangs up: what is begun must not stay half handed out.
        match to_the_end(handover.hand_out()).await.map_err(grants_unavailable)? {
            HandedOut::Now => {}
            HandedOut::Elsewhere => return Err(Reason::DeviceTooEarly.into()),
            HandedOut::Ended => return Err(refused("the grant was ended")),
        }
        // Whoever switches a person off ends the grants that there are, and would miss one that begins just
        // after it.
        if let Err(refusal) = self.approver(&approval).await {
            let ended = renewal.revocation.end_grant(id).await;
            ended.map_err(grants_unavailable)?;
            return Err(refusal);
        }
        Ok(Decision {
            sub: user.id.to_string(),
            scope,
            aud,
            auth_time,
            roles: names(&user.roles),
            nonce: None,
            grant: Some(id),
            refresh_token: renewable.then_some(RefreshTokenParts { family: id, generation: FIRST }),
        })
    }

    /// The person who approved, where they may still do so.
    async fn approver(&self, approval: &Approval) -> Result<Arc<User>, Refusal> {
        let Approval { grant, proof } = approval;
        let denied = |cause: &'static str| Refusal::new(Reason::DeviceDenied).because(cause);
        let (Some(sub), Some(auth_time)) = (&grant.sub, grant.auth_time) else {
            return Err(denied("nobody approved it"));
        };
        let user = self.sessions.approver(sub, auth_time, *proof).await?;
        let user = user.ok_or_else(|| {
            denied("who approved it is gone or disabled, or has another password")
        })?;
        if let Some(session) = grant.session
            && ends_with_the_session(&grant.scope)
            && self.sessions.was_ended(session).await?
        {
            return Err(denied("who approved it has signed out"));
        }
        Ok(user)
    }
}

/// A grant on its way to its device.
struct Handover {
    family: NewFamily,
    again: bool,
    now: u64,
    requests: Arc<dyn DeviceRequests>,
    families: Arc<dyn RefreshFamilies>,
    revocation: Revocation,
}

impl Handover {
    async fn hand_out(self) -> Result<HandedOut, StoreError> {
        if self.again {
            return self.goes_on().await;
        }
        let begun = match self.families.begin(&self.family).await {
            Ok(()) => true,
            // An earlier answer did not come to its end.
            Err(StoreError::Exists) => match self.goes_on().await? {
                HandedOut::Now => false,
                ended => return Ok(ended),
            },
            Err(error) => return Err(error),
        };
        if self.requests.hand_out(self.family.id, self.now).await? {
            return Ok(HandedOut::Now);
        }
        if begun {
            // It was handed out, ended and forgotten in the meantime.
            self.revocation.end_grant(self.family.id).await?;
            return Ok(HandedOut::Ended);
        }
        Ok(HandedOut::Elsewhere)
    }

    /// Goes on with a grant whose refresh token nobody has used: it remembers one more access token. Where
    /// somebody has used it, somebody was answered: it ends.
    async fn goes_on(&self) -> Result<HandedOut, StoreError> {
        let refresh = Refresh {
            id: self.family.id,
            generation: FIRST,
            client_id: self.family.grant.client_id.as_str(),
            scope: None,
            resource: &[],
            rotate: false,
            access_token: self.family.access_token,
            now: self.now,
            idle_lifetime: self.family.idle_lifetime,
            predecessor_since: u64::MAX,
        };
        match self.families.refresh(&refresh).await? {
            Refreshed::Continued { .. } => Ok(HandedOut::Now),
            Refreshed::Ended { live, .. } => {
                self.revocation.complete(self.family.id, &live).await?;
                Ok(HandedOut::Ended)
            }
            _ => Ok(HandedOut::Ended),
        }
    }
}

/// Where it cannot be renewed it lives as long as its access token.
fn new_family(
    id: FamilyId,
    grant: Grant,
    renewable: bool,
    draft: &Draft,
    renewal: &Renewal,
) -> NewFamily {
    let (absolute, idle) = if renewable {
        (renewal.lifetimes.absolute, renewal.lifetimes.idle)
    } else {
        (draft.lifetime(), draft.lifetime())
    };
    NewFamily {
        id,
        grant,
        created_at: draft.issued_at,
        expires_at: draft.issued_at + absolute.as_secs(),
        idle_lifetime: idle.as_secs(),
        access_token: draft.live_token(),
    }
}

/// Somebody asks again for what was handed out: as with an authorization code (RFC 6749 section 10.5), what
/// came of it ends.
async fn replayed(id: FamilyId, revocation: &Revocation) -> Result<Refusal, Refusal> {
    if revocation.end_grant(id).await.map_err(grants_unavailable)? {
        tracing::warn!(sid = %id, "a device code was used again: its grant and access tokens are revoked");
    }
    Ok(refused("the device code was used again: the grant is revoked"))
}

fn refused(cause: &'static str) -> Refusal {
    Refusal::new(Reason::DeviceCodeRefused).because(cause)
}
