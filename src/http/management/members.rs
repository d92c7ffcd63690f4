//! The members of a JSON body, read strictly: each once, no unknown ones, and whatever is wrong with them
//! told at once, by name and rule. What a value may be, the types of `oauth` say; what they say repeats
//! nothing of it.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::{
    oauth::{FieldProblem, Reason, Refusal},
    secret::Secret,
};

/// How many problems are told at once.
const MOST_PROBLEMS: usize = 32;

/// How much of an unknown member's name is told.
const LONGEST_NAME: usize = 64;

/// The members that have not been taken yet.
#[derive(Debug, Default)]
pub(super) struct Members {
    members: Map<String, Value>,
    problems: Vec<FieldProblem>,
}

impl Members {
    /// Reads an object.
    ///
    /// # Errors
    /// What is no JSON, no object, or has a member twice.
    pub(super) fn read(body: &[u8]) -> Result<Self, Reason> {
        match serde_json::from_slice(body) {
            Ok(Unique(Value::Object(members))) => Ok(Self { members, problems: Vec::new() }),
            _ => Err(Reason::MalformedJson),
        }
    }

    /// Takes an object that is JSON already.
    pub(super) fn of(members: Map<String, Value>) -> Self {
        Self { members, problems: Vec::new() }
    }

    /// The object, whatever it has.
    pub(super) fn into_object(self) -> Map<String, Value> {
        self.members
    }

    /// Whether the member `name` is there and not taken yet; null is as good as nothing.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(|value| !value.is_null())
    }

    /// Takes the member `name` as `read` reads it; `None` where it is not there, is null, or is no good.
    pub(super) fn take<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Value) -> Result<T, Cow<'static, str>>,
    ) -> Option<T> {
        match self.members.remove(name) {
            None | Some(Value::Null) => None,
            Some(value) => read(value).map_err(|rule| self.refuse(name, rule)).ok(),
        }
    }

    /// Takes the member `name` as a `T`, which `rule` describes.
    pub(super) fn value<T: DeserializeOwned>(
        &mut self,
        name: &str,
        rule: &'static str,
    ) -> Option<T> {
        self.take(name, |value| T::deserialize(value).map_err(|_| rule.into()))
    }

    /// Takes the member `name`, a string, as what it is parsed to; the error of the type is the rule.
    pub(super) fn parsed<T: std::str::FromStr<Err: fmt::Display>>(
        &mut self,
        name: &str,
    ) -> Option<T> {
        self.take(name, |value| match value {
            Value::String(text) => text.parse().map_err(|error: T::Err| error.to_string().into()),
            _ => Err("expected a string".into()),
        })
    }

    /// Takes the member `name`, a string that must be there, as what it is parsed to.
    pub(super) fn required<T: std::str::FromStr<Err: fmt::Display>>(
        &mut self,
        name: &str,
    ) -> Option<T> {
        self.must_have(name);
        self.parsed(name)
    }

    /// Takes the member `name`, a string that is told to nobody.
    pub(super) fn secret(&mut self, name: &str) -> Option<Secret> {
        self.take(name, |value| match value {
            Value::String(text) => Ok(Secret::new(text)),
            _ => Err("expected a string".into()),
        })
    }

    /// Says that the member `name` must be there, where it is not.
    pub(super) fn must_have(&mut self, name: &str) {
        if self.members.get(name).is_none_or(Value::is_null) {
            self.refuse(name, "this member must be there");
        }
    }

    /// Takes the member `name`, which may be there as it is and not otherwise.
    pub(super) fn unchanged(&mut self, name: &str, value: &Value) {
        if self.members.remove(name).is_some_and(|sent| sent != *value) {
            self.refuse(name, "this member cannot be changed");
        }
    }

    /// Takes the member `name`, an array of at most `most` strings, as what each is parsed to. Each that is
    /// no good is told by its position.
    pub(super) fn list<T: std::str::FromStr<Err: fmt::Display>>(
        &mut self,
        name: &str,
        most: usize,
    ) -> Option<Vec<T>> {
        let texts: Vec<String> = self.value(name, "expected an array of strings")?;
        if texts.len() > most {
            self.refuse(name, format!("expected at most {most} entries"));
            return None;
        }
        let count = texts.len();
        let mut list = Vec::with_capacity(count);
        for (position, text) in texts.into_iter().enumerate() {
            match text.parse::<T>() {
                Ok(value) => list.push(value),
                Err(error) => self.refuse(&format!("{name}.{position}"), error.to_string()),
            }
        }
        (list.len() == count).then_some(list)
    }

    /// Says that the member `name` is not as it must be.
    pub(super) fn refuse(&mut self, name: &str, rule: impl Into<Cow<'static, str>>) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(FieldProblem::new(name, rule));
        }
    }

    /// Ends the reading where unknown members are ignored; what is wrong with the others.
    pub(super) fn known_problems(self) -> Vec<FieldProblem> {
        self.problems
    }

    /// Ends the reading: a member that nobody took is unknown.
    ///
    /// # Errors
    /// `reason`, with every problem.
    pub(super) fn finish(mut self, reason: Reason) -> Result<(), Refusal> {
        for name in std::mem::take(&mut self.members).into_iter().map(|(name, _)| name) {
            let name: String = name.chars().take(LONGEST_NAME).collect();
            self.refuse(&name, "this member is unknown here, or cannot be set");
        }
        if self.problems.is_empty() {
            return Ok(());
        }
        Err(Refusal::new(reason).with_fields(self.problems))
    }
}

/// JSON in which each member of each object stands once.
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(value)) = entries.next_element()? {
            list.push(value);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Unique(value))) = entries.next_entry::<String, Unique>()? {
            if members.insert(name, value).is_some() {
                return Err(de::Error::custom("a member stands twice"));
            }
        }
        Ok(members.into())
    }
}
