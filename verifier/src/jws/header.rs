//! The JOSE header (RFC 7515 section 4): the three members that verification needs, and none that a
//! forger would like us to read.

use serde_json::{Map, Value};

use super::MalformedJws;
use crate::{
    Algorithm,
    json::{self, NotAnObject},
};

/// What a JWS says about its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoseHeader {
    /// `alg`: the algorithm (section 4.1.1).
    pub alg: Algorithm,
    /// `typ`: the type of the whole token (section 4.1.9). See [`Self::typ_is`].
    pub typ: Option<String>,
    /// `kid`: the name of the key (section 4.1.4).
    pub kid: Option<String>,
}

impl JoseHeader {
    pub(super) fn parse(json: &[u8]) -> Result<Self, MalformedJws> {
        // "The Header Parameter names within the JOSE Header MUST be unique" (section 4).
        let mut header = json::object(json).map_err(|error| match error {
            NotAnObject::Syntax => MalformedJws::Header,
            NotAnObject::DuplicateMember => MalformedJws::DuplicateHeaderMember,
        })?;
        // "If any of the listed extension Header Parameters are not understood and supported by the
        // recipient, then the JWS is invalid" (section 4.1.11). None is understood, and an empty list
        // must not be produced.
        if header.contains_key("crit") {
            return Err(MalformedJws::CriticalHeader);
        }
        let alg = string(&mut header, "alg")?.ok_or(MalformedJws::Header)?;
        Ok(Self {
            alg: alg.parse().map_err(|_| MalformedJws::UnsupportedAlgorithm)?,
            typ: string(&mut header, "typ")?,
            kid: string(&mut header, "kid")?,
        })
    }

    /// Whether `typ` is the media type `application/{subtype}`, with or without its prefix and without
    /// regard to case (RFC 7515 section 4.1.9).
    #[must_use]
    pub fn typ_is(&self, subtype: &str) -> bool {
        const PREFIX: &str = "application/";
        self.typ.as_deref().is_some_and(|typ| {
            // "A recipient using the media type value MUST treat it as if "application/" were prepended
            // to any "typ" value not containing a '/'" (section 4.1.9).
            let short = match typ.split_at_checked(PREFIX.len()) {
                Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
                _ => typ,
            };
            short.eq_ignore_ascii_case(subtype)
        })
    }
}

fn string(header: &mut Map<String, Value>, name: &str) -> Result<Option<String>, MalformedJws> {
    match header.remove(name) {
        None => Ok(None),
        Some(Value::String(value)) => Ok(Some(value)),
        Some(_) => Err(MalformedJws::Header),
    }
}
