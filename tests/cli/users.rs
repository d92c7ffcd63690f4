//! `signet users …`: people by hand, without a server.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{fails, folder, signet, succeeds};

const PASSWORD: &str = "several words together\n";

/// The quick start's folder with a directory, and a role for administrators.
fn with_directory() -> TempDir {
    let folder = folder();
    let path = folder.path().join("signet.toml");
    let text = fs::read_to_string(&path).unwrap();
    let role = "[[roles]]\nname = \"administrator\"\nscopes = [\"admin\", \"users\"]\n";
    fs::write(&path, format!("{text}\n{role}")).unwrap();
    folder
}

fn json_of(folder: &TempDir, arguments: &[&str], input: &str) -> Value {
    serde_json::from_str(&succeeds(folder, arguments, input)).unwrap()
}

#[test]
fn the_first_administrator_is_added_shown_and_listed() {
    let folder = with_directory();
    let arguments = ["users", "add", "Zoë", "--role", "administrator", "--name", "Zoë D", "--json"];
    let person = json_of(&folder, &arguments, PASSWORD);
    assert_eq!((&person["username"], &person["declared"]), (&json!("Zoë"), &json!(false)));
    assert_eq!((&person["roles"], &person["name"]), (&json!(["administrator"]), &json!("Zoë D")));
    let id = person["id"].as_str().unwrap();
    for by in ["ZOË", id] {
        assert_eq!(json_of(&folder, &["users", "show", by, "--json"], ""), person);
    }
    let list = json_of(&folder, &["users", "list", "--json"], "");
    let names: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["username"].as_str())
        .collect();
    assert_eq!(names, ["demo", "Zoë"]);
    let table = succeeds(&folder, &["users", "list", "--search", "zo"], "");
    assert!(table.contains(id) && !table.contains("demo"), "{table}");
    let shown = succeeds(&folder, &["users", "show", "zoë"], "");
    assert!(shown.contains("administrator") && shown.contains("enabled"), "{shown}");
}

#[test]
fn a_password_comes_from_standard_input_alone_and_keeps_the_rules() {
    let folder = with_directory();
    assert!(fails(&folder, &["users", "add", "zoe"], "").contains("standard input"));
    let refused = fails(&folder, &["users", "add", "zoe"], "password\n");
    assert!(refused.contains("password: ") && refused.contains("guessed first"), "{refused}");
    let long = fails(&folder, &["users", "add", "zoe"], &"x".repeat(1025));
    assert!(long.contains("too long"), "{long}");
    for option in ["--password", "--password=x", "-p"] {
        assert!(!signet(&folder, &["users", "add", "zoe", option], PASSWORD).status.success());
    }
    assert!(fails(&folder, &["users", "show", "zoe"], "").contains("no such user"));
}

#[test]
fn somebody_is_changed_switched_off_and_on_given_a_password_and_removed() {
    let folder = with_directory();
    let before = json_of(&folder, &["users", "add", "zoe", "--json"], PASSWORD);
    let set = ["users", "set", "zoe", "--email", "zoe@example.com", "--role", "consumer", "--json"];
    let after = json_of(&folder, &set, "");
    assert_eq!(
        (&after["email"], &after["roles"]),
        (&json!("zoe@example.com"), &json!(["consumer"]))
    );
    assert_eq!(after["id"], before["id"]);
    let set = ["users", "set", "zoe", "--email", "", "--username", "zora", "--no-roles", "--json"];
    let after = json_of(&folder, &set, "");
    assert_eq!((&after["username"], &after["roles"]), (&json!("zora"), &json!([])));
    assert!(after.get("email").is_none(), "{after}");

    let output = signet(&folder, &["users", "disable", "zora", "--json"], "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("store.url is memory"), "{output:?}");
    let off: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(off["disabled"], true);
    assert_eq!(json_of(&folder, &["users", "enable", "zora", "--json"], "")["disabled"], false);
    let told = succeeds(&folder, &["users", "password", "zora"], "other words together");
    assert!(told.contains("has a new password"), "{told}");
    succeeds(&folder, &["users", "delete", "zora"], "");
    assert!(fails(&folder, &["users", "delete", "zora"], "").contains("no such user"));
}

#[test]
fn what_cannot_be_is_said_and_changes_nothing() {
    let folder = with_directory();
    succeeds(&folder, &["users", "add", "zoe"], PASSWORD);
    for (arguments, said) in [
        (vec!["users", "add", "ZOE"], "identifier or name"),
        (vec!["users", "add", "demo"], "identifier or name"),
        (vec!["users", "add", "ben", "--role", "nope"], "roles.0: there is no such role"),
        (vec!["users", "add", "ben", "--email", "nobody"], "--email: expected an address"),
        (vec!["users", "add", " ben"], "user name"),
        (vec!["users", "set", "demo", "--name", "x"], "declared in the configuration"),
        (vec!["users", "delete", "demo"], "declared in the configuration"),
        (vec!["users", "disable", "00000000-0000-4000-8000-000000000000"], "no such user"),
    ] {
        let message = fails(&folder, &arguments, PASSWORD);
        assert!(message.contains(said), "{arguments:?}: {message}");
    }
    let list = json_of(&folder, &["users", "list", "--json"], "");
    assert_eq!(list["items"].as_array().unwrap().len(), 2, "{list}");
}

#[test]
fn without_a_directory_the_mend_is_named() {
    let folder = folder();
    let path = folder.path().join("signet.toml");
    let text = fs::read_to_string(&path).unwrap();
    let without: Vec<&str> =
        text.lines().filter(|line| !line.starts_with("url = \"sqlite:")).collect();
    fs::write(&path, without.join("\n")).unwrap();
    let message = fails(&folder, &["users", "list"], "");
    assert!(message.contains("directory.url") && message.contains("sqlite:"), "{message}");
}
