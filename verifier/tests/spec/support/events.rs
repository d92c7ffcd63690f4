//! An event stream whose words a test chooses. Each connection goes on where the last one was ended.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{io::AsyncWriteExt, net::TcpStream, sync::Notify};

#[derive(Debug, Default)]
struct Script {
    /// What is said in the end; `None` ends a connection.
    words: Vec<Option<Vec<u8>>>,
    /// How much of it was said.
    said: usize,
    /// How many connections there were; only the last speaks.
    connections: usize,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct EventStream {
    script: Arc<Mutex<Script>>,
    more: Arc<Notify>,
}

impl EventStream {
    pub(crate) fn says(&self, text: impl Into<Vec<u8>>) {
        self.script().words.push(Some(text.into()));
        self.more.notify_waiters();
    }

    pub(crate) fn tells(&self, uri: &str, idx: u64, count: u64) {
        let data = format!("{{\"uri\":\"{uri}\",\"idx\":{idx},\"count\":{count}}}");
        self.says(format!("event: revoked\ndata: {data}\n\n"));
    }

    /// Ends the connection that is, or the next one.
    pub(crate) fn breaks(&self) {
        self.script().words.push(None);
        self.more.notify_waiters();
    }

    pub(super) async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mine = {
            let mut script = self.script();
            script.connections += 1;
            script.connections
        };
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n";
        stream.write_all(head.as_bytes()).await?;
        loop {
            let more = self.more.notified();
            tokio::pin!(more);
            more.as_mut().enable();
            match self.next(mine) {
                Next::Say(words) => stream.write_all(&words).await?,
                Next::Wait => more.await,
                Next::End => return Ok(()),
            }
        }
    }

    fn next(&self, mine: usize) -> Next {
        let mut script = self.script();
        if script.connections != mine {
            return Next::End;
        }
        let Some(words) = script.words.get(script.said).cloned() else { return Next::Wait };
        script.said += 1;
        words.map_or(Next::End, Next::Say)
    }

    fn script(&self) -> std::sync::MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Next {
    Say(Vec<u8>),
    Wait,
    End,
}
