//! What the OpenAPI document says of the doors that are open: made of the tables, and for a door that leads
//! to an operation, of what the document says of that operation.

mod token_operation;

use std::collections::BTreeMap;

use serde_json::json;
use serde_yaml::{Mapping, Value};

use self::token_operation::token_operation;
use super::{
    Opened,
    door::{CanonicalOperation, CanonicalPage, Nothing, Opens},
};
use crate::config::Dialect;

/// The tag of every door.
const TAG: &str = "Dialects";

/// Adds every door that is open to `document`; where none is, nothing.
pub(super) fn describe(
    opened: &BTreeMap<(&'static str, &'static str), Opened>,
    document: &mut Value,
) {
    if opened.is_empty() {
        return;
    }
    if let Some(tags) = document["tags"].as_sequence_mut() {
        let description = "Doors for clients of other documents, as those document them; \
                           docs/dialects.md tells them.";
        tags.push(yaml(&json!({ "name": TAG, "description": description })));
    }
    for ((path, method), opened) in opened {
        let operation = match opened {
            Opened::Tokens(doors) => token_operation(doors, method),
            Opened::Other(dialect, door) => {
                let id = operation_id(*dialect, door.name, method);
                let described = match &door.opens {
                    Opens::Operation(to) => operation(to, document),
                    Opens::Page(to) => page(to),
                    Opens::Tokens(_) => continue,
                };
                named(described, &id, *dialect, door.name)
            }
        };
        let path = Value::from(in_braces(path));
        let Some(paths) = document["paths"].as_mapping_mut() else { return };
        let item = paths.entry(path).or_insert_with(|| Mapping::new().into());
        item[method.to_ascii_lowercase()] = operation;
    }
}

/// What the document says of `to`, as the door answers.
fn operation(to: &CanonicalOperation, document: &Value) -> Value {
    let method = to.method.as_str().to_ascii_lowercase();
    let mut operation = document["paths"][in_braces(to.path)][method].clone();
    if to.nothing == Nothing::EmptyObject
        && let Some(responses) = operation["responses"].as_mapping_mut()
        && responses.remove("204").is_some()
    {
        let content = json!({ "application/json": { "schema": { "type": "object" } } });
        let done = yaml(&json!({ "description": "It is done.", "content": content }));
        responses.insert("200".into(), done);
    }
    operation
}

fn page(to: &CanonicalPage) -> Value {
    let along = if to.with_query { ", and the query goes along" } else { "" };
    yaml(&json!({
        "description": format!("For browsers. The page is at `{}`{along}.", to.path),
        "responses": { "303": {
            "description": "Where the page is.",
            "headers": { "Location": { "required": true, "schema": { "type": "string" } } },
        } },
    }))
}

/// `operation` under the names of the door.
fn named(mut operation: Value, id: &str, dialect: Dialect, name: &str) -> Value {
    operation["operationId"] = id.into();
    operation["summary"] = summary(dialect, name).into();
    operation["tags"] = vec![TAG].into();
    operation
}

fn summary(dialect: Dialect, name: &str) -> String {
    format!("{}: {}", dialect.name(), name.replace('-', " "))
}

fn operation_id(dialect: Dialect, name: &str, method: &str) -> String {
    let words = format!("{}_{name}_{}", dialect.name(), method.to_ascii_lowercase());
    words.replace('-', "_")
}

/// `path` as the document writes it: `:name` is `{name}`.
fn in_braces(path: &str) -> String {
    let segment = |segment: &str| match segment.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => segment.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

fn yaml(value: &serde_json::Value) -> Value {
    serde_yaml::to_value(value).expect("OK because JSON is YAML")
}
