//! What each scope of OpenID Connect tells of a person (OpenID Connect Core sections 5.1 and 5.4): the one table,
//! for the userinfo endpoint and for discovery.

use serde_json::{Map, Value};

use super::User;

/// The scope without which nothing is told (OpenID Connect Core section 3.1.2.1).
pub const OPENID: &str = "openid";

/// The scope of a grant that goes on after its person has signed out (OpenID Connect Core section 11).
pub const OFFLINE_ACCESS: &str = "offline_access";

/// A claim about a person.
#[derive(Debug, Clone, Copy)]
pub struct PersonClaim {
    /// The scope that tells it.
    pub scope: &'static str,
    /// Its name on the wire.
    pub name: &'static str,
    /// What it is; `None` where nobody has said.
    pub value: fn(&User) -> Option<Value>,
}

/// Every claim.
pub const PERSON_CLAIMS: [PersonClaim; 5] = [
    PersonClaim { scope: OPENID, name: "sub", value: |person| Some(person.id.as_str().into()) },
    PersonClaim {
        scope: "profile",
        name: "name",
        value: |person| person.name.as_deref().map(Value::from),
    },
    PersonClaim {
        scope: "profile",
        name: "preferred_username",
        value: |person| Some(person.username.as_written().into()),
    },
    PersonClaim {
        scope: "email",
        name: "email",
        value: |person| person.email.as_deref().map(Value::from),
    },
    // No message was ever sent there.
    PersonClaim {
        scope: "email",
        name: "email_verified",
        value: |person| person.email.as_ref().map(|_| false.into()),
    },
];

/// What is told of `person` to whoever has the scopes that `has_scope` knows.
#[must_use]
pub fn person_claims(person: &User, has_scope: impl Fn(&str) -> bool) -> Map<String, Value> {
    let told = PERSON_CLAIMS.iter().filter(|claim| has_scope(claim.scope));
    told.filter_map(|claim| Some((claim.name.to_owned(), (claim.value)(person)?))).collect()
}
