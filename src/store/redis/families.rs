//! [`RefreshFamilies`], kept in Redis.

use redis::Cmd;

use super::{
    Redis, SKEW,
    listing::{Which, member},
    record::{self, Record},
    script::{BEGIN_INDEX, END, FORGET, REFRESH},
    writes::{Purpose, Write, read},
};
use crate::store::{
    Answer, Continuation, Cursor, EndedFamily, Family, FamilyId, MOST_LIVE_TOKENS, NewFamily,
    Owner, Page, Refresh, RefreshFamilies, Refreshed, StoreError, schema,
};

impl Redis {
    async fn begin(&self, new: &NewFamily) -> Result<(), StoreError> {
        let record = record::begin(new);
        let tokens_end = new.access_token.map_or(0, |token| token.expires_at);
        let idle_until = new.created_at.saturating_add(new.idle_lifetime).min(new.expires_at);
        let seconds = idle_until.max(tokens_end).saturating_sub(new.created_at) + SKEW;
        let mut writes: Vec<Write> =
            self.indexes(&new.grant).into_iter().map(|key| list(key, new)).collect();
        let key = schema::family(&self.key_prefix, &new.id);
        let mut command = redis::cmd("SET");
        command.arg(&key).arg(record).arg("NX").arg("EX").arg(seconds);
        writes.push(Write { key, command, script: None });
        let set = self.writes.make(Purpose::Grant, &writes).await?.pop();
        match set {
            Some(redis::Value::Okay) => Ok(()),
            _ => Err(StoreError::Exists),
        }
    }

    async fn refresh(&self, refresh: &Refresh<'_>) -> Result<Refreshed, StoreError> {
        let key = schema::family(&self.key_prefix, &refresh.id);
        let call = refresh_call(&key, refresh);
        let answer: Verdict = self.connection.run(&REFRESH, &call).await?;
        let Verdict(verdict, generation, first, second) = answer;
        let live = |packed: &[u8]| record::live_entries(packed, refresh.now);
        let how = match verdict.as_str() {
            "rotated" => Continuation::Rotated,
            "repeated" => Continuation::Repeated,
            "moved_forward" => Continuation::MovedForward,
            "replayed" => {
                if self.writes.are_acknowledged() {
                    self.end(refresh.id, refresh.now).await?;
                }
                return Ok(Refreshed::Ended { replayed: true, live: live(&first) });
            }
            "ended" => return Ok(Refreshed::Ended { replayed: false, live: live(&first) }),
            "foreign" => return Ok(Refreshed::Foreign),
            "wider_scope" => return Ok(Refreshed::WiderScope),
            "ungranted_resource" => return Ok(Refreshed::UngrantedResource),
            _ => return Ok(Refreshed::Unknown),
        };
        Ok(Refreshed::Continued {
            generation,
            how,
            grant: record::read_grant(&first).ok_or_else(unreadable)?,
            crowded_out: live(&second),
        })
    }

    async fn find(&self, id: FamilyId, now: u64) -> Result<Option<Family>, StoreError> {
        let key = schema::family(&self.key_prefix, &id);
        let bytes: Option<Vec<u8>> = self.connection.query(redis::cmd("GET").arg(key)).await?;
        let Some(bytes) = bytes else { return Ok(None) };
        let record = Record::read(id, &bytes).ok_or_else(unreadable)?;
        Ok(record.lives(now).then_some(record.family))
    }

    async fn end(&self, id: FamilyId, now: u64) -> Result<Option<EndedFamily>, StoreError> {
        let key = schema::family(&self.key_prefix, &id);
        let write = Write { command: END.call(&key), key, script: Some(&END) };
        let mut answers = self.writes.make(Purpose::Revocation, &[write]).await?;
        let bytes: Option<Vec<u8>> = answers.pop().map(read).transpose()?.flatten();
        let Some(bytes) = bytes else { return Ok(None) };
        let record = Record::read(id, &bytes).ok_or_else(unreadable)?;
        if !record.stands(now) {
            return Ok(None);
        }
        let live = record::live_entries(record.live, now);
        Ok(Some(EndedFamily { grant: record.family.grant, live }))
    }

    async fn forget(&self, id: FamilyId) -> Result<(), StoreError> {
        let key = schema::family(&self.key_prefix, &id);
        let bytes: Option<Vec<u8>> = self.connection.run(&FORGET, &FORGET.call(&key)).await?;
        let Some(bytes) = bytes else { return Ok(()) };
        let Family { grant, created_at, .. } =
            Record::read(id, &bytes).ok_or_else(unreadable)?.family;
        for index in self.indexes(&grant) {
            let mut remove = redis::cmd("ZREM");
            remove.arg(index).arg(&member(&id, created_at)[..]);
            self.connection.query::<()>(&remove).await?;
        }
        Ok(())
    }
}

/// The verdict, then what it brings along: generation, grant and crowded out tokens, or live tokens.
struct Verdict(String, u32, Vec<u8>, Vec<u8>);

impl redis::FromRedisValue for Verdict {
    fn from_redis_value(value: redis::Value) -> Result<Self, redis::ParsingError> {
        let parts: Vec<redis::Value> = redis::from_redis_value(value)?;
        let mut parts = parts.into_iter();
        let bytes =
            |part: Option<redis::Value>| part.map_or(Ok(Vec::new()), redis::from_redis_value);
        let verdict = String::from_utf8_lossy(&bytes(parts.next())?).into_owned();
        match (parts.next(), parts.next(), parts.next()) {
            (Some(generation), grant @ Some(_), crowded_out) => Ok(Self(
                verdict,
                redis::from_redis_value(generation)?,
                bytes(grant)?,
                bytes(crowded_out)?,
            )),
            (live, ..) => Ok(Self(verdict, 0, bytes(live)?, Vec::new())),
        }
    }
}

fn refresh_call(key: &[u8], refresh: &Refresh<'_>) -> Cmd {
    let token = refresh.access_token.as_ref().map(record::pack_token);
    let mut call = REFRESH.call(key);
    call.arg(refresh.now)
        .arg(refresh.client_id)
        .arg(refresh.generation)
        .arg(u8::from(refresh.rotate))
        .arg(refresh.predecessor_since)
        .arg(refresh.idle_lifetime)
        .arg(SKEW)
        .arg(token.as_ref().map_or(&[][..], |token| &token[..]))
        .arg(MOST_LIVE_TOKENS)
        .arg(refresh.scope.map(ToString::to_string).unwrap_or_default());
    for resource in refresh.resource {
        call.arg(resource);
    }
    call
}

fn list(key: Vec<u8>, new: &NewFamily) -> Write {
    let seconds = new.expires_at.saturating_sub(new.created_at) + SKEW;
    let mut command = BEGIN_INDEX.call(&key);
    command
        .arg(new.created_at)
        .arg(new.expires_at)
        .arg(&member(&new.id, new.created_at)[..])
        .arg(seconds);
    Write { key, command, script: Some(&BEGIN_INDEX) }
}

pub(super) fn unreadable() -> StoreError {
    StoreError::Unavailable("a record of the store cannot be read".to_owned())
}

impl RefreshFamilies for Redis {
    fn begin<'a>(&'a self, family: &'a NewFamily) -> Answer<'a, ()> {
        Box::pin(self.begin(family))
    }

    fn refresh<'a>(&'a self, refresh: &'a Refresh<'a>) -> Answer<'a, Refreshed> {
        Box::pin(self.refresh(refresh))
    }

    fn find(&self, id: FamilyId, now: u64) -> Answer<'_, Option<Family>> {
        Box::pin(self.find(id, now))
    }

    fn of<'a>(
        &'a self,
        owner: Owner<'a>,
        after: Option<Cursor>,
        limit: usize,
        now: u64,
    ) -> Answer<'a, Page> {
        Box::pin(self.page(owner, after, limit, now, Which::Living))
    }

    fn standing<'a>(
        &'a self,
        owner: Owner<'a>,
        after: Option<Cursor>,
        limit: usize,
        now: u64,
    ) -> Answer<'a, Page> {
        Box::pin(self.page(owner, after, limit, now, Which::Standing))
    }

    fn end(&self, id: FamilyId, now: u64) -> Answer<'_, Option<EndedFamily>> {
        Box::pin(self.end(id, now))
    }

    fn forget(&self, id: FamilyId) -> Answer<'_, ()> {
        Box::pin(self.forget(id))
    }
}
