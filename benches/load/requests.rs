//! The requests that the rows repeat.

use std::net::SocketAddr;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;

use crate::{
    Outcome,
    client::{self, member},
    kept::OTHERS,
    subject::{CLIENT_SECRET, PASSWORD, PEOPLE, SIGN_IN},
    wrk::{Request, Script, THREADS},
};

const TOKEN: &str = "/oauth2/token";

/// The application whose grants can be renewed.
pub(crate) const RENEWER: &str = "renewer";

/// A token request of one of the applications, with `client_secret_basic`.
pub(crate) fn by_basic(client_id: &str) -> Request {
    authenticated(TOKEN, client_id, "grant_type=client_credentials&scope=read".to_owned())
}

/// A sign-in as `username`, with a password that nobody has.
pub(crate) fn wrong_sign_in(username: &str) -> Request {
    let body = format!("grant_type=password&username={username}&password=not+the+password");
    authenticated(TOKEN, SIGN_IN, body)
}

/// A token request with `client_secret_post`.
pub(crate) fn by_post(client_id: &str) -> Request {
    let body = format!(
        "grant_type=client_credentials&scope=read&client_id={client_id}&client_secret={CLIENT_SECRET}"
    );
    form(TOKEN, body)
}

/// Token requests of the applications that nobody has asked for in the last seconds.
pub(crate) fn by_cold_ones() -> Request {
    let body = format!("grant_type=client_credentials&scope=read&client_secret={CLIENT_SECRET}");
    Request { script: Some(in_turn(include_str!("cold.lua"), OTHERS)), ..form(TOKEN, body) }
}

/// Log-ins of the people, one after the other.
pub(crate) fn sign_ins() -> Request {
    let body = format!("grant_type=password&password={PASSWORD}");
    let script = in_turn(include_str!("people.lua"), PEOPLE as u64);
    Request { script: Some(script), ..authenticated(TOKEN, SIGN_IN, body) }
}

fn in_turn(code: &'static str, count: u64) -> Script {
    Script { code, arguments: vec![count.to_string(), THREADS.to_string()] }
}

/// The start of a refresh request; a refresh token belongs at its end.
pub(crate) fn renewal() -> Request {
    authenticated(TOKEN, RENEWER, "grant_type=refresh_token&refresh_token=".to_owned())
}

/// The log-in of one of the people.
pub(crate) fn sign_in(number: usize) -> Request {
    let body = format!("grant_type=password&username=person-{number}&password={PASSWORD}");
    authenticated(TOKEN, SIGN_IN, body)
}

pub(crate) fn get(path: &str) -> Request {
    Request {
        method: "GET",
        path: path.to_owned(),
        headers: Vec::new(),
        body: String::new(),
        script: None,
    }
}

/// The introspection of a new access token by its application.
pub(crate) fn introspection_of_access_token(address: SocketAddr) -> Outcome<Request> {
    introspection(&member(&begun(address)?, "access_token")?, address)
}

/// The introspection of a new refresh token by its application.
pub(crate) fn introspection_of_refresh_token(address: SocketAddr) -> Outcome<Request> {
    introspection(&member(&begun(address)?, "refresh_token")?, address)
}

/// A status list that tokens are put on, compressed.
pub(crate) fn status_list(address: SocketAddr) -> Outcome<Request> {
    let token = member(&begun(address)?, "access_token")?;
    let claims = token.split('.').nth(1).ok_or("a token has three parts")?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?;
    let uri = member(&claims["status"]["status_list"], "uri")?;
    let (_, id) = uri.rsplit_once('/').ok_or("a list's URI has a path")?;
    let mut request = get(&format!("/status-lists/{id}"));
    request.headers.push(("Accept-Encoding", "gzip".to_owned()));
    Ok(request)
}

/// The same by somebody who has it already.
pub(crate) fn status_list_at_hand(address: SocketAddr) -> Outcome<Request> {
    let mut request = status_list(address)?;
    let (_, etag) = client::status_and_etag(address, &request)?;
    request.headers.push(("If-None-Match", etag.ok_or("a status list has no ETag")?));
    match client::status_and_etag(address, &request)? {
        (304, _) => Ok(request),
        (status, _) => Err(format!("a list that is at hand was answered with {status}").into()),
    }
}

/// A new grant that can be renewed.
fn begun(address: SocketAddr) -> Outcome<Value> {
    client::json(address, &by_basic(RENEWER))
}

fn introspection(token: &str, address: SocketAddr) -> Outcome<Request> {
    let request = authenticated("/oauth2/introspect", RENEWER, format!("token={token}"));
    let told = client::json(address, &request)?;
    if told["active"] == Value::Bool(true) {
        Ok(request)
    } else {
        Err(format!("a new token is not active: {told}").into())
    }
}

pub(crate) fn authenticated(path: &str, client_id: &str, body: String) -> Request {
    let credentials = STANDARD.encode(format!("{client_id}:{CLIENT_SECRET}"));
    let mut request = form(path, body);
    request.headers.push(("Authorization", format!("Basic {credentials}")));
    request
}

pub(crate) fn form(path: &str, body: String) -> Request {
    Request {
        method: "POST",
        headers: vec![("Content-Type", "application/x-www-form-urlencoded".to_owned())],
        body,
        ..get(path)
    }
}
