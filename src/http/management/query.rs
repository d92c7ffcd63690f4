//! The query of a management request, read strictly: a misspelt filter must not mean "all".

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use poem::Request;

use crate::{
    http::parameters::form_decode,
    oauth::Reason,
    store::{Cursor, FamilyId},
};

/// How many items a page has at most, and where nothing is said.
const MOST: usize = 100;
const USUAL: usize = 50;

/// The longest text that is searched for, in bytes.
const LONGEST_TEXT: usize = 256;

/// The parameters of a query.
#[derive(Debug)]
pub(super) struct Query(Vec<(&'static str, String)>);

impl Query {
    /// Reads the query of `request`, which may have the parameters `known`, each once and not empty.
    pub(super) fn read(request: &Request, known: &[&'static str]) -> Result<Self, Reason> {
        let mut read: Vec<(&'static str, String)> = Vec::new();
        let query = request.uri().query().unwrap_or_default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = |text: &str| form_decode(text.as_bytes()).map(Cow::into_owned);
            let name = decode(name).ok_or(Reason::MalformedQuery)?;
            let value = decode(value).ok_or(Reason::MalformedQuery)?;
            let name = known.iter().find(|known| **known == name);
            let name = *name.ok_or(Reason::UnknownQueryParameter)?;
            if value.is_empty() || read.iter().any(|(before, _)| *before == name) {
                return Err(Reason::MalformedQuery);
            }
            read.push((name, value));
        }
        Ok(Self(read))
    }

    /// The value of `name`.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// `limit`: how many items are wanted at most.
    pub(super) fn limit(&self) -> Result<usize, Reason> {
        let Some(text) = self.get("limit") else { return Ok(USUAL) };
        let digits = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        let limit = text.parse().ok().filter(|limit| digits && (1..=MOST).contains(limit));
        limit.ok_or(Reason::MalformedLimit)
    }

    /// `after`: where an earlier answer's `next` says to go on.
    pub(super) fn after(&self) -> Result<Option<Cursor>, Reason> {
        let cursor = |text| read_cursor(text).ok_or(Reason::MalformedCursor);
        self.get("after").map(cursor).transpose()
    }

    /// `after`, where the list is in the order of keys.
    pub(super) fn after_key(&self) -> Result<Option<String>, Reason> {
        let key = |text| {
            let key = read_key(text).filter(|key| !key.chars().any(char::is_control));
            key.ok_or(Reason::MalformedCursor)
        };
        self.get("after").map(key).transpose()
    }

    /// The text `name`, which what is wanted has or is: at most 256 bytes, in one line.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Reason> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let sensible = text.len() <= LONGEST_TEXT && !text.chars().any(char::is_control);
        if sensible { Ok(Some(text)) } else { Err(Reason::MalformedQuery) }
    }
}

/// A key as text, to go on behind it: opaque to those who keep it.
pub(super) fn write_key(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

fn read_key(text: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// A cursor as text: opaque to those who keep it.
pub(in crate::http) fn write_cursor(cursor: Cursor) -> String {
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&cursor.expires_at.to_be_bytes());
    bytes[8..].copy_from_slice(cursor.id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(in crate::http) fn read_cursor(text: &str) -> Option<Cursor> {
    let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let (expires_at, id) = bytes.split_first_chunk::<8>()?;
    Some(Cursor {
        expires_at: u64::from_be_bytes(*expires_at),
        id: FamilyId::from_bytes(id.try_into().ok()?),
    })
}
