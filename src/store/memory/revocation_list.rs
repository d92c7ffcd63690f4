//! [`RevocationList`], kept by [`Memory`].

use std::future::ready;

use tokio::sync::broadcast;

use super::{
    Memory, lock,
    revocations::{rows, whole},
};
use crate::store::{
    Answer, Block, BlockNoted, Entry, ListId, RevocationEvent, RevocationList, Revoked,
};

impl Memory {
    fn revoke_rows(&self, rows: impl Iterator<Item = Revoked>) {
        let now = self.now();
        lock(&self.revocations).sweep(now);
        for revoked in rows.filter(|row| u64::from(row.list.expires_at) > now) {
            lock(&self.revocations).revoke(revoked);
            // An error says that nobody listens.
            let _ = self.events.send(RevocationEvent::Revoked(revoked));
        }
    }
}

impl RevocationList for Memory {
    fn revoke<'a>(&'a self, entries: &'a [Entry]) -> Answer<'a, ()> {
        self.revoke_rows(rows(entries).into_iter());
        Box::pin(ready(Ok(())))
    }

    fn revoke_blocks<'a>(&'a self, blocks: &'a [Block]) -> Answer<'a, ()> {
        self.revoke_rows(blocks.iter().copied().map(whole));
        Box::pin(ready(Ok(())))
    }

    fn is_revoked(&self, entry: Entry) -> Answer<'_, bool> {
        Box::pin(ready(Ok(lock(&self.revocations).is_revoked(entry))))
    }

    fn bitmap(&self, list: ListId) -> Answer<'_, Option<Vec<u8>>> {
        Box::pin(ready(Ok(lock(&self.revocations).bitmap(list))))
    }

    fn lists(&self, now: u64) -> Answer<'_, Vec<ListId>> {
        Box::pin(ready(Ok(lock(&self.revocations).lists(now))))
    }

    fn note_block<'a>(
        &'a self,
        client_id: &'a str,
        block: Block,
        opened_at: u64,
    ) -> Answer<'a, BlockNoted> {
        let mut revocations = lock(&self.revocations);
        revocations.sweep(self.now());
        Box::pin(ready(Ok(revocations.note_block(client_id, block, opened_at))))
    }

    fn end_application<'a>(
        &'a self,
        client_id: &'a str,
        now: u64,
        until: u64,
    ) -> Answer<'a, Vec<Block>> {
        let mut revocations = lock(&self.revocations);
        revocations.sweep(self.now());
        Box::pin(ready(Ok(revocations.end_application(client_id, now, until))))
    }

    fn events(&self) -> broadcast::Receiver<RevocationEvent> {
        self.events.subscribe()
    }
}
