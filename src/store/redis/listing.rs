//! An owner's families, by the index that names them. The index is written before a family and may outlive
//! it: what it names and is not there is passed over, and struck out once it cannot be on its way any more.

use super::{Redis, SKEW, families::unreadable, record::Record};
use crate::store::{Cursor, Family, FamilyId, Grant, Owner, Page, StoreError, schema};

/// The fewest members that are read at once.
const FEWEST: usize = 16;

/// How a family stands in an index: its name, and since when, so that what is new is not struck out.
pub(super) fn member(id: &FamilyId, created_at: u64) -> [u8; 20] {
    let mut bytes = [0; 20];
    bytes[..16].copy_from_slice(id.as_bytes());
    bytes[16..].copy_from_slice(&u32::try_from(created_at).unwrap_or(u32::MAX).to_be_bytes());
    bytes
}

/// Which of an owner's families are meant.
#[derive(Clone, Copy)]
pub(super) enum Which {
    Living,
    Standing,
}

impl Which {
    fn is_meant(self, record: &Record<'_>, now: u64) -> bool {
        match self {
            Self::Living => record.lives(now),
            Self::Standing => record.stands(now),
        }
    }
}

/// A member of an index, with its score.
type Listed = (Vec<u8>, f64);

impl Redis {
    /// The indexes that name a family.
    pub(super) fn indexes(&self, grant: &Grant) -> Vec<Vec<u8>> {
        let application =
            schema::families_of_application(&self.key_prefix, grant.client_id.as_str());
        let person =
            grant.sub.as_ref().map(|sub| schema::families_of_person(&self.key_prefix, sub));
        [application].into_iter().chain(person).collect()
    }

    pub(super) async fn page(
        &self,
        owner: Owner<'_>,
        after: Option<Cursor>,
        limit: usize,
        now: u64,
        which: Which,
    ) -> Result<Page, StoreError> {
        let index = match owner {
            Owner::Application(client_id) => {
                schema::families_of_application(&self.key_prefix, client_id)
            }
            Owner::Person(sub) => schema::families_of_person(&self.key_prefix, sub),
        };
        let count = limit.saturating_add(1).clamp(FEWEST, 1024);
        let from = after.map_or(0, |cursor| cursor.expires_at);
        let mut families: Vec<Family> = Vec::new();
        let mut offset = 0;
        loop {
            let listed = self.listed(&index, from, now, offset, count).await?;
            offset += listed.len();
            let is_last = listed.len() < count;
            let listed = listed
                .into_iter()
                .filter(|listed| name(&listed.0).is_some() && follows(listed, after));
            let (found, struck_out) = self.found(&index, listed.collect(), now, which).await?;
            offset -= struck_out;
            families.extend(found);
            if families.len() > limit {
                families.truncate(limit);
                let last = families.last();
                let next = last.map(|last| Cursor { expires_at: last.expires_at, id: last.id });
                return Ok(Page { families, next });
            }
            if is_last {
                return Ok(Page { families, next: None });
            }
        }
    }

    /// Some members of an index that expire after `now`, in its order.
    async fn listed(
        &self,
        index: &[u8],
        from: u64,
        now: u64,
        offset: usize,
        count: usize,
    ) -> Result<Vec<Listed>, StoreError> {
        let from = if from > now { from.to_string() } else { format!("({now}") };
        let mut command = redis::cmd("ZRANGEBYSCORE");
        command.arg(index).arg(from).arg("+inf").arg("WITHSCORES");
        command.arg("LIMIT").arg(offset).arg(count);
        self.connection.query(&command).await
    }

    /// Those of `listed` that are meant, and how many were struck out.
    async fn found(
        &self,
        index: &[u8],
        listed: Vec<Listed>,
        now: u64,
        which: Which,
    ) -> Result<(Vec<Family>, usize), StoreError> {
        let ids: Vec<FamilyId> = listed.iter().filter_map(|(member, _)| name(member)).collect();
        if ids.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let mut command = redis::cmd("MGET");
        for id in &ids {
            command.arg(schema::family(&self.key_prefix, id));
        }
        let records: Vec<Option<Vec<u8>>> = self.connection.query(&command).await?;
        let mut families = Vec::new();
        let mut gone = Vec::new();
        for ((id, record), (member, _)) in ids.into_iter().zip(records).zip(listed) {
            match record {
                Some(bytes) => {
                    let record = Record::read(id, &bytes).ok_or_else(unreadable)?;
                    if which.is_meant(&record, now) {
                        families.push(record.family);
                    }
                }
                None if since(&member).saturating_add(SKEW) < now => gone.push(member),
                None => {}
            }
        }
        if !gone.is_empty() {
            let mut command = redis::cmd("ZREM");
            command.arg(index).arg(&gone);
            self.connection.query::<()>(&command).await?;
        }
        Ok((families, gone.len()))
    }
}

fn name(member: &[u8]) -> Option<FamilyId> {
    member.first_chunk().copied().map(FamilyId::from_bytes)
}

fn since(member: &[u8]) -> u64 {
    member.last_chunk().map_or(0, |bytes| u64::from(u32::from_be_bytes(*bytes)))
}

fn follows((member, score): &Listed, after: Option<Cursor>) -> bool {
    after.is_none_or(|after| {
        let id = name(member);
        // Times are whole seconds, far below where these stop to be exact.
        *score > after.expires_at as f64
            || (*score == after.expires_at as f64 && id.is_some_and(|id| id > after.id))
    })
}
