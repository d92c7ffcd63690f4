//! The claims as JSON, written by hand: an issuer writes them for each token, and `serde_json` looks at each byte
//! by itself. It would write the same. Must not know what a claim means.

use serde::Serialize;

use super::AccessTokenClaims;
use crate::{Audience, Status, StatusListReference};

/// Room for most claims, in bytes.
const TYPICAL: usize = 512;

impl AccessTokenClaims {
    /// The JSON text of these claims, to the letter as their [`Serialize`] would have it.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // By name, so that a claim that is added is not forgotten here.
        let Self {
            iss,
            sub,
            aud,
            exp,
            iat,
            nbf,
            jti,
            client_id,
            scope,
            auth_time,
            roles,
            sid,
            status,
        } = self;
        let mut json = Vec::with_capacity(TYPICAL);
        json.push(b'{');
        push_name(&mut json, "iss");
        push_text(&mut json, iss);
        push_name(&mut json, "sub");
        push_text(&mut json, sub);
        push_name(&mut json, "aud");
        match aud {
            Audience::One(one) => push_text(&mut json, one),
            Audience::Many(many) => push_texts(&mut json, many),
        }
        push_number(&mut json, "exp", Some(*exp));
        push_number(&mut json, "iat", Some(*iat));
        push_number(&mut json, "nbf", *nbf);
        push_name(&mut json, "jti");
        push_text(&mut json, jti);
        push_name(&mut json, "client_id");
        push_text(&mut json, client_id);
        if let Some(scope) = scope {
            push_name(&mut json, "scope");
            push_text(&mut json, scope);
        }
        push_number(&mut json, "auth_time", *auth_time);
        if !roles.is_empty() {
            push_name(&mut json, "roles");
            push_texts(&mut json, roles);
        }
        if let Some(sid) = sid {
            push_name(&mut json, "sid");
            push_text(&mut json, sid);
        }
        if let Some(Status { status_list: StatusListReference { idx, uri } }) = status {
            push_name(&mut json, "status");
            json.extend_from_slice(br#"{"status_list":{"#);
            push_number(&mut json, "idx", Some(*idx));
            push_name(&mut json, "uri");
            push_text(&mut json, uri);
            json.extend_from_slice(b"}}");
        }
        json.push(b'}');
        json
    }
}

/// Begins a member; its `name` is one of ours, which needs no escaping.
fn push_name(json: &mut Vec<u8>, name: &str) {
    if json.last() != Some(&b'{') {
        json.push(b',');
    }
    json.push(b'"');
    json.extend_from_slice(name.as_bytes());
    json.extend_from_slice(b"\":");
}

/// A member with a number, where there is one.
fn push_number(json: &mut Vec<u8>, name: &str, number: Option<u64>) {
    if let Some(number) = number {
        push_name(json, name);
        push(json, &number);
    }
}

fn push_text(json: &mut Vec<u8>, text: &str) {
    // RFC 8259 section 7: "characters that MUST be escaped: quotation mark, reverse solidus, and the control
    // characters". Every byte is looked at, even after such a one: so the compiler takes sixteen at once.
    let must_be_escaped = |byte| matches!(byte, b'"' | b'\\' | 0..0x20);
    if text.bytes().fold(false, |found, byte| found | must_be_escaped(byte)) {
        push(json, text);
    } else {
        json.push(b'"');
        json.extend_from_slice(text.as_bytes());
        json.push(b'"');
    }
}

fn push_texts(json: &mut Vec<u8>, texts: &[String]) {
    json.push(b'[');
    for (position, text) in texts.iter().enumerate() {
        if position > 0 {
            json.push(b',');
        }
        push_text(json, text);
    }
    json.push(b']');
}

fn push(json: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    serde_json::to_writer(json, value)
        .expect("OK because numbers and texts have a JSON form, and memory takes it");
}
