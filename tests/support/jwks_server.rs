//! A `jwks_uri` on loopback: serves what a test puts there and counts how often it was asked.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// A web server with one document.
pub struct JwksServer {
    pub uri: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    answer: Mutex<(u16, String)>,
    fetches: AtomicUsize,
    held: watch::Sender<bool>,
}

impl JwksServer {
    /// Serves a JWK Set of `keys`.
    pub async fn start(keys: &[Value]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            answer: Mutex::default(),
            fetches: AtomicUsize::new(0),
            held: watch::Sender::new(false),
        });
        let serving = tokio::spawn({
            let shared = Arc::clone(&shared);
            async move {
                while let Ok((connection, _)) = listener.accept().await {
                    tokio::spawn(answer(connection, Arc::clone(&shared)));
                }
            }
        });
        let server = Self { uri, shared, serving };
        server.publish(keys);
        server
    }

    /// Serves other keys from now on.
    pub fn publish(&self, keys: &[Value]) {
        self.answer_with(200, &json!({"keys": keys}).to_string());
    }

    /// Answers anything from now on.
    pub fn answer_with(&self, status: u16, body: &str) {
        *self.shared.answer.lock().unwrap() = (status, body.to_owned());
    }

    /// Answers nobody until told otherwise.
    pub fn hold(&self, held: bool) {
        self.shared.held.send_replace(held);
    }

    /// How often it was asked.
    pub fn fetches(&self) -> usize {
        self.shared.fetches.load(Ordering::SeqCst)
    }
}

impl Drop for JwksServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(mut connection: TcpStream, shared: Arc<Shared>) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match connection.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    shared.fetches.fetch_add(1, Ordering::SeqCst);
    let _ = shared.held.subscribe().wait_for(|held| !held).await;
    let (status, body) = shared.answer.lock().unwrap().clone();
    let head = format!(
        "HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\nLocation: /elsewhere\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = connection.write_all((head + &body).as_bytes()).await;
}
