//! What scopes are called before people: by configuration, and those that are built in by us.

use std::collections::BTreeMap;

use crate::{
    config::ScopeDeclaration,
    oauth::{Scope, ScopeSet},
};

/// A scope, and what it allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedScope {
    /// The scope token.
    pub name: String,
    /// What it allows, for people.
    pub description: String,
}

/// The descriptions of the scopes that configuration declares; changes when it is loaded again.
#[derive(Debug, Clone, Default)]
pub struct ScopeDescriptions(BTreeMap<Scope, String>);

impl ScopeDescriptions {
    /// Takes over what is declared.
    #[must_use]
    pub fn new(declared: &[ScopeDeclaration]) -> Self {
        let described = declared.iter().filter(|scope| !scope.description.is_empty());
        Self(described.map(|scope| (scope.name.clone(), scope.description.clone())).collect())
    }

    /// The scopes of `scopes` with their descriptions; one that has none is described by its name.
    #[must_use]
    pub fn of(&self, scopes: &ScopeSet) -> Vec<DescribedScope> {
        let described = |scope: &Scope| DescribedScope {
            name: scope.to_string(),
            description: match self.0.get(scope) {
                Some(description) => description.clone(),
                None => built_in(scope.as_str()).unwrap_or(scope.as_str()).to_owned(),
            },
        };
        scopes.iter().map(described).collect()
    }
}

fn built_in(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "openid" => "Know that it is you who signs in",
        "profile" => "See your name and your user name",
        "email" => "See your email address",
        "offline_access" => "Keep its access while you are away",
        "applications" => "Register applications, and see and change those that are yours",
        "tokens" => "See which applications have access in your name, and end it",
        "users" => "See and change your account",
        "admin" => "Administer this server: everybody's accounts, applications and access",
        _ => return None,
    })
}
