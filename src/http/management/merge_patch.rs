//! JSON Merge Patch (RFC 7396).

use serde_json::{Map, Value};

/// How a body changes what is there.
#[derive(Debug, Clone, Copy)]
pub(super) enum How {
    /// What is absent goes (PUT).
    Replace,
    /// What is absent stays (PATCH).
    Merge,
}

impl How {
    /// What becomes of `current` by `sent`.
    pub(super) fn applied(
        self,
        current: impl FnOnce() -> Map<String, Value>,
        sent: Map<String, Value>,
    ) -> Map<String, Value> {
        match self {
            Self::Replace => sent,
            Self::Merge => {
                let mut target = current();
                merge(&mut target, sent);
                target
            }
        }
    }
}

/// What `target` is after `patch`: a member that is null goes, an object is merged, all else replaces
/// (RFC 7396 section 2).
pub(super) fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (name, value) in patch {
        match value {
            Value::Null => {
                target.remove(&name);
            }
            Value::Object(patch) => {
                let entry = target.entry(name).or_insert(Value::Null);
                if !entry.is_object() {
                    *entry = Value::Object(Map::new());
                }
                if let Value::Object(target) = entry {
                    merge(target, patch);
                }
            }
            value => {
                target.insert(name, value);
            }
        }
    }
}
