//! The environment layer: `SIGNET_HTTP__LISTEN` is `http.listen`.

use std::ffi::OsString;

use figment::{
    Error, Metadata, Profile, Provider,
    value::{Dict, Map, Value},
};

/// What every variable of ours begins with.
const PREFIX: &str = "SIGNET_";

/// Variables as a figment provider.
pub(super) struct Environment(Vec<(String, String)>);

impl Environment {
    /// Takes the variables that are ours; empty ones count as absent.
    pub(super) fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let ours = |(name, value): (String, String)| {
            let key = name.strip_prefix(PREFIX)?.to_ascii_lowercase().replace("__", ".");
            (!key.is_empty() && !value.is_empty()).then_some((key, value))
        };
        Self(variables.into_iter().filter_map(ours).collect())
    }
}

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        let known: Vec<String> = self.0.iter().map(|(key, _)| key.clone()).collect();
        Metadata::named("environment").interpolater(move |_, keys| {
            // A variable may hold a whole list or table: the one that is set is named.
            let path = keys.join(".");
            let holds = |key: &&String| {
                let rest = path.strip_prefix(key.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            let key = known.iter().filter(holds).max_by_key(|key| key.len()).unwrap_or(&path);
            format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase())
        })
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let mut dict = Dict::new();
        for (key, text) in &self.0 {
            let value: Value = text.parse().unwrap_or_else(|never| match never {});
            let nested = figment::util::nest(key, value).into_dict().unwrap_or_default();
            merge(&mut dict, nested);
        }
        Ok(Profile::Default.collect(dict))
    }
}

/// Puts `from` into `into`, table by table.
fn merge(into: &mut Dict, from: Dict) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Dict(_, existing)), Value::Dict(_, nested)) => merge(existing, nested),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// The process's variables whose names are ours; one that is not UTF-8 is left out.
#[must_use]
pub fn process_environment() -> Vec<(String, String)> {
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text).filter(|(name, _)| name.starts_with(PREFIX)).collect()
}
