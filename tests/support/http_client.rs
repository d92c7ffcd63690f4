//! An HTTP/1.1 client that sends exactly what a test writes, one request per connection.

use std::{fmt, net::SocketAddr, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A request under construction.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Request {
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// A POST of a form.
    pub fn form(target: &str, form: &str) -> Self {
        Self::new("POST", target)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form.as_bytes())
    }

    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Basic credentials as RFC 6749 section 2.3.1 has them, each half form-encoded.
    pub fn basic(self, client_id: &str, client_secret: &str) -> Self {
        let encode =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        self.raw_basic(format!("{}:{}", encode(client_id), encode(client_secret)).as_bytes())
    }

    /// Basic credentials of exactly these bytes.
    pub fn raw_basic(self, credentials: &[u8]) -> Self {
        let value = format!("Basic {}", STANDARD.encode(credentials));
        self.header("Authorization", value)
    }

    pub fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        let has =
            |wanted: &str| self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        if !has("Host") {
            bytes.extend(b"Host: 127.0.0.1\r\n");
        }
        if !has("Content-Length") && !has("Transfer-Encoding") && self.method != "GET" {
            bytes.extend(format!("Content-Length: {}\r\n", self.body.len()).into_bytes());
        }
        for (name, value) in &self.headers {
            bytes.extend(name.as_bytes());
            bytes.extend(b": ");
            bytes.extend(value);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"Connection: close\r\n\r\n");
        bytes.extend(&self.body);
        bytes
    }
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header that occurs at most once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} occurs twice: {self:?}");
        value
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The `error` member of the body.
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    /// Asserts an OAuth error whole: status, code, a description within the legal characters, headers.
    #[track_caller]
    pub fn assert_error(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.error().as_str()), (status, code), "{self:?}");
        let json = self.json();
        let members: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(members, ["error", "error_description"], "{self:?}");
        let description = json["error_description"].as_str().unwrap();
        let legal = |c: char| matches!(c, '\x20'..='\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E');
        assert!(!description.is_empty() && description.chars().all(legal), "{self:?}");
        assert_eq!(self.header("Content-Type"), Some("application/json"), "{self:?}");
        assert_eq!(self.header("Cache-Control"), Some("no-store"), "{self:?}");
        assert_eq!(self.header("Pragma"), Some("no-cache"), "{self:?}");
        assert_eq!(self.header("WWW-Authenticate").is_some(), status == 401, "{self:?}");
    }

    /// All that a client can compare: status, headers and body, but for what differs in every answer.
    pub fn visible(&self) -> (u16, Vec<(String, String)>, &str) {
        let varies = |name: &str| {
            ["date", "x-request-id"].iter().any(|known| name.eq_ignore_ascii_case(known))
        };
        let headers = self.headers.iter().filter(|(name, _)| !varies(name)).cloned().collect();
        (self.status, headers, self.text())
    }

    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(bytes)));
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut answer = Self { status, headers, body: bytes[end + 4..].to_vec() };
        if answer.header("Transfer-Encoding") == Some("chunked") {
            answer.body = unchunk(&answer.body);
        }
        answer
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        write!(f, "\n{}", String::from_utf8_lossy(&self.body))
    }
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n").unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 2 + size + 2..];
    }
}

/// Like [`send`], for tests that break connections: `None` where no whole answer came.
pub async fn try_send(address: SocketAddr, request: &Request) -> Option<Answer> {
    let exchange = async {
        let mut connection = TcpStream::connect(address).await.ok()?;
        connection.write_all(&request.bytes()).await.ok()?;
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.ok()?;
        let is_whole = answer.windows(4).any(|window| window == b"\r\n\r\n");
        is_whole.then(|| Answer::parse(&answer))
    };
    tokio::time::timeout(Duration::from_secs(30), exchange).await.ok().flatten()
}

/// Sends `request` on a connection of its own and reads the answer to its end.
pub async fn send(address: SocketAddr, request: &Request) -> Answer {
    let exchange = async {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let bytes = request.bytes();
        // A server that refuses early may close before it has read everything.
        let (mut reader, mut writer) = connection.split();
        let mut answer = Vec::new();
        let (_, _) = tokio::join!(writer.write_all(&bytes), reader.read_to_end(&mut answer));
        Answer::parse(&answer)
    };
    tokio::time::timeout(Duration::from_secs(30), exchange)
        .await
        .expect("an answer within 30 seconds")
}
