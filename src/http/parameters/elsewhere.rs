//! Parameters that do not stand in a form body: in the query, or in a JSON object. RFC 6749 section 2.3.1
//! knows neither ("The parameters can only be transmitted in the request-body and MUST NOT be included in
//! the request URI"); they are for clients of other documents, and read as strictly.

use std::fmt;

use poem::{Body, Request};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use zeroize::Zeroizing;

use super::{MOST, Parameters, read_bytes};
use crate::{
    http::json_request::is_json,
    oauth::{Reason, Refusal},
    secret::Secret,
};

/// Reads the query of `request`, whose body must be empty.
///
/// # Errors
/// The reasons of a query that is malformed, and of a body that is not empty, too large or too slow.
pub async fn read_query(
    request: &Request,
    body: Body,
    limit: usize,
) -> Result<Parameters, Refusal> {
    if !read_bytes(request, body, limit).await?.is_empty() {
        return Err(Reason::UnexpectedBody.into());
    }
    Parameters::of_query(request).map_err(|reason| match reason {
        Reason::MalformedForm => Reason::MalformedQuery.into(),
        reason => reason.into(),
    })
}

/// Reads the JSON object of `request` within `limit` bytes: each member once, a string; null and the empty
/// string are like one left out.
///
/// # Errors
/// The reasons of a body that is not said to be JSON, is none, or another object; too large, too slow.
pub async fn read_json(request: &Request, body: Body, limit: usize) -> Result<Parameters, Refusal> {
    if !is_json(request) {
        return Err(Reason::NotJson.into());
    }
    let bytes = Zeroizing::new(read_bytes(request, body, limit).await?);
    // What the parser says would repeat them.
    serde_json::from_slice(&bytes).map_err(|_| Reason::MalformedJsonParameters.into())
}

impl<'de> Deserialize<'de> for Parameters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ParametersVisitor)
    }
}

struct ParametersVisitor;

impl<'de> Visitor<'de> for ParametersVisitor {
    type Value = Parameters;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Parameters, A::Error> {
        let mut parameters: Vec<(String, Secret)> = Vec::with_capacity(8);
        let mut names: Vec<String> = Vec::with_capacity(8);
        while let Some((name, value)) = members.next_entry::<String, Option<Secret>>()? {
            if names.len() == MOST || names.contains(&name) {
                return Err(de::Error::custom("too many members, or one twice"));
            }
            names.push(name.clone());
            let value = value.filter(|value| !value.expose().is_empty());
            if value.as_ref().is_some_and(|value| value.expose().contains('\0')) {
                return Err(de::Error::custom("a value with NUL"));
            }
            parameters.extend(value.map(|value| (name, value)));
        }
        Ok(Parameters(parameters))
    }
}
