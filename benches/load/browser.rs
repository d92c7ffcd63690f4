//! A person with a browser: a session, the codes that an application gets in it, and what it does with them.

use std::{fs, net::SocketAddr, path::Path, time::Duration};

use crate::{
    Outcome,
    client::{self, member},
    requests::{authenticated, form, get},
    subject::{BROWSER, CALLBACK, PASSWORD, PERSON},
    wrk::{self, Request, Script, THREADS},
};

/// Codes are asked for so many times as long as they are redeemed: nobody may run out of them.
const AHEAD: u32 = 3;

/// An authorization request of somebody who is signed in, for an application that needs no consent.
pub(crate) fn authorization(address: SocketAddr) -> Outcome<Request> {
    authorization_for("read", address)
}

fn authorization_for(scope: &str, address: SocketAddr) -> Outcome<Request> {
    let mut request = get(&format!(
        "/oauth2/authorize?response_type=code&client_id={BROWSER}&redirect_uri={CALLBACK}&scope={scope}"
    ));
    request.headers.push(("Cookie", session(address)?));
    Ok(request)
}

/// Redemptions of codes that are asked for first.
pub(crate) fn redemptions(
    address: SocketAddr,
    duration: Duration,
    folder: &Path,
) -> Outcome<Request> {
    let files = folder.join("codes-").to_string_lossy().into_owned();
    let script = Script { code: include_str!("collect.lua"), arguments: vec![files.clone()] };
    let asking = Request { script: Some(script), ..authorization(address)? };
    wrk::drive(&asking, address, AHEAD * duration, folder)?;
    let mut codes = String::new();
    for thread in 0..THREADS {
        codes += &fs::read_to_string(format!("{files}{thread}"))?;
    }
    let file = folder.join("codes");
    fs::write(&file, codes)?;
    let script = Script {
        code: include_str!("redeem.lua"),
        arguments: vec![file.to_string_lossy().into_owned(), THREADS.to_string()],
    };
    Ok(Request { script: Some(script), ..redemption("") })
}

/// What is told of a person who has signed in with `openid` and `profile`.
pub(crate) fn userinfo(address: SocketAddr) -> Outcome<Request> {
    let asking = authorization_for("openid%20profile", address)?;
    let location = client::header(address, &asking, "location")?;
    let code = location.split(['?', '&']).find_map(|pair| pair.strip_prefix("code="));
    let code = code.ok_or_else(|| format!("no code in {location}"))?;
    let granted = client::json(address, &redemption(code))?;
    let mut request = get("/oauth2/userinfo");
    let access_token = member(&granted, "access_token")?;
    request.headers.push(("Authorization", format!("Bearer {access_token}")));
    member(&client::json(address, &request)?, "preferred_username")?;
    Ok(request)
}

fn redemption(code: &str) -> Request {
    let body = format!("grant_type=authorization_code&redirect_uri={CALLBACK}&code={code}");
    authenticated("/oauth2/token", BROWSER, body)
}

/// Signs somebody in, and gives the cookie of their session.
fn session(address: SocketAddr) -> Outcome<String> {
    let page = client::answer(address, &get("/login"))?;
    let cookie = cookie(&page)?;
    let (_, token) = page.split_once(r#"name="csrf" value=""#).ok_or("no form to sign in")?;
    let token = token.split('"').next().unwrap_or_default();
    let mut sign_in = form("/login", format!("csrf={token}&username={PERSON}&password={PASSWORD}"));
    sign_in.headers.push(("Cookie", cookie));
    self::cookie(&client::answer(address, &sign_in)?)
}

fn cookie(answer: &str) -> Outcome<String> {
    let set = answer.lines().find_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = set.and_then(|set| set.split(';').next());
    Ok(cookie.ok_or_else(|| format!("no cookie is set: {answer}"))?.to_owned())
}
