//! `[[roles]]` and `[[users]]`: the declared people, and the scopes that their roles allow.

use serde::Deserialize;

use crate::{
    oauth::{IssuerUrl, RoleName, ScopeSet, UserId, UserName},
    secret::Secret,
};

/// One entry of `[[roles]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its name.
    pub name: RoleName,
    /// The scopes that a person with this role may have.
    #[serde(default)]
    pub scopes: ScopeSet,
}

/// One entry of `[[users]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// What the person signs in with.
    pub username: UserName,
    /// The digest of the password, as `signet hash password` prints it.
    pub password_hash: Secret,
    /// What the person is called.
    pub name: Option<String>,
    /// The person's address for mail.
    pub email: Option<String>,
    /// The person's roles.
    #[serde(default)]
    pub roles: Vec<RoleName>,
    /// The `sub` of the person's tokens; absent: made of issuer and user name.
    #[serde(default, deserialize_with = "some")]
    pub id: Option<UserId>,
    /// Whether the person is switched off.
    #[serde(default)]
    pub disabled: bool,
}

/// Reads an id so that a malformed one is named by its key.
fn some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<UserId>, D::Error> {
    UserId::deserialize(deserializer).map(Some)
}

impl User {
    /// The `sub` of the person's tokens.
    #[must_use]
    pub fn id(&self, issuer: &IssuerUrl) -> UserId {
        self.id.clone().unwrap_or_else(|| UserId::of_name(issuer, &self.username))
    }
}
