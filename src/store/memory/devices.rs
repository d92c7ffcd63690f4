//! All requests of devices: by name, by user code, and by the time when they may go.

use std::collections::{BTreeSet, HashMap};

use crate::store::{
    Approval, ApprovalProof, Decided, DeviceDecision, DeviceRequest, DeviceState, FamilyId,
    Identifier, LENIENCY, NewDeviceRequest, Polled, SLOWED_BY, StoreError,
};

/// How many are kept at once; about half a kilobyte each.
const CAPACITY: usize = 100_000;

#[derive(Debug, Default)]
pub(super) struct Devices {
    kept: HashMap<FamilyId, Kept>,
    by_user_code: HashMap<Identifier, FamilyId>,
    by_end: BTreeSet<(u64, FamilyId)>,
}

#[derive(Debug)]
struct Kept {
    request: DeviceRequest,
    proof: ApprovalProof,
    user_code: Identifier,
    polled_at: Option<u64>,
    interval: u64,
    /// While it is approved: when a poll last was told so.
    handed_out_at: u64,
}

impl Kept {
    fn approval(&self) -> Approval {
        Approval { grant: self.request.grant.clone(), proof: self.proof }
    }
}

impl Devices {
    pub(super) fn begin(&mut self, new: &NewDeviceRequest) -> Result<(), StoreError> {
        if self.kept.contains_key(&new.id) || self.by_user_code.contains_key(&new.user_code) {
            return Err(StoreError::Exists);
        }
        if self.kept.len() >= CAPACITY {
            return Err(StoreError::Full);
        }
        let request = DeviceRequest {
            id: new.id,
            grant: new.asked.clone(),
            state: DeviceState::Pending,
            expires_at: new.expires_at,
        };
        let kept = Kept {
            request,
            proof: ApprovalProof::default(),
            user_code: new.user_code,
            polled_at: None,
            interval: new.interval,
            handed_out_at: 0,
        };
        self.by_user_code.insert(new.user_code, new.id);
        self.by_end.insert((new.expires_at, new.id));
        self.kept.insert(new.id, kept);
        Ok(())
    }

    pub(super) fn by_user_code(&self, user_code: &Identifier, now: u64) -> Option<DeviceRequest> {
        self.find(*self.by_user_code.get(user_code)?, now)
    }

    pub(super) fn find(&self, id: FamilyId, now: u64) -> Option<DeviceRequest> {
        let request = &self.kept.get(&id)?.request;
        (now < request.expires_at).then(|| request.clone())
    }

    pub(super) fn decide(
        &mut self,
        id: FamilyId,
        decision: DeviceDecision<'_>,
        now: u64,
    ) -> Decided {
        let Some(kept) = self.living(id, now) else { return Decided::Unknown };
        let request = &mut kept.request;
        if request.state != DeviceState::Pending {
            return Decided::Before(request.clone());
        }
        match decision {
            DeviceDecision::Approve(Approval { grant, proof }) => {
                request.grant = grant.clone();
                kept.proof = *proof;
                request.state = DeviceState::Approved;
            }
            DeviceDecision::Deny => request.state = DeviceState::Denied,
        }
        Decided::Now
    }

    pub(super) fn poll(&mut self, id: FamilyId, now: u64, answered_since: u64) -> Polled {
        let Some(kept) = self.living(id, now) else { return Polled::Unknown };
        let too_early = |since: u64| now + LENIENCY < since + kept.interval;
        match kept.request.state {
            DeviceState::Pending => {
                let too_early = kept.polled_at.is_some_and(too_early);
                kept.polled_at = Some(now);
                if too_early {
                    kept.interval += SLOWED_BY;
                    return Polled::TooEarly;
                }
                Polled::Pending
            }
            DeviceState::Approved if too_early(kept.handed_out_at) => Polled::TooEarly,
            DeviceState::Approved => {
                kept.handed_out_at = now;
                Polled::Approved(kept.approval())
            }
            DeviceState::Denied => Polled::Denied,
            DeviceState::HandedOut if kept.handed_out_at < answered_since => Polled::Used,
            DeviceState::HandedOut if too_early(kept.handed_out_at) => Polled::TooEarly,
            DeviceState::HandedOut => Polled::HandedOut(kept.approval()),
        }
    }

    pub(super) fn hand_out(&mut self, id: FamilyId, now: u64) -> bool {
        let Some(kept) = self.kept.get_mut(&id) else { return false };
        let first = kept.request.state == DeviceState::Approved;
        if first {
            kept.request.state = DeviceState::HandedOut;
            kept.handed_out_at = now;
        }
        first
    }

    /// Removes those that have had their time.
    pub(super) fn sweep(&mut self, now: u64) {
        while let Some((end, id)) = self.by_end.first().copied().filter(|(end, _)| *end <= now) {
            self.by_end.remove(&(end, id));
            if let Some(kept) = self.kept.remove(&id) {
                self.by_user_code.remove(&kept.user_code);
            }
        }
    }

    fn living(&mut self, id: FamilyId, now: u64) -> Option<&mut Kept> {
        self.kept.get_mut(&id).filter(|kept| now < kept.request.expires_at)
    }
}
