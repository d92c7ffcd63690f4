//! Where people are sent back to: an application's callback, which notes how it was called.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// An application's own server.
pub struct Landing {
    pub port: u16,
    called: Arc<Mutex<Vec<String>>>,
}

impl Landing {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let called = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&called);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let notes = Arc::clone(&notes);
                tokio::spawn(async move {
                    let mut bytes = vec![0; 16 * 1024];
                    let length = stream.read(&mut bytes).await.unwrap_or(0);
                    let request = String::from_utf8_lossy(&bytes[..length]).into_owned();
                    let target = request.split(' ').nth(1).unwrap_or_default().to_owned();
                    if target.starts_with("/callback") || target.starts_with("/out") {
                        notes.lock().unwrap().push(request);
                    }
                    let page = "<!doctype html><title>Application</title><h1>Back here</h1>";
                    let answer = format!(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\
                         Connection: close\r\n\r\n{page}",
                        page.len()
                    );
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        Self { port, called }
    }

    /// The application's origin.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its redirect URI.
    pub fn callback(&self) -> String {
        format!("{}/callback", self.origin())
    }

    /// The requests that arrived, whole.
    pub fn calls(&self) -> Vec<String> {
        self.called.lock().unwrap().clone()
    }
}
