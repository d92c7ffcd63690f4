//! What people decide on the requests of devices (RFC 8628 section 3.3): found by the code that the device
//! shows, told what it would be allowed, and approved or denied once.

use std::{net::IpAddr, sync::Arc};

use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};

use super::{
    DescribedScope, GrantedScope, ScopeDescriptions, SignedIn,
    device_limits::UserCodeThrottle,
    no_entropy::no_entropy,
    store_away::{directory_unavailable, grants_unavailable},
};
use crate::{
    clock::Clock,
    directory::Directory,
    oauth::{Client, Reason, Refusal, ScopeSet, UserCode, scope},
    store::{
        Approval, Decided, DeviceDecision, DeviceRequest, DeviceRequests, DeviceState, FamilyId,
        Grant, StoreError,
    },
    tokens::{DeviceCodes, Sealer},
};

/// Finds requests of devices, and decides on them.
#[derive(Debug)]
pub struct DeviceDecisions {
    /// What remembers them.
    pub requests: Arc<dyn DeviceRequests>,
    /// What recognises their user codes.
    pub codes: DeviceCodes,
    /// What slows guessing down.
    pub throttle: Arc<UserCodeThrottle>,
    /// Whose devices they are.
    pub directory: Arc<Directory>,
    /// What scopes are called before people; swapped when configuration is loaded again.
    pub descriptions: Arc<ArcSwap<ScopeDescriptions>>,
    /// What seals the questions that people are asked.
    pub questions: Sealer<SealedDeviceQuestion>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// The purpose of sealed questions, for the derivation of their key.
pub const DEVICE_QUESTION_LABEL: &str = "signet device question v1";

/// A question as it travels through the browser: good for the session that was asked, and for what it was
/// shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SealedDeviceQuestion {
    id: [u8; 16],
    session: [u8; 16],
    #[serde(with = "scope::as_text")]
    scope: ScopeSet,
}

/// What a person is asked.
#[derive(Debug, Clone)]
pub struct DeviceQuestion {
    /// The application's name.
    pub application: String,
    /// What it would be allowed; nothing, where none of the person's roles allows any of it.
    pub scopes: Vec<DescribedScope>,
    /// What the answer must carry.
    pub sealed: String,
}

/// What a person says to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceAnswer {
    /// Yes.
    Approve,
    /// No.
    Deny,
}

/// What became of their answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceOutcome {
    /// The device may go on.
    Approved,
    /// It may not.
    Denied,
    /// Somebody has decided otherwise before.
    DecidedBefore,
    /// The request has expired, or the question was another session's.
    Gone,
}

impl DeviceDecisions {
    /// What `person` is asked whose device shows `user_code`; `None` where no device that waits shows it.
    ///
    /// # Errors
    /// `too_many_requests` after too many wrong codes; `temporarily_unavailable` while the store or the
    /// directory is away; `server_error` without entropy.
    pub async fn ask(
        &self,
        user_code: &UserCode,
        person: &SignedIn,
        address: IpAddr,
    ) -> Result<Option<DeviceQuestion>, Refusal> {
        let look = self.pending(user_code);
        let found = self.throttle.guess(&person.user().id, address, look).await?;
        let Some((request, client)) = found else { return Ok(None) };
        let scope = scope_of(&request.grant.scope, &client, person).unwrap_or_default();
        let question = SealedDeviceQuestion {
            id: *request.id.as_bytes(),
            session: *person.session().as_bytes(),
            scope,
        };
        let sealed = self.questions.seal(&question, request.expires_at);
        Ok(Some(DeviceQuestion {
            application: client.client_name.clone(),
            scopes: self.descriptions.load().of(&question.scope),
            sealed: sealed.map_err(no_entropy)?,
        }))
    }

    /// Answers the question `sealed`. Asking again is safe: the same answer of the same person is told to have
    /// been given.
    ///
    /// # Errors
    /// `invalid_scope` where there is nothing (any longer) that the person can approve;
    /// `temporarily_unavailable` while the store or the directory is away.
    pub async fn answer(
        &self,
        sealed: &str,
        answer: DeviceAnswer,
        person: &SignedIn,
    ) -> Result<DeviceOutcome, Refusal> {
        let now = self.clock.now();
        let Ok(question) = self.questions.open(sealed, now) else {
            return Ok(DeviceOutcome::Gone);
        };
        let id = FamilyId::from_bytes(question.id);
        let request = self.requests.find(id, now).await.map_err(grants_unavailable)?;
        let (Some(request), true) = (request, question.session == *person.session().as_bytes())
        else {
            return Ok(DeviceOutcome::Gone);
        };
        let decided = match answer {
            _ if request.state != DeviceState::Pending => Ok(Decided::Before(request)),
            DeviceAnswer::Deny => self.requests.decide(id, DeviceDecision::Deny, now).await,
            DeviceAnswer::Approve => {
                let Some(client) = self.client(&request).await? else {
                    return Ok(DeviceOutcome::Gone);
                };
                let approval = Approval {
                    grant: Grant {
                        sub: Some(person.user().id.to_string()),
                        scope: scope_of(&question.scope, &client, person)?,
                        auth_time: Some(person.auth_time()),
                        session: Some(person.session()),
                        ..request.grant
                    },
                    proof: person.proof(),
                };
                self.requests.decide(id, DeviceDecision::Approve(&approval), now).await
            }
        };
        Ok(match (decided.map_err(grants_unavailable)?, answer) {
            (Decided::Now, DeviceAnswer::Approve) => DeviceOutcome::Approved,
            (Decided::Now, DeviceAnswer::Deny) => DeviceOutcome::Denied,
            (Decided::Before(request), answer) => before(&request, answer, person),
            (Decided::Unknown, _) => DeviceOutcome::Gone,
        })
    }

    /// The pending request whose device shows `user_code`, and whose device that is.
    async fn pending(
        &self,
        user_code: &UserCode,
    ) -> Result<Option<(DeviceRequest, Arc<Client>)>, Refusal> {
        let request = self.found(user_code).await.map_err(grants_unavailable)?;
        let Some(request) = request.filter(|request| request.state == DeviceState::Pending) else {
            return Ok(None);
        };
        Ok(self.client(&request).await?.map(|client| (request, client)))
    }

    async fn found(&self, user_code: &UserCode) -> Result<Option<DeviceRequest>, StoreError> {
        let now = self.clock.now();
        for tag in self.codes.tags(user_code) {
            if let Some(request) = self.requests.by_user_code(tag, now).await? {
                return Ok(Some(request));
            }
        }
        Ok(None)
    }

    async fn client(&self, request: &DeviceRequest) -> Result<Option<Arc<Client>>, Refusal> {
        let client = self.directory.client(request.grant.client_id.as_str()).await;
        Ok(client.map_err(directory_unavailable)?.filter(|client| !client.disabled))
    }
}

/// What of `asked` the person can approve: what the registration lists by now, and a role of theirs allows.
fn scope_of(asked: &ScopeSet, client: &Client, person: &SignedIn) -> Result<ScopeSet, Reason> {
    let scope = GrantedScope::renewed(None, asked, client)?.of_person(person.user())?;
    Ok(scope.scopes().clone())
}

/// What somebody is told who sends their answer once more, or comes too late.
fn before(request: &DeviceRequest, answer: DeviceAnswer, person: &SignedIn) -> DeviceOutcome {
    let theirs = request.grant.sub.as_deref() == Some(person.user().id.as_str());
    match (request.state, answer) {
        (DeviceState::Denied, DeviceAnswer::Deny) => DeviceOutcome::Denied,
        (DeviceState::Approved | DeviceState::HandedOut, DeviceAnswer::Approve) if theirs => {
            DeviceOutcome::Approved
        }
        _ => DeviceOutcome::DecidedBefore,
    }
}
