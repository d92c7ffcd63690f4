//! Roles as JSON: what is told of them, and what is read.

use poem_openapi::{Object, types::Example};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    directory::Role,
    http::management::members::Members,
    oauth::{Reason, Refusal, RoleName, Scope},
};

/// How many scopes are read.
const MOST_SCOPES: usize = 256;

/// A role. Its scopes are an array, as in configuration.
#[derive(Debug, Serialize, Object)]
#[oai(rename = "Role", example)]
pub(super) struct RoleBody {
    /// Its name, for good; it stands in the claim `roles`.
    pub name: String,
    /// The scopes that those who have it may have.
    pub scopes: Vec<String>,
    /// Whether the configuration of the server declares it; then it is changed there only.
    pub declared: bool,
}

impl From<&Role> for RoleBody {
    fn from(role: &Role) -> Self {
        Self {
            name: role.name.to_string(),
            scopes: role.scopes.iter().map(Scope::to_string).collect(),
            declared: role.is_declared(),
        }
    }
}

impl Example for RoleBody {
    fn example() -> Self {
        Self { name: "editor".to_owned(), scopes: vec!["write".to_owned()], declared: false }
    }
}

/// A page of roles.
#[derive(Debug, Serialize, Object)]
#[oai(rename = "RoleList", skip_serializing_if_is_none)]
pub(super) struct RoleListBody {
    /// The roles, in the order of their names.
    pub items: Vec<RoleBody>,
    /// What to send as `after` for those that follow; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A role to be.
#[derive(Object)]
#[oai(rename = "NewRole", skip_serializing_if_is_none, example)]
pub(super) struct NewRoleBody {
    /// Its name: 1 to 128 bytes without control characters.
    pub name: String,
    /// Its scopes, declared or built in; absent: none.
    pub scopes: Option<Vec<String>>,
}

impl Example for NewRoleBody {
    fn example() -> Self {
        Self { name: "editor".to_owned(), scopes: Some(vec!["write".to_owned()]) }
    }
}

/// What a role is to be. Members of the answer that cannot be changed may be sent along as they are.
#[derive(Object)]
#[oai(rename = "RoleChange", skip_serializing_if_is_none)]
pub(super) struct RolePatchBody {
    /// Its scopes, all of them.
    pub scopes: Option<Vec<String>>,
}

/// A role to be.
pub(super) fn new_role(mut members: Members) -> Result<(RoleName, Vec<Scope>), Refusal> {
    let name = members.required("name");
    let scopes = members.list("scopes", MOST_SCOPES).unwrap_or_default();
    members.finish(Reason::InvalidMembers)?;
    name.map(|name| (name, scopes)).ok_or_else(|| Reason::InvalidMembers.into())
}

/// The role as an object to be merged with.
pub(super) fn object(role: &Role) -> Map<String, Value> {
    match serde_json::to_value(RoleBody::from(role)) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

/// The scopes that `old` is to have.
pub(super) fn changed(mut members: Members, old: &Role) -> Result<Vec<Scope>, Refusal> {
    members.unchanged("name", &Value::from(old.name.as_str()));
    members.unchanged("declared", &Value::from(old.is_declared()));
    let scopes = members.list("scopes", MOST_SCOPES).unwrap_or_default();
    members.finish(Reason::InvalidMembers)?;
    Ok(scopes)
}
