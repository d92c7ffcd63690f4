//! The least HTTP client: one request, one connection, the whole answer.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

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
pub(crate) fn token_over(connection: TcpStream, request: &Request) -> Outcome<()> {
    member(&json_over(connection, request)?, "access_token").map(drop)
}

/// Asks for something that is answered as JSON.
///
/// # Errors
/// Also when it is refused.
pub(crate) fn json(address: SocketAddr, request: &Request) -> Outcome<Value> {
    json_over(TcpStream::connect(address)?, request)
}

fn json_over(connection: TcpStream, request: &Request) -> Outcome<Value> {
    let answer = ask_over(connection, request)?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200 ") => Ok(serde_json::from_str(body)?),
        _ => Err(format!("{} was refused: {answer}", request.path).into()),
    }
}

/// The status of an answer, and its ETag.
pub(crate) fn status_and_etag(
    address: SocketAddr,
    request: &Request,
) -> Outcome<(u16, Option<String>)> {
    let answer = ask_over(TcpStream::connect(address)?, request)?;
    let status = answer.split(' ').nth(1).ok_or("no answer")?.parse()?;
    let etag = answer.lines().find_map(|line| line.strip_prefix("etag: "));
    Ok((status, etag.map(|etag| etag.trim().to_owned())))
}

/// The status of an answer, and when it says to try again.
pub(crate) fn status_and_retry_after(
    address: SocketAddr,
    request: &Request,
) -> Outcome<(u16, Option<Duration>)> {
    let answer = ask_over(TcpStream::connect(address)?, request)?;
    let status = answer.split(' ').nth(1).ok_or("no answer")?.parse()?;
    let told = answer.lines().find_map(|line| line.strip_prefix("retry-after: "));
    let told = told.map(|seconds| seconds.trim().parse().map(Duration::from_secs));
    Ok((status, told.transpose()?))
}

/// An answer as it came.
pub(crate) fn answer(address: SocketAddr, request: &Request) -> Outcome<String> {
    ask_over(TcpStream::connect(address)?, request)
}

/// A header of an answer.
pub(crate) fn header(address: SocketAddr, request: &Request, name: &str) -> Outcome<String> {
    let answer = answer(address, request)?;
    let name = format!("{name}: ");
    let value = answer.lines().find_map(|line| line.strip_prefix(&name));
    Ok(value.ok_or_else(|| format!("no {name}in {answer}"))?.trim().to_owned())
}

/// The member `name`, a text, of a JSON object.
pub(crate) fn member(object: &Value, name: &str) -> Outcome<String> {
    let text = object[name].as_str().ok_or_else(|| format!("an answer has no {name}: {object}"))?;
    Ok(text.to_owned())
}

fn ask_over(mut connection: TcpStream, request: &Request) -> Outcome<String> {
    let Request { method, path, headers, body, .. } = request;
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    connection.set_read_timeout(Some(Duration::from_secs(20)))?;
    connection.set_nodelay(true)?;
    connection.write_all(
        format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             {headers}Content-Length: {length}\r\n\r\n{body}"
        )
        .as_bytes(),
    )?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
