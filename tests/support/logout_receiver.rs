//! An application's `backchannel_logout_uri` on loopback: keeps the requests that it is sent, and answers as a
//! test says.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU16, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// A web server that takes one kind of POST.
pub struct LogoutReceiver {
    pub uri: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    requests: Mutex<Vec<String>>,
    status: AtomicU16,
    held: watch::Sender<bool>,
}

impl LogoutReceiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/backchannel", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            requests: Mutex::default(),
            status: AtomicU16::new(200),
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
        Self { uri, shared, serving }
    }

    /// Answers with this status from now on.
    pub fn answer_with(&self, status: u16) {
        self.shared.status.store(status, Ordering::SeqCst);
    }

    /// Answers nobody until told otherwise.
    pub fn hold(&self, held: bool) {
        self.shared.held.send_replace(held);
    }

    /// The requests so far, each whole.
    pub fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// The logout tokens so far.
    pub fn tokens(&self) -> Vec<String> {
        let token = |request: &String| {
            let (_, body) = request.split_once("\r\n\r\n").unwrap();
            body.strip_prefix("logout_token=").unwrap_or_else(|| panic!("{request}")).to_owned()
        };
        self.requests().iter().map(token).collect()
    }
}

impl Drop for LogoutReceiver {
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
    let head = String::from_utf8(request).unwrap();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap_or_default()];
    if connection.read_exact(&mut body).await.is_err() {
        return;
    }
    shared.requests.lock().unwrap().push(head + &String::from_utf8(body).unwrap());
    let _ = shared.held.subscribe().wait_for(|held| !held).await;
    let status = shared.status.load(Ordering::SeqCst);
    let answer = format!(
        "HTTP/1.1 {status} Status\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let _ = connection.write_all(answer.as_bytes()).await;
}
