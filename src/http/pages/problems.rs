//! What is wrong with the fields of a form, to be said beside each.

use std::borrow::Cow;

use crate::oauth::FieldProblem;

/// The problems of a form.
#[derive(Debug, Clone, Default)]
pub struct Problems(Vec<FieldProblem>);

impl Problems {
    /// Those that a refusal names.
    #[must_use]
    pub const fn new(problems: Vec<FieldProblem>) -> Self {
        Self(problems)
    }

    /// Adds one.
    pub fn add(&mut self, field: &str, rule: impl Into<Cow<'static, str>>) {
        self.0.push(FieldProblem::new(field, rule));
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first rule that `field`, or an entry of it, breaks.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        let of_field = |problem: &&FieldProblem| {
            let rest = problem.field.strip_prefix(field);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.0.iter().find(of_field).map(|problem| problem.rule.as_ref())
    }

    /// The rules of those that stand beside none of `fields`.
    #[must_use]
    pub fn besides(&self, fields: &[&str]) -> Vec<String> {
        let known = |problem: &FieldProblem| {
            let name = problem.field.split('.').next().unwrap_or_default();
            fields.contains(&name)
        };
        let others = self.0.iter().filter(|problem| !known(problem));
        others.map(|problem| format!("{}: {}", problem.field, problem.rule)).collect()
    }
}
