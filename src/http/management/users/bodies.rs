//! People as JSON: what is told of them, and what is read.

use poem_openapi::{Object, types::Example};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    directory::Person,
    http::management::members::Members,
    management::{MOST_ROLES, Profile},
    oauth::{EmailAddress, PersonName, Reason, Refusal, RoleName},
    secret::Secret,
};

/// A person. Times are Unix seconds.
#[derive(Debug, Serialize, Object)]
#[oai(rename = "User", skip_serializing_if_is_none, example)]
pub struct UserBody {
    /// The `sub` of their tokens, for good.
    pub id: String,
    /// What they sign in with, as it was written. Case, width and ways to write an accent make no other name
    /// of it.
    pub username: String,
    /// What they are called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their address for mail, which nobody has tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Their roles, in the order in which they were given.
    pub roles: Vec<String>,
    /// Whether they are switched off.
    pub disabled: bool,
    /// Whether the configuration of the server declares them; then they are changed there only.
    pub declared: bool,
    /// When they were registered; absent where they are declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<u64>,
}

impl From<&Person> for UserBody {
    fn from(person: &Person) -> Self {
        Self {
            id: person.id.to_string(),
            username: person.username.as_written().to_owned(),
            name: person.name.clone(),
            email: person.email.clone(),
            roles: person.roles.iter().map(RoleName::to_string).collect(),
            disabled: person.disabled,
            declared: person.is_declared(),
            created_at: (!person.is_declared()).then_some(person.created_at),
        }
    }
}

impl Example for UserBody {
    fn example() -> Self {
        Self {
            id: "4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f".to_owned(),
            username: "zoe".to_owned(),
            name: Some("Zoë Demo".to_owned()),
            email: Some("zoe@example.com".to_owned()),
            roles: vec!["consumer".to_owned()],
            disabled: false,
            declared: false,
            created_at: Some(1_767_225_600),
        }
    }
}

/// A page of people.
#[derive(Debug, Serialize, Object)]
#[oai(rename = "UserList", skip_serializing_if_is_none)]
pub struct UserListBody {
    /// The people, in the order of their user names.
    pub items: Vec<UserBody>,
    /// What to send as `after` for those that follow; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Somebody who is to be registered.
#[derive(Object)]
#[oai(rename = "NewUser", skip_serializing_if_is_none, example)]
pub(super) struct NewUserBody {
    /// What they sign in with: 1 to 256 bytes that people can see.
    pub username: String,
    /// The password, told once and never shown: at least 8 characters, at most 1,024 bytes, none
    /// that is guessed first.
    pub password: String,
    /// What they are called.
    pub name: Option<String>,
    /// Their address for mail.
    pub email: Option<String>,
    /// Their roles; for administrators alone.
    pub roles: Option<Vec<String>>,
    /// Whether they are switched off; for administrators alone.
    pub disabled: Option<bool>,
}

impl Example for NewUserBody {
    fn example() -> Self {
        Self {
            username: "zoe".to_owned(),
            password: "several words that do not belong together".to_owned(),
            name: Some("Zoë Demo".to_owned()),
            email: Some("zoe@example.com".to_owned()),
            roles: None,
            disabled: None,
        }
    }
}

/// What a person is to be. Members of the answer that cannot be changed may be sent along as they are.
#[derive(Object)]
#[oai(rename = "UserProfile", skip_serializing_if_is_none)]
pub(super) struct UserProfileBody {
    /// What they sign in with.
    pub username: String,
    /// What they are called; absent: nothing.
    pub name: Option<String>,
    /// Their address for mail; absent: none.
    pub email: Option<String>,
    /// Their roles: administrators change them, and take all of them where this is absent.
    pub roles: Option<Vec<String>>,
    /// Whether they are switched off: administrators change that.
    pub disabled: Option<bool>,
}

/// What is to be another for a person: absent members stay, those that are null go (RFC 7396).
#[derive(Object)]
#[oai(rename = "UserPatch", skip_serializing_if_is_none)]
pub(super) struct UserPatchBody {
    /// What they sign in with.
    pub username: Option<String>,
    /// What they are called.
    pub name: Option<String>,
    /// Their address for mail.
    pub email: Option<String>,
    /// Their roles, all of them: administrators change them.
    pub roles: Option<Vec<String>>,
    /// Whether they are switched off: administrators change that.
    pub disabled: Option<bool>,
}

/// A new password.
#[derive(Object)]
#[oai(rename = "PasswordChange", skip_serializing_if_is_none)]
pub(super) struct PasswordChangeBody {
    /// The password in use: of whoever changes their own. An administrator sets that of others without it.
    pub current_password: Option<String>,
    /// The new one: at least 8 characters, at most 1,024 bytes, none that is guessed first.
    pub new_password: String,
}

/// The person as an object to be merged with.
pub(super) fn object(person: &Person) -> Map<String, Value> {
    match serde_json::to_value(UserBody::from(person)) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

/// Somebody who is to be registered by an administrator, and their password.
pub(super) fn new_person(mut members: Members) -> Result<(Profile, Secret), Refusal> {
    let roles = members.list("roles", MOST_ROLES);
    let disabled = members.value("disabled", "expected true or false");
    let (profile, password) = somebody(members)?;
    Ok((Profile { roles, disabled, ..profile }, password))
}

/// Somebody who signs up, and their password: they choose nothing else.
pub(super) fn somebody(mut members: Members) -> Result<(Profile, Secret), Refusal> {
    members.must_have("password");
    let password = members.secret("password");
    let profile = profile(&mut members);
    members.finish(Reason::InvalidMembers)?;
    profile.zip(password).ok_or_else(|| Reason::InvalidMembers.into())
}

/// What `old` is to be.
pub(super) fn changed(mut members: Members, old: &Person) -> Result<Profile, Refusal> {
    let as_it_is = object(old);
    for name in ["id", "declared", "created_at"] {
        members.unchanged(name, as_it_is.get(name).unwrap_or(&Value::Null));
    }
    let roles = members.list("roles", MOST_ROLES);
    let disabled = members.value("disabled", "expected true or false");
    let profile = profile(&mut members);
    members.finish(Reason::InvalidMembers)?;
    let profile = profile.map(|profile| Profile { roles, disabled, ..profile });
    profile.ok_or_else(|| Reason::InvalidMembers.into())
}

/// The current password, where it was sent, and the new one.
pub(super) fn passwords(mut members: Members) -> Result<(Option<Secret>, Secret), Refusal> {
    members.must_have("new_password");
    let (current, new) = (members.secret("current_password"), members.secret("new_password"));
    members.finish(Reason::InvalidMembers)?;
    new.map(|new| (current, new)).ok_or_else(|| Reason::InvalidMembers.into())
}

fn profile(members: &mut Members) -> Option<Profile> {
    let username = members.required("username");
    let name = members.parsed::<PersonName>("name").map(String::from);
    let email = members.parsed::<EmailAddress>("email").map(String::from);
    Some(Profile { username: username?, name, email, roles: None, disabled: None })
}
