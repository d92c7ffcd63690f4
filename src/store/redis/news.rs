//! News of revocations: told to every replica on a channel, heard by a task of each store. What a store
//! does itself its own listeners hear at once, whether or not the channel works.

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use redis::{PushInfo, PushKind, RedisResult, Value};
use tokio::{
    sync::{broadcast, mpsc},
    task::JoinHandle,
};

use super::{backoff::Backoff, connection::Connection, rows, target::Target, upkeep::PING_EVERY};
use crate::store::{RevocationEvent, Revoked, StoreError};

/// How many events a listener may be behind.
const CAPACITY: usize = 4096;

/// How many rows one message tells.
const ROWS_AT_ONCE: usize = 1000;

/// The news of one store. Its task ends with it.
pub(super) struct News {
    channel: String,
    /// What this store's messages begin with, so that it does not hear them twice.
    origin: [u8; 8],
    events: broadcast::Sender<RevocationEvent>,
    task: JoinHandle<()>,
}

impl News {
    /// Begins to listen, on `target` and through connections of its own; `connection` is asked now and
    /// then whether it still stands. Needs a tokio runtime around it.
    pub(super) fn new(channel: String, target: Arc<Target>, connection: Connection) -> Self {
        let (events, _) = broadcast::channel(CAPACITY);
        let origin = RandomState::new().hash_one("origin").to_be_bytes();
        let ear = Ear { channel: channel.clone(), origin, events: events.clone(), target };
        let task = tokio::spawn(async move {
            tokio::join!(ear.listen_on(), keep_asking(connection));
        });
        Self { channel, origin, events, task }
    }

    pub(super) fn listen(&self) -> broadcast::Receiver<RevocationEvent> {
        self.events.subscribe()
    }

    /// Tells every replica what was revoked.
    pub(super) async fn tell(
        &self,
        connection: &Connection,
        revoked: &[Revoked],
    ) -> Result<(), StoreError> {
        for row in revoked {
            // An error says that nobody listens.
            let _ = self.events.send(RevocationEvent::Revoked(*row));
        }
        for rows in revoked.chunks(ROWS_AT_ONCE) {
            let mut message = self.origin.to_vec();
            message.extend(rows::pack(rows));
            let mut publish = redis::cmd("PUBLISH");
            publish.arg(&self.channel).arg(message);
            connection.query::<()>(&publish).await?;
        }
        Ok(())
    }
}

impl Drop for News {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Finds out that a connection has failed, or answers again, before somebody needs it.
async fn keep_asking(connection: Connection) {
    loop {
        tokio::time::sleep(PING_EVERY).await;
        let _ = connection.query::<()>(&redis::cmd("PING")).await;
    }
}

struct Ear {
    channel: String,
    origin: [u8; 8],
    events: broadcast::Sender<RevocationEvent>,
    target: Arc<Target>,
}

impl Ear {
    async fn listen_on(&self) {
        let mut backoff = Backoff::default();
        for attempt in 0.. {
            if let Err(error) = self.listen(attempt, &mut backoff).await {
                tracing::debug!(%error, "the channel of revocations is cut");
            }
            tokio::time::sleep(backoff.next()).await;
        }
    }

    /// Listens until the connection breaks.
    async fn listen(&self, attempt: usize, backoff: &mut Backoff) -> RedisResult<()> {
        let (pushed, mut heard) = mpsc::unbounded_channel();
        let connect = self.target.connect_subscriber(attempt, Arc::new(pushed));
        let connect = tokio::time::timeout(self.target.patience(), connect);
        let mut connection = connect.await.map_err(|_| super::target::failed("too slow"))??;
        connection.subscribe(&self.channel).await?;
        backoff.reset();
        let _ = self.events.send(RevocationEvent::Missed);
        loop {
            match tokio::time::timeout(PING_EVERY, heard.recv()).await {
                Ok(Some(PushInfo { kind: PushKind::Message, data })) => self.hear(&data),
                Ok(Some(PushInfo { kind: PushKind::Disconnection, .. }) | None) => return Ok(()),
                Ok(Some(_)) => {}
                Err(_) => redis::cmd("PING").query_async(&mut connection).await?,
            }
        }
    }

    /// A message is the channel and what was told.
    fn hear(&self, data: &[Value]) {
        let Some(Value::BulkString(message)) = data.get(1) else { return };
        let Some((origin, packed)) = message.split_first_chunk() else { return };
        if *origin != self.origin {
            for row in rows::unpack(packed) {
                let _ = self.events.send(RevocationEvent::Revoked(row));
            }
        }
    }
}
