//! What is enabled beside OAuth, and what that needs.

use std::collections::HashSet;

use crate::config::{Config, Dialect, Problem};

pub(super) fn dialects(config: &Config, problems: &mut Vec<Problem>) {
    let mut names = HashSet::new();
    for (position, dialect) in config.dialects.enabled.iter().enumerate() {
        if !names.insert(dialect) {
            let key = format!("dialects.enabled.{position}");
            problems.push(Problem::new(key, "this dialect is enabled twice"));
        }
    }
    if names.contains(&Dialect::Fusio) && config.dialects.sign_in_application.is_none() {
        problems.push(Problem::new(
            "dialects.sign_in_application",
            "the dialect fusio signs people in: name the application that their tokens are issued to",
        ));
    }
}
