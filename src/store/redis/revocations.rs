//! [`RevocationList`], kept in Redis. The order is: the index of lists, the bits, the news; whoever is
//! interrupted does it again.

use redis::Value;
use tokio::sync::broadcast;

use super::{
    Redis, SKEW,
    rows::{by_list, rows, whole},
    script::{END_APPLICATION, NOTE_BLOCK, REVOKE, REVOKE_INDEX},
    writes::{Purpose, Write, read},
};
use crate::store::{
    Answer, Block, BlockNoted, Entry, ListId, RevocationEvent, RevocationList, Revoked, StoreError,
    schema,
};

/// How many lists one step adds to the index.
const LISTS_AT_ONCE: usize = 500;

impl Redis {
    /// Revokes these places. Those of lists that have had their time are revoked as it is.
    async fn revoke_rows(&self, rows: Vec<Revoked>) -> Result<(), StoreError> {
        let now = self.clock.now();
        let rows: Vec<Revoked> =
            rows.into_iter().filter(|row| u64::from(row.list.expires_at) > now).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let by_list = by_list(&rows);
        let lists: Vec<ListId> = by_list.iter().map(|(list, _)| *list).collect();
        let mut writes: Vec<Write> =
            lists.chunks(LISTS_AT_ONCE).map(|lists| self.index_write(lists, now)).collect();
        writes.extend(by_list.iter().map(|(list, packed)| {
            let key = schema::list(&self.key_prefix, *list);
            let mut command = REVOKE.call(&key);
            command.arg(seconds(*list, now)).arg(&packed[..]);
            Write { key, command, script: Some(&REVOKE) }
        }));
        self.writes.make(Purpose::Revocation, &writes).await?;
        self.news.tell(&self.connection, &rows).await
    }

    fn index_write(&self, lists: &[ListId], now: u64) -> Write {
        let key = schema::lists(&self.key_prefix);
        let longest = lists.iter().map(|list| seconds(*list, now)).max().unwrap_or(SKEW);
        let mut command = REVOKE_INDEX.call(&key);
        command.arg(now).arg(longest);
        for list in lists {
            command.arg(list.expires_at).arg(&list.to_bytes()[..]);
        }
        Write { key, command, script: Some(&REVOKE_INDEX) }
    }

    async fn is_revoked(&self, entry: Entry) -> Result<bool, StoreError> {
        // Redis counts from the most significant bit of a byte.
        let offset = (entry.index & !7) | (7 - (entry.index & 7));
        let mut command = redis::cmd("GETBIT");
        command.arg(schema::list(&self.key_prefix, entry.list)).arg(offset);
        self.connection.query(&command).await
    }

    async fn bitmap(&self, list: ListId) -> Result<Option<Vec<u8>>, StoreError> {
        let key = schema::list(&self.key_prefix, list);
        let bytes: Option<Vec<u8>> = self.connection.query(redis::cmd("GET").arg(key)).await?;
        Ok(bytes.and_then(|mut bytes| {
            let last = bytes.iter().rposition(|byte| *byte != 0)?;
            bytes.truncate(last + 1);
            Some(bytes)
        }))
    }

    async fn lists(&self, now: u64) -> Result<Vec<ListId>, StoreError> {
        let mut command = redis::cmd("ZRANGEBYSCORE");
        command.arg(schema::lists(&self.key_prefix)).arg(format!("({now}")).arg("+inf");
        let members: Vec<Vec<u8>> = self.connection.query(&command).await?;
        let ids = members.iter().filter_map(|member| member.first_chunk().copied());
        Ok(ids.map(ListId::from_bytes).collect())
    }

    async fn note_block(
        &self,
        client_id: &str,
        block: Block,
        opened_at: u64,
    ) -> Result<BlockNoted, StoreError> {
        let now = self.clock.now();
        let key = schema::blocks(&self.key_prefix, client_id);
        let mut call = NOTE_BLOCK.call(&key);
        call.arg(now)
            .arg(opened_at)
            .arg(&pack(block)[..])
            .arg(block.list.expires_at)
            .arg(seconds(block.list, now));
        Ok(match self.connection.run::<u8>(&NOTE_BLOCK, &call).await? {
            0 => BlockNoted::OwnerRevoked,
            _ => BlockNoted::Noted,
        })
    }

    async fn end_application(
        &self,
        client_id: &str,
        now: u64,
        until: u64,
    ) -> Result<Vec<Block>, StoreError> {
        let key = schema::blocks(&self.key_prefix, client_id);
        let mut command = END_APPLICATION.call(&key);
        command.arg(now).arg(until.saturating_sub(now) + SKEW);
        let write = Write { key, command, script: Some(&END_APPLICATION) };
        let mut answers = self.writes.make(Purpose::Revocation, &[write]).await?;
        let members: Vec<Vec<u8>> = read(answers.pop().unwrap_or(Value::Nil))?;
        Ok(members.iter().filter_map(|member| unpack(member)).collect())
    }
}

/// How long Redis keeps what concerns a list, in seconds.
fn seconds(list: ListId, now: u64) -> u64 {
    u64::from(list.expires_at).saturating_sub(now) + SKEW
}

fn pack(block: Block) -> [u8; 14] {
    let mut bytes = [0; 14];
    bytes[..12].copy_from_slice(&block.list.to_bytes());
    bytes[12..].copy_from_slice(&block.number.to_be_bytes());
    bytes
}

fn unpack(member: &[u8]) -> Option<Block> {
    let (list, number) = member.split_first_chunk()?;
    let number = u16::from_be_bytes(number.try_into().ok()?);
    Some(Block { list: ListId::from_bytes(*list), number })
}

impl RevocationList for Redis {
    fn revoke<'a>(&'a self, entries: &'a [Entry]) -> Answer<'a, ()> {
        Box::pin(self.revoke_rows(rows(entries)))
    }

    fn revoke_blocks<'a>(&'a self, blocks: &'a [Block]) -> Answer<'a, ()> {
        Box::pin(self.revoke_rows(blocks.iter().copied().map(whole).collect()))
    }

    fn is_revoked(&self, entry: Entry) -> Answer<'_, bool> {
        Box::pin(self.is_revoked(entry))
    }

    fn bitmap(&self, list: ListId) -> Answer<'_, Option<Vec<u8>>> {
        Box::pin(self.bitmap(list))
    }

    fn lists(&self, now: u64) -> Answer<'_, Vec<ListId>> {
        Box::pin(self.lists(now))
    }

    fn note_block<'a>(
        &'a self,
        client_id: &'a str,
        block: Block,
        opened_at: u64,
    ) -> Answer<'a, BlockNoted> {
        Box::pin(self.note_block(client_id, block, opened_at))
    }

    fn end_application<'a>(
        &'a self,
        client_id: &'a str,
        now: u64,
        until: u64,
    ) -> Answer<'a, Vec<Block>> {
        Box::pin(self.end_application(client_id, now, until))
    }

    fn events(&self) -> broadcast::Receiver<RevocationEvent> {
        self.news.listen()
    }
}
