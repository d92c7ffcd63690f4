//! What stands in the OpenAPI document beside the operations that types describe.

use std::{fmt, sync::Arc};

use serde_yaml::Value;

/// Adds to a finished document. Cheap to clone; by default nothing is added.
#[derive(Clone)]
pub struct Additions(Arc<dyn Fn(&mut Value) + Send + Sync>);

impl Additions {
    /// What `add` does to a document.
    #[must_use]
    pub fn new(add: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self(Arc::new(add))
    }

    pub(super) fn add_to(&self, document: &mut Value) {
        (self.0)(document);
    }
}

impl Default for Additions {
    fn default() -> Self {
        Self::new(|_| {})
    }
}

impl fmt::Debug for Additions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Additions")
    }
}
