//! The last touch to the generated OpenAPI document: what the generator cannot say. It works on the
//! document as data and knows no endpoint by name but the operations'.

use serde_yaml::{Mapping, Value};

use super::{additions::Additions, examples::error_examples};
use crate::{http::metadata, oauth::IssuerUrl};

/// Paths that stand at the root whatever the issuer's path (operators find them where load balancers look).
const AT_THE_ROOT: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// The document `generated` for `issuer`, polished, as JSON and as YAML.
pub(super) fn polished(
    generated: &str,
    issuer: &IssuerUrl,
    additions: &Additions,
) -> Result<(String, String), Box<dyn std::error::Error>> {
    // JSON is YAML, and this reader keeps the order of members.
    let mut document = serde_yaml::from_str(generated)?;
    polish(&mut document, issuer);
    additions.add_to(&mut document);
    Ok((serde_json::to_string_pretty(&document)?, serde_yaml::to_string(&document)?))
}

fn polish(document: &mut Value, issuer: &IssuerUrl) {
    plain_media_types(document);
    unions_of_any_type(document);
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

/// The generator calls a union an object, whatever its members are.
fn unions_of_any_type(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_mapping_mut();
    for schema in
        schemas.into_iter().flat_map(Mapping::values_mut).filter_map(Value::as_mapping_mut)
    {
        if schema.contains_key("anyOf") {
            schema.remove("type");
        }
    }
}

fn usual_name(name: &str) -> Value {
    Value::from(match name {
        "application/json; charset=utf-8" => "application/json",
        "ALLOW" => "Allow",
        "CACHE-CONTROL" => "Cache-Control",
        "ETAG" => "ETag",
        "LOCATION" => "Location",
        "RETRY-AFTER" => "Retry-After",
        "WWW-AUTHENTICATE" => "WWW-Authenticate",
        other => other,
    })
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
