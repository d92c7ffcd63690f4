//! JSON objects whose member names are unique (a leaf). A parser that keeps one of two members of the
//! same name lets two readers of one token see two different tokens.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value};

/// Why bytes are not an object with unique member names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAnObject {
    /// Not UTF-8, not JSON, or JSON but no object.
    Syntax,
    /// Two members bear the same name.
    DuplicateMember,
}

/// Reads one JSON object; duplicates count at its top level, where names carry meaning.
pub(crate) fn object(json: &[u8]) -> Result<Map<String, Value>, NotAnObject> {
    let Members(members) = serde_json::from_slice(json).map_err(|_| NotAnObject::Syntax)?;
    let mut object = Map::new();
    for (name, value) in members {
        if object.insert(name, value).is_some() {
            return Err(NotAnObject::DuplicateMember);
        }
    }
    Ok(object)
}

/// The members in the order in which they were written, duplicates included.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
