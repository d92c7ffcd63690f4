//! People, as tokens speak of them (RFC 9068 sections 2.2 and 2.2.3.1).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};
use uuid::Uuid;

use super::{IssuerUrl, Scope, ScopeSet, UserName};

/// Who a person is to resource servers: the `sub` of their tokens, a UUID in lower case. RFC 9068 section 5
/// has the issuer "prevent collisions" between the `sub` of people and of applications: no `client_id` is a
/// UUID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct UserId(String);

/// The text is no UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a UUID, like 4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f")]
pub struct MalformedUserId;

impl UserId {
    /// The name-based UUID (RFC 9562 section 5.5) of a declared person: the same wherever the same
    /// configuration is read.
    #[must_use]
    pub fn of_name(issuer: &IssuerUrl, username: &UserName) -> Self {
        let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, issuer.as_str().as_bytes());
        Self(Uuid::new_v5(&namespace, username.canonical().as_bytes()).to_string())
    }

    /// The random UUID (RFC 9562 section 5.4) of a person who registers, made of `bytes` that nobody can
    /// predict: whoever has the same name later has another one.
    #[must_use]
    pub fn from_random_bytes(bytes: [u8; 16]) -> Self {
        Self(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for UserId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserId {
    type Err = MalformedUserId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uuid = Uuid::try_parse(text).map_err(|_| MalformedUserId)?;
        let usual = text.len() == uuid::fmt::Hyphenated::LENGTH && !uuid.is_nil();
        if usual { Ok(Self(uuid.to_string())) } else { Err(MalformedUserId) }
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for UserId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// The name of a role, as it stands in the claim `roles`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct RoleName(String);

/// The text is no name of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name of a role is 1 to 128 bytes without control characters")]
pub struct MalformedRoleName;

impl RoleName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for RoleName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoleName {
    type Err = MalformedRoleName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if (1..=128).contains(&text.len()) && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(MalformedRoleName)
        }
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RoleName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// The scopes that a person needs no role for: those of OpenID Connect (Core sections 3.1.2.1, 5.4 and 11),
/// which are about the person who signs in.
const NEED_NO_ROLE: [&str; 4] = ["email", "offline_access", "openid", "profile"];

/// A person.
#[derive(Debug, Clone)]
pub struct User {
    /// The `sub` of their tokens.
    pub id: UserId,
    /// What they sign in with.
    pub username: UserName,
    /// What they are called.
    pub name: Option<String>,
    /// Their address for mail.
    pub email: Option<String>,
    /// Their roles, in the order in which they were given.
    pub roles: Vec<RoleName>,
    /// The scopes that any of their roles lists.
    pub scopes: ScopeSet,
    /// Whether they are switched off: refused like somebody who does not exist.
    pub disabled: bool,
}

impl User {
    /// Whether a token of theirs may have `scope`.
    #[must_use]
    pub fn may_have(&self, scope: &Scope) -> bool {
        NEED_NO_ROLE.contains(&scope.as_str()) || self.scopes.contains(scope)
    }
}
