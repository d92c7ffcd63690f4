//! How a family stands in Redis: one packed string, numbers big-endian, because a hundred thousand of
//! them should be small. `refresh.lua` and `end.lua` read and write the same.
//!
//! ```text
//! flags            1   1: ended, 2: rotated_at follows
//! generation       4
//! expires_at       4
//! last_used_at     4
//! idle_until       4
//! rotated_at       4   where it is another than last_used_at
//! grant:
//!   flags          1   1: sub, 2: sub is a UUID, 4: auth_time, 8: auth_time is created_at,
//!                    16: session
//!   created_at     4
//!   client_id      text
//!   scope          text, separated by spaces
//!   resource       count, that many texts
//!   sub            text, 16 bytes where it is a UUID
//!   auth_time      4
//!   session        16
//! live tokens      19 each, the oldest first: list 12, index 3, expires_at 4
//! ```
//!
//! A count, and the length of a text before it, is one byte, or 255 and four bytes.

use super::uuid;
use crate::{
    oauth::{ClientId, ScopeSet},
    store::{Entry, Family, FamilyId, Grant, ListId, LiveToken, NewFamily, SessionId},
};

/// The length of a live token.
const TOKEN: usize = 19;

const ENDED: u8 = 1;
const ROTATED_APART: u8 = 2;
const SUB: u8 = 1;
const SUB_IS_UUID: u8 = 2;
const AUTH_TIME: u8 = 4;
const AUTH_TIME_IS_CREATED_AT: u8 = 8;
const SESSION: u8 = 16;

/// Times are 32 bits in Redis, which is enough until 2106; a later one counts as that.
pub(super) fn narrow(time: u64) -> u32 {
    u32::try_from(time).unwrap_or(u32::MAX)
}

/// A family that begins.
pub(super) fn begin(new: &NewFamily) -> Vec<u8> {
    let created_at = narrow(new.created_at);
    let expires_at = narrow(new.expires_at);
    let idle_until = narrow(new.created_at.saturating_add(new.idle_lifetime)).min(expires_at);
    let mut record = vec![0];
    for number in [1, expires_at, created_at, idle_until] {
        record.extend(number.to_be_bytes());
    }
    write_grant(&mut record, &new.grant, created_at);
    record.extend(new.access_token.iter().flat_map(pack_token));
    record
}

fn write_grant(record: &mut Vec<u8>, grant: &Grant, created_at: u32) {
    let auth_time = grant.auth_time.map(narrow);
    let uuid = grant.sub.as_deref().and_then(uuid::parse);
    let mut flags = 0;
    if grant.sub.is_some() {
        flags |= SUB;
    }
    if uuid.is_some() {
        flags |= SUB_IS_UUID;
    }
    flags |= match auth_time {
        None => 0,
        Some(time) if time == created_at => AUTH_TIME_IS_CREATED_AT,
        Some(_) => AUTH_TIME,
    };
    if grant.session.is_some() {
        flags |= SESSION;
    }
    record.push(flags);
    record.extend(created_at.to_be_bytes());
    write_text(record, grant.client_id.as_str().as_bytes());
    write_text(record, grant.scope.to_string().as_bytes());
    write_count(record, grant.resource.len());
    for resource in &grant.resource {
        write_text(record, resource.as_bytes());
    }
    if let Some(sub) = &grant.sub {
        write_text(record, uuid.as_ref().map_or(sub.as_bytes(), |uuid| &uuid[..]));
    }
    if flags & AUTH_TIME != 0 {
        record.extend(auth_time.unwrap_or_default().to_be_bytes());
    }
    record.extend(grant.session.iter().flat_map(SessionId::as_bytes));
}

/// A grant that stands alone.
pub(super) fn pack_grant(grant: &Grant) -> Vec<u8> {
    let mut packed = Vec::new();
    write_grant(&mut packed, grant, 0);
    packed
}

fn write_count(record: &mut Vec<u8>, count: usize) {
    match u8::try_from(count) {
        Ok(count) if count < u8::MAX => record.push(count),
        _ => {
            record.push(u8::MAX);
            record.extend(u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
        }
    }
}

fn write_text(record: &mut Vec<u8>, text: &[u8]) {
    write_count(record, text.len());
    record.extend(text);
}

/// A live token, as it stands in a record.
pub(super) fn pack_token(token: &LiveToken) -> [u8; TOKEN] {
    let mut bytes = [0; TOKEN];
    bytes[..12].copy_from_slice(&token.entry.list.to_bytes());
    bytes[12..15].copy_from_slice(&token.entry.index.to_be_bytes()[1..]);
    bytes[15..].copy_from_slice(&narrow(token.expires_at).to_be_bytes());
    bytes
}

/// The places of packed tokens that live after `now`.
pub(super) fn live_entries(packed: &[u8], now: u64) -> Vec<Entry> {
    let (tokens, _) = packed.as_chunks::<TOKEN>();
    let entries = tokens.iter().filter_map(|bytes| {
        let mut reader = Reader(bytes);
        let list = ListId::from_bytes(reader.array()?);
        let [a, b, c] = reader.array()?;
        let entry = Entry { list, index: u32::from_be_bytes([0, a, b, c]) };
        (u64::from(reader.number()?) > now).then_some(entry)
    });
    entries.collect()
}

/// A family as it stands, with its live tokens packed.
pub(super) struct Record<'a> {
    pub(super) family: Family,
    pub(super) ended: bool,
    pub(super) live: &'a [u8],
}

impl<'a> Record<'a> {
    /// `None` where the bytes are none of ours.
    pub(super) fn read(id: FamilyId, bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let flags = reader.byte()?;
        let generation = reader.number()?;
        let [expires_at, last_used_at, idle_until] =
            [reader.time()?, reader.time()?, reader.time()?];
        let rotated_at = if flags & ROTATED_APART != 0 { reader.time()? } else { last_used_at };
        let (grant, created_at) = reader.grant()?;
        let family = Family {
            id,
            grant,
            generation,
            created_at,
            last_used_at,
            expires_at,
            idle_until,
            rotated_at,
        };
        Some(Self { family, ended: flags & ENDED != 0, live: reader.0 })
    }

    /// Whether it is good for a refresh at `now`.
    pub(super) fn lives(&self, now: u64) -> bool {
        !self.ended && now < self.family.idle_until && now < self.family.expires_at
    }

    /// Whether there is something to end at `now`, for the first time or once more.
    pub(super) fn stands(&self, now: u64) -> bool {
        let expired = now >= self.family.idle_until || now >= self.family.expires_at;
        !expired || !live_entries(self.live, now).is_empty()
    }
}

/// A grant that stands alone, as a script answers with it.
pub(super) fn read_grant(bytes: &[u8]) -> Option<Grant> {
    Reader(bytes).grant().map(|(grant, _)| grant)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    fn number(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    fn time(&mut self) -> Option<u64> {
        self.number().map(u64::from)
    }

    fn count(&mut self) -> Option<usize> {
        match self.byte()? {
            u8::MAX => usize::try_from(self.number()?).ok(),
            count => Some(usize::from(count)),
        }
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.count()?;
        self.take(length)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// The grant, and when it was made.
    fn grant(&mut self) -> Option<(Grant, u64)> {
        let flags = self.byte()?;
        let created_at = self.time()?;
        let client_id: ClientId = self.text()?.parse().ok()?;
        let scope = match self.text()? {
            "" => ScopeSet::default(),
            scope => scope.parse().ok()?,
        };
        let resources = self.count()?;
        let resource: Option<Vec<String>> =
            (0..resources).map(|_| self.text().map(str::to_owned)).collect();
        let sub = match flags & (SUB | SUB_IS_UUID) {
            0 => None,
            SUB => Some(self.text()?.to_owned()),
            _ => Some(uuid::format(self.bytes()?.try_into().ok()?)),
        };
        let auth_time = match flags & (AUTH_TIME | AUTH_TIME_IS_CREATED_AT) {
            0 => None,
            AUTH_TIME => Some(self.time()?),
            _ => Some(created_at),
        };
        let session = match flags & SESSION {
            0 => None,
            _ => Some(SessionId::from_bytes(self.array()?)),
        };
        let grant = Grant { client_id, sub, scope, resource: resource?, auth_time, session };
        Some((grant, created_at))
    }
}
