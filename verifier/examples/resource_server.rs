//! A resource server with no framework: one endpoint, which needs the scope `read`.
//!
//! `cargo run -p signet-verifier --example resource_server -- http://127.0.0.1:8080 https://api.example.com`

use std::{env, error::Error};

use signet_verifier::{Rejection, Verified, Verifier};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let issuer = arguments.next().ok_or("the first argument is the issuer's URL")?;
    let audience = arguments.next().ok_or("the second argument is this server's audience")?;
    let verifier = Verifier::builder(&issuer, audience).build()?;
    tokio::spawn(verifier.follow_events());

    let listener = TcpListener::bind("127.0.0.1:9090").await?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(answer(stream, verifier.clone()));
    }
}

/// The part that any framework's handler would have.
async fn authorize(verifier: &Verifier, header: Option<&[u8]>) -> Result<Verified, Rejection> {
    let verified = verifier.verify_authorization_header(header).await?;
    verified.require_scope("read")?;
    Ok(verified)
}

async fn answer(mut stream: TcpStream, verifier: Verifier) -> std::io::Result<()> {
    let mut head = [0; 32 * 1024];
    let length = stream.read(&mut head).await?;
    let answer = match authorize(&verifier, authorization(&head[..length])).await {
        Ok(verified) => {
            let body = format!("Hello, {}\n", verified.sub);
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        }
        Err(rejection) => {
            let (status, challenge) = (rejection.status(), rejection.www_authenticate("example"));
            format!(
                "HTTP/1.1 {status} \r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n"
            )
        }
    };
    stream.write_all(answer.as_bytes()).await
}

/// The header's value, for a request that comes in one piece: good enough for an example.
fn authorization(head: &[u8]) -> Option<&[u8]> {
    head.split(|byte| *byte == b'\n').find_map(|line| {
        let (name, value) = line.split_at_checked("authorization:".len())?;
        name.eq_ignore_ascii_case(b"authorization:").then(|| value.trim_ascii())
    })
}
