//! The least HTTP client: one request, one connection, the whole answer.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use crate::{Outcome, wrk::Request};

/// Asks for a token.
///
/// # Errors
/// Also when the answer has none.
pub(crate) fn token(address: SocketAddr, request: &Request) -> Outcome<()> {
    token_over(TcpStream::connect(address)?, request)
}

/// Asks for a token over an open connection.
///
/// # Errors
/// Also when the answer has none.
pub(crate) fn token_over(mut connection: TcpStream, request: &Request) -> Outcome<()> {
    let Request { method, headers, body } = request;
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    connection.set_nodelay(true)?;
    connection.write_all(
        format!(
            "{method} /oauth2/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             {headers}Content-Length: {length}\r\n\r\n{body}"
        )
        .as_bytes(),
    )?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    if answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"access_token\"") {
        Ok(())
    } else {
        Err(format!("no token was granted: {answer}").into())
    }
}
