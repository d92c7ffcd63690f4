//! An issuer on loopback: HTTP/1.1 by hand, one answer per path, and a count of what was asked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::{Value, json};
use signet_verifier::jwk::JwkSet;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

use super::{EventStream, Signer};

pub(crate) const METADATA: &str = "/.well-known/oauth-authorization-server";
pub(crate) const OPENID: &str = "/.well-known/openid-configuration";
pub(crate) const JWKS: &str = "/jwks.json";

/// How a path answers.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Status, header lines, body.
    Send(u16, Vec<String>, Vec<u8>),
    /// The connection is closed without a word.
    HangUp,
    /// Nothing ever comes.
    Silence,
    /// The answer comes once the test lets it.
    Held(Arc<Notify>, Box<Answer>),
    /// Events, for as long as the test has some.
    Stream(EventStream),
}

impl Answer {
    pub(crate) fn json(body: &Value) -> Self {
        Self::Send(200, Vec::new(), body.to_string().into_bytes())
    }

    pub(crate) fn keys(signers: &[&Signer]) -> Self {
        let keys = signers.iter().map(|signer| signer.jwk()).collect();
        Self::json(&serde_json::to_value(JwkSet { keys }).expect("a key set is JSON"))
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Send(status, Vec::new(), Vec::new())
    }

    pub(crate) fn header(self, line: &str) -> Self {
        match self {
            Self::Send(status, mut headers, body) => {
                headers.push(line.to_owned());
                Self::Send(status, headers, body)
            }
            other => other,
        }
    }
}

/// A request that came: its path, and its head in full.
#[derive(Debug, Clone)]
struct Request {
    path: String,
    head: String,
}

#[derive(Debug, Default)]
struct Shared {
    answers: Mutex<HashMap<String, Answer>>,
    requests: Mutex<Vec<Request>>,
    came: Notify,
}

#[derive(Debug)]
pub(crate) struct TestIssuer {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

impl TestIssuer {
    /// An issuer without any document.
    pub(crate) async fn bare() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let shared = Arc::new(Shared::default());
        let served = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&served)));
            }
        });
        Self { url, shared }
    }

    /// An issuer with metadata and these keys.
    pub(crate) async fn with_keys(signers: &[&Signer]) -> Self {
        let issuer = Self::bare().await;
        issuer.answer(METADATA, Answer::json(&issuer.metadata()));
        issuer.answer(JWKS, Answer::keys(signers));
        issuer
    }

    pub(crate) fn metadata(&self) -> Value {
        json!({"issuer": self.url, "jwks_uri": format!("{}{JWKS}", self.url)})
    }

    pub(crate) fn answer(&self, path: &str, answer: Answer) {
        lock(&self.shared.answers).insert(path.to_owned(), answer);
    }

    /// From now on every connection is hung up on.
    pub(crate) fn goes_down(&self) {
        lock(&self.shared.answers).values_mut().for_each(|answer| *answer = Answer::HangUp);
    }

    /// How often a path was asked for.
    pub(crate) fn count(&self, path: &str) -> usize {
        lock(&self.shared.requests).iter().filter(|request| request.path == path).count()
    }

    /// The last request for a path, in full.
    pub(crate) fn last_request(&self, path: &str) -> String {
        let requests = lock(&self.shared.requests);
        let last = requests.iter().rfind(|request| request.path == path);
        last.map(|request| request.head.clone()).unwrap_or_default()
    }

    /// Waits until a path was asked for so many times.
    pub(crate) async fn was_asked(&self, path: &str, times: usize) {
        loop {
            let came = self.shared.came.notified();
            tokio::pin!(came);
            came.as_mut().enable();
            if self.count(path) >= times {
                return;
            }
            came.await;
        }
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    lock(&shared.requests).push(Request { path: path.clone(), head });
    let mut answer = lock(&shared.answers).get(&path).cloned().unwrap_or(Answer::status(404));
    shared.came.notify_waiters();
    loop {
        answer = match answer {
            Answer::Send(status, headers, body) => {
                // A client that has read enough closes early, which is its right.
                return drop(write(&mut stream, status, &headers, &body).await);
            }
            Answer::HangUp => return,
            Answer::Silence => std::future::pending().await,
            Answer::Stream(events) => return drop(events.serve(stream).await),
            Answer::Held(until, answer) => {
                until.notified().await;
                *answer
            }
        };
    }
}

async fn write(
    stream: &mut TcpStream,
    status: u16,
    headers: &[String],
    body: &[u8],
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\n");
    if !headers.iter().any(|line| line.starts_with("Transfer-Encoding")) && status != 304 {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    for line in headers {
        head.push_str(&format!("{line}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).await?;
    stream.write_all(body).await?;
    stream.shutdown().await
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
