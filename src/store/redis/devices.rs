//! [`DeviceRequests`], kept in Redis: each request one packed string, numbers big-endian. `decide.lua`,
//! `poll.lua` and `hand_out.lua` read and write the same.
//!
//! ```text
//! state            1   0: pending, 1: approved, 2: denied, 3: handed out
//! expires_at       4
//! polled_at        4   0 where it was not polled yet
//! interval         4
//! handed_out_at    4   while it is approved: when a poll last was told so; 0 before that
//! proof           16   of the person who approved it; noughts before that
//! grant                as in a family's record (record.rs): what is asked for, then what was granted
//! ```

use redis::Value;

use super::{
    Redis, SKEW,
    families::unreadable,
    record::{narrow, pack_grant, read_grant},
    script::{DECIDE, HAND_OUT, Lua, POLL},
    writes::{Purpose, Write, read},
};
use crate::store::{
    Answer, Approval, ApprovalProof, Decided, DeviceDecision, DeviceRequest, DeviceRequests,
    DeviceState, FamilyId, Identifier, LENIENCY, NewDeviceRequest, Polled, SLOWED_BY, StoreError,
    schema,
};

const PENDING: u8 = 0;
const APPROVED: u8 = 1;
const DENIED: u8 = 2;
const HANDED_OUT: u8 = 3;

/// What stands before the proof and the grant.
const HEAD: usize = 17;

impl Redis {
    async fn begin_device(&self, new: &NewDeviceRequest) -> Result<(), StoreError> {
        let seconds = new.expires_at.saturating_sub(new.created_at) + SKEW;
        // The user code first: where another request has it, nothing is written.
        let user_code = schema::user_code(&self.key_prefix, &new.user_code);
        self.set_new(user_code, new.id.as_bytes(), seconds).await?;
        let request = schema::device_request(&self.key_prefix, &new.id);
        self.set_new(request, &record(new), seconds).await
    }

    async fn set_new(&self, key: Vec<u8>, value: &[u8], seconds: u64) -> Result<(), StoreError> {
        let mut command = redis::cmd("SET");
        command.arg(&key).arg(value).arg("NX").arg("EX").arg(seconds);
        let set = self.writes.make(Purpose::Grant, &[Write { key, command, script: None }]).await?;
        match set.last() {
            Some(Value::Okay) => Ok(()),
            _ => Err(StoreError::Exists),
        }
    }

    async fn device_by_user_code(
        &self,
        user_code: Identifier,
        now: u64,
    ) -> Result<Option<DeviceRequest>, StoreError> {
        let key = schema::user_code(&self.key_prefix, &user_code);
        let id: Option<Vec<u8>> = self.connection.query(redis::cmd("GET").arg(key)).await?;
        let Some(id) = id else { return Ok(None) };
        let id = FamilyId::from_bytes(id.try_into().map_err(|_| unreadable())?);
        self.find_device(id, now).await
    }

    async fn find_device(
        &self,
        id: FamilyId,
        now: u64,
    ) -> Result<Option<DeviceRequest>, StoreError> {
        let key = schema::device_request(&self.key_prefix, &id);
        let bytes: Option<Vec<u8>> = self.connection.query(redis::cmd("GET").arg(key)).await?;
        let Some(bytes) = bytes else { return Ok(None) };
        let request = read_record(id, &bytes).ok_or_else(unreadable)?;
        Ok((now < request.expires_at).then_some(request))
    }

    async fn decide_device(
        &self,
        id: FamilyId,
        decision: DeviceDecision<'_>,
        now: u64,
    ) -> Result<Decided, StoreError> {
        let (state, grant) = match decision {
            DeviceDecision::Approve(approval) => (APPROVED, pack(approval)),
            DeviceDecision::Deny => (DENIED, Vec::new()),
        };
        let arguments = [now.to_string().into_bytes(), state.to_string().into_bytes(), grant];
        let decided: Option<Vec<u8>> = self.change_device(&DECIDE, id, &arguments).await?;
        Ok(match decided.as_deref() {
            None => Decided::Unknown,
            Some(b"now") => Decided::Now,
            Some(bytes) => Decided::Before(read_record(id, bytes).ok_or_else(unreadable)?),
        })
    }

    async fn poll_device(
        &self,
        id: FamilyId,
        now: u64,
        answered_since: u64,
    ) -> Result<Polled, StoreError> {
        let mut call = POLL.call(&schema::device_request(&self.key_prefix, &id));
        call.arg(now).arg(answered_since).arg(LENIENCY).arg(SLOWED_BY);
        let answer: Vec<Vec<u8>> = self.connection.run(&POLL, &call).await?;
        let approval =
            || answer.get(1).and_then(|packed| read_approval(packed)).ok_or_else(unreadable);
        Ok(match answer.first().map(Vec::as_slice) {
            Some(b"pending") => Polled::Pending,
            Some(b"too_early") => Polled::TooEarly,
            Some(b"approved") => Polled::Approved(approval()?),
            Some(b"handed_out") => Polled::HandedOut(approval()?),
            Some(b"denied") => Polled::Denied,
            Some(b"used") => Polled::Used,
            Some(b"unknown") => Polled::Unknown,
            _ => return Err(unreadable()),
        })
    }

    async fn hand_out_to_device(&self, id: FamilyId, now: u64) -> Result<bool, StoreError> {
        let first: u8 = self.change_device(&HAND_OUT, id, &[now.to_string().into_bytes()]).await?;
        Ok(first == 1)
    }

    /// Changes a request, and waits for replicas where that is asked for.
    async fn change_device<T: redis::FromRedisValue>(
        &self,
        script: &'static Lua,
        id: FamilyId,
        arguments: &[Vec<u8>],
    ) -> Result<T, StoreError> {
        let key = schema::device_request(&self.key_prefix, &id);
        let mut command = script.call(&key);
        for argument in arguments {
            command.arg(argument);
        }
        let write = Write { key, command, script: Some(script) };
        let answer = self.writes.make(Purpose::Grant, &[write]).await?.pop();
        read(answer.ok_or_else(unreadable)?)
    }
}

fn record(new: &NewDeviceRequest) -> Vec<u8> {
    let mut record = vec![PENDING];
    for number in [new.expires_at, 0, new.interval, 0] {
        record.extend(narrow(number).to_be_bytes());
    }
    record.extend(ApprovalProof::default());
    record.extend(pack_grant(&new.asked));
    record
}

fn pack(approval: &Approval) -> Vec<u8> {
    [&approval.proof[..], &pack_grant(&approval.grant)].concat()
}

fn read_approval(packed: &[u8]) -> Option<Approval> {
    let (proof, grant) = packed.split_first_chunk()?;
    Some(Approval { grant: read_grant(grant)?, proof: *proof })
}

/// `None` where the bytes are none of ours.
fn read_record(id: FamilyId, bytes: &[u8]) -> Option<DeviceRequest> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let (state, times) = head.split_first()?;
    let state = match *state {
        PENDING => DeviceState::Pending,
        APPROVED => DeviceState::Approved,
        DENIED => DeviceState::Denied,
        HANDED_OUT => DeviceState::HandedOut,
        _ => return None,
    };
    let expires_at = u32::from_be_bytes(*times.first_chunk()?).into();
    Some(DeviceRequest { id, grant: read_approval(rest)?.grant, state, expires_at })
}

impl DeviceRequests for Redis {
    fn begin<'a>(&'a self, request: &'a NewDeviceRequest) -> Answer<'a, ()> {
        Box::pin(self.begin_device(request))
    }

    fn by_user_code(&self, user_code: Identifier, now: u64) -> Answer<'_, Option<DeviceRequest>> {
        Box::pin(self.device_by_user_code(user_code, now))
    }

    fn find(&self, id: FamilyId, now: u64) -> Answer<'_, Option<DeviceRequest>> {
        Box::pin(self.find_device(id, now))
    }

    fn decide<'a>(
        &'a self,
        id: FamilyId,
        decision: DeviceDecision<'a>,
        now: u64,
    ) -> Answer<'a, Decided> {
        Box::pin(self.decide_device(id, decision, now))
    }

    fn poll(&self, id: FamilyId, now: u64, answered_since: u64) -> Answer<'_, Polled> {
        Box::pin(self.poll_device(id, now, answered_since))
    }

    fn hand_out(&self, id: FamilyId, now: u64) -> Answer<'_, bool> {
        Box::pin(self.hand_out_to_device(id, now))
    }
}
