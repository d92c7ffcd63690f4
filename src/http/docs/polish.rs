//! The last touch to the generated OpenAPI document: what the generator cannot say. It works on the
//! document as data and knows no endpoint by name but the operations'.

use serde_yaml::{Mapping, Value};

use crate::{
    http::{error_response::status, metadata},
    oauth::{IssuerUrl, Reason},
};

/// Paths that stand at the root whatever the issuer's path (operators find them where load balancers look).
const AT_THE_ROOT: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// The document `generated` for `issuer`, polished, as JSON and as YAML.
pub(super) fn polished(
    generated: &str,
    issuer: &IssuerUrl,
) -> Result<(String, String), Box<dyn std::error::Error>> {
    // JSON is YAML, and this reader keeps the order of members.
    let mut document = serde_yaml::from_str(generated)?;
    polish(&mut document, issuer);
    Ok((serde_json::to_string_pretty(&document)?, serde_yaml::to_string(&document)?))
}

fn polish(document: &mut Value, issuer: &IssuerUrl) {
    plain_media_types(document);
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_mapping_mut) {
        for operation in
            paths.values_mut().filter_map(Value::as_mapping_mut).flat_map(Mapping::values_mut)
        {
            error_examples(operation);
        }
        if !issuer.path().is_empty() {
            *paths = std::mem::take(paths).into_iter().map(|path| place(path, issuer)).collect();
        }
    }
}

/// Generators look for `application/json` to the letter; and header names have a usual spelling.
fn plain_media_types(value: &mut Value) {
    match value {
        Value::Mapping(mapping) => {
            *mapping = std::mem::take(mapping)
                .into_iter()
                .map(|(name, mut value)| {
                    plain_media_types(&mut value);
                    (name.as_str().map_or(name.clone(), usual_name), value)
                })
                .collect();
        }
        Value::Sequence(values) => values.iter_mut().for_each(plain_media_types),
        _ => {}
    }
}

fn usual_name(name: &str) -> Value {
    Value::from(match name {
        "application/json; charset=utf-8" => "application/json",
        "ALLOW" => "Allow",
        "CACHE-CONTROL" => "Cache-Control",
        "ETAG" => "ETag",
        "RETRY-AFTER" => "Retry-After",
        "WWW-AUTHENTICATE" => "WWW-Authenticate",
        other => other,
    })
}

/// Gives each error answer of an operation its examples, from the one table of refusals.
fn error_examples(operation: &mut Value) {
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_mapping_mut) else {
        return;
    };
    for (code, response) in responses {
        let code: u16 = code.as_str().and_then(|code| code.parse().ok()).unwrap_or_default();
        let content =
            response.get_mut("content").and_then(|content| content.get_mut("application/json"));
        let Some(content) = content.and_then(Value::as_mapping_mut) else { continue };
        let is_error = content["schema"]["$ref"].as_str() == Some("#/components/schemas/Error");
        let examples: Mapping = Reason::ALL
            .iter()
            .filter(|reason| status(reason.code()).as_u16() == code)
            .map(example)
            .collect();
        if is_error && !examples.is_empty() {
            content.insert("examples".into(), examples.into());
        }
    }
}

fn example(reason: &Reason) -> (Value, Value) {
    let body = Mapping::from_iter([
        ("error".into(), reason.code().name().into()),
        ("error_description".into(), reason.sentence().into()),
    ]);
    let example = Mapping::from_iter([("value".into(), Value::from(body))]);
    (format!("{reason:?}").into(), example.into())
}

/// For an issuer with a path: what stands at the root says so.
fn place((path, mut item): (Value, Value), issuer: &IssuerUrl) -> (Value, Value) {
    let is_metadata = path.as_str() == Some(&format!("/.well-known/{}", metadata::WELL_KNOWN));
    let at_the_root = path.as_str().is_some_and(|path| AT_THE_ROOT.contains(&path));
    if let (true, Some(item)) = (is_metadata || at_the_root, item.as_mapping_mut()) {
        let origin = Mapping::from_iter([("url".into(), Value::from(issuer.origin()))]);
        item.insert("servers".into(), Value::Sequence(vec![origin.into()]));
    }
    let path = if is_metadata { issuer.well_known_path(metadata::WELL_KNOWN).into() } else { path };
    (path, item)
}
