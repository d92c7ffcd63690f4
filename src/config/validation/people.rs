//! Roles and people, and the sign-ins that act for an application: combinations that cannot be. Whether a
//! password's digest is any good is seen by the room that computes them.

use std::collections::HashSet;

use super::{Check, is_declared};
use crate::{
    config::{Config, Problem, User},
    oauth::{EmailAddress, GrantType, PersonName},
};

pub(super) fn people(config: &Config, problems: &mut Vec<Problem>) {
    let mut names = HashSet::new();
    for (position, role) in config.roles.iter().enumerate() {
        let mut check = Check { key: format!("roles.{position}"), problems };
        if !names.insert(&role.name) {
            check.refuse("name", "another role has this name");
        }
        for scope in role.scopes.iter().filter(|scope| !is_declared(scope, config)) {
            check.refuse(
                "scopes",
                format!("the scope {scope} is not declared: add it under [[scopes]]"),
            );
        }
    }
    let (mut usernames, mut ids) = (HashSet::new(), HashSet::new());
    for (position, user) in config.users.iter().enumerate() {
        let mut check = Check { key: format!("users.{position}"), problems };
        if !usernames.insert(&user.username) {
            check.refuse(
                "username",
                "another person has this user name: case, width and ways to write an accent make no difference",
            );
        } else if !ids.insert(user.id(&config.issuer)) {
            check.refuse("id", "another person has this id");
        }
        for role in user.roles.iter().filter(|role| !names.contains(role)) {
            check.refuse(
                "roles",
                format!("the role {role} is not declared: add it under [[roles]]"),
            );
        }
        person(user, &mut check);
    }
    sign_in(config, problems);
}

fn person(user: &User, check: &mut Check<'_>) {
    if let Some(Err(rule)) = user.name.as_deref().map(str::parse::<PersonName>) {
        check.refuse("name", rule.to_string());
    }
    if let Some(Err(rule)) = user.email.as_deref().map(str::parse::<EmailAddress>) {
        check.refuse("email", rule.to_string());
    }
}

fn sign_in(config: &Config, problems: &mut Vec<Problem>) {
    let Some(client_id) = &config.dialects.sign_in_application else { return };
    let declared = config.applications.iter().find(|known| known.client_id == *client_id);
    let message = match declared {
        None => "no application with this client_id is declared under [[applications]]",
        Some(application) if !application.grant_types.contains(&GrantType::Password) => {
            "a sign-in is a password grant: add password to the grant_types of this application"
        }
        Some(_) => return,
    };
    problems.push(Problem::new("dialects.sign_in_application", message));
}
