//! `signet applications …`: applications by hand, without a server.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{fails, folder, signet, succeeds};

const WEATHER: &str =
    r#"{"client_name":"Weather","grant_types":["client_credentials"],"scope":"read"}"#;

fn json_of(folder: &TempDir, arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = ["applications"].iter().chain(arguments).copied().collect();
    serde_json::from_str(&succeeds(folder, &arguments, "")).unwrap()
}

#[test]
fn an_application_is_registered_shown_changed_switched_off_and_removed() {
    let folder = folder();
    let made = json_of(&folder, &["add", WEATHER]);
    let id = made["client_id"].as_str().unwrap();
    assert!(id.starts_with("sga_"), "{made}");
    assert!(made["client_secret"].as_str().unwrap().starts_with("sgs_"), "{made}");
    assert!(made.get("owner").is_none(), "nobody in particular: {made}");
    let shown = json_of(&folder, &["show", id]);
    assert_eq!(shown.get("client_secret"), None, "shown once");
    assert_eq!(shown["scope"], "read");

    let changed = json_of(&folder, &["set", id, r#"{"scope":"read write"}"#]);
    assert_eq!(
        (&changed["scope"], &changed["client_name"]),
        (&json!("read write"), &json!("Weather"))
    );
    let renewed = json_of(&folder, &["secret", id, "--overlap", "1h"]);
    assert_ne!(renewed["client_secret"], made["client_secret"]);
    let list = json_of(&folder, &["list", "--search", "WEATHER", "--json"]);
    assert_eq!(list["items"][0]["client_id"], id);
    let table = succeeds(&folder, &["applications", "list"], "");
    assert!(table.contains(id) && table.contains("demo"), "{table}");

    let output = signet(&folder, &["applications", "disable", id], "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("store.url is memory"), "{output:?}");
    assert_eq!(json_of(&folder, &["show", id])["disabled"], true);
    assert_eq!(json_of(&folder, &["enable", id])["disabled"], false);
    succeeds(&folder, &["applications", "delete", id], "");
    assert!(fails(&folder, &["applications", "show", id], "").contains("no such application"));
}

#[test]
fn what_cannot_be_is_named_by_its_member() {
    let folder = folder();
    for (metadata, said) in [
        ("{", "must be the JSON object"),
        (r#"{"scope":"nope"}"#, "scope: "),
        (r#"{"client_id":"mine"}"#, "client_id: "),
        (r#"{"redirect_uris":["http://example.com"]}"#, "redirect_uris"),
    ] {
        let message = fails(&folder, &["applications", "add", metadata], "");
        assert!(message.contains(said), "{metadata}: {message}");
    }
    let message = fails(&folder, &["applications", "set", "demo", "{}"], "");
    assert!(message.contains("declared in the configuration"), "{message}");
    let message = fails(&folder, &["applications", "secret", "demo", "--overlap", "31d"], "");
    assert!(message.contains("30d"), "{message}");
}
