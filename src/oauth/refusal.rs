//! A refusal on its way to the door: the public reason, and what only the log may know.

use std::{borrow::Cow, time::Duration};

use super::Reason;

/// A refusal on its way to the door: the public reason, and the private cause for the log.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// What the client is told.
    pub reason: Reason,
    /// What the operator is told; never a secret.
    pub cause: Option<Cow<'static, str>>,
    /// After which time another attempt makes sense.
    pub retry_after: Option<Duration>,
    /// The client named in the request, proven or not; for the log only.
    pub client_id: Option<String>,
    /// The scope that would do, for `insufficient_scope` (RFC 6750 section 3).
    pub scope: Option<&'static str>,
    /// The members of a JSON body that are not as they must be.
    pub fields: Vec<FieldProblem>,
}

/// A member of a JSON body that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The member, by its path: `redirect_uris.1`.
    pub field: String,
    /// The rule, which repeats nothing of the value.
    pub rule: Cow<'static, str>,
}

impl FieldProblem {
    /// Says which rule `field` breaks.
    #[must_use]
    pub fn new(field: impl Into<String>, rule: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), rule: rule.into() }
    }
}

impl Refusal {
    /// A refusal whose reason says it all.
    #[must_use]
    pub const fn new(reason: Reason) -> Self {
        Self {
            reason,
            cause: None,
            retry_after: None,
            client_id: None,
            scope: None,
            fields: Vec::new(),
        }
    }

    /// Adds what only the log may know.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cow<'static, str>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds when to try again.
    #[must_use]
    pub const fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// Adds which scope would do.
    #[must_use]
    pub const fn needs(mut self, scope: &'static str) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Adds the members that are not as they must be.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldProblem>) -> Self {
        self.fields = fields;
        self
    }

    /// Adds whom the request named.
    #[must_use]
    pub fn by(mut self, client_id: impl Into<String>) -> Self {
        self.client_id.get_or_insert_with(|| client_id.into());
        self
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self::new(reason)
    }
}
