//! `[directory]`: combinations that cannot be.

use std::time::Duration;

use super::{Check, is_declared};
use crate::{
    config::{ApplicationRegistration, Config, PeopleRegistration, Problem},
    oauth::RoleName,
};

/// Built-in scopes by which others' applications and people are managed.
const OVER_OTHERS: [&str; 3] = ["admin", "applications", "users"];

pub(super) fn directory(config: &Config, problems: &mut Vec<Problem>) {
    let directory = &config.directory;
    let mut check = Check { key: "directory".to_owned(), problems };
    if directory.url.is_some() && directory.url_file.is_some() {
        check.refuse("url_file", "set url or url_file, not both");
    }
    if !(Duration::from_millis(100)..=Duration::from_secs(30)).contains(&directory.timeout) {
        check.refuse("timeout", "expected 100ms to 30s");
    }
    let applications = directory.application_registration;
    if !directory.has_registry() {
        let needs = "needs directory.url: without a database nobody can be registered";
        if directory.registration == PeopleRegistration::Open {
            check.refuse("registration", needs);
        }
        if applications != ApplicationRegistration::Closed {
            check.refuse("application_registration", needs);
        }
    }
    let has_digest = directory.initial_access_token_sha256.is_some();
    if applications == ApplicationRegistration::Token && !has_digest {
        check.refuse(
            "application_registration",
            "\"token\" needs directory.initial_access_token_sha256 (`signet hash secret` prints it)",
        );
    }
    if applications != ApplicationRegistration::Token && has_digest {
        check.refuse(
            "initial_access_token_sha256",
            "is asked for with directory.application_registration = \"token\" alone",
        );
    }
    // With a database it may be a role that is kept there, which only the database knows.
    let known = |role: &RoleName| config.roles.iter().any(|declared| declared.name == *role);
    if let Some(role) = &directory.default_role
        && !directory.has_registry()
        && !known(role)
    {
        check.refuse(
            "default_role",
            format!("the role {role} is not declared: add it under [[roles]]"),
        );
    }
    let makes_administrators = |role: &RoleName| {
        let declared = config.roles.iter().find(|declared| declared.name == *role);
        declared
            .is_some_and(|declared| declared.scopes.iter().any(|scope| scope.as_str() == "admin"))
    };
    if directory.registration == PeopleRegistration::Open
        && directory.default_role.as_ref().is_some_and(makes_administrators)
    {
        check.refuse(
            "default_role",
            "would make an administrator of anybody, for its scopes include admin and registration is open: \
             name another role",
        );
    }
    for scope in directory.registered_application_scopes.iter() {
        if !is_declared(scope, config) {
            check.refuse(
                "registered_application_scopes",
                format!("the scope {scope} is not declared: add it under [[scopes]]"),
            );
        }
        if applications == ApplicationRegistration::Open && OVER_OTHERS.contains(&scope.as_str()) {
            check.refuse(
                "registered_application_scopes",
                format!("the scope {scope} would be anybody's: application_registration is open"),
            );
        }
    }
}
