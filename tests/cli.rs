//! The commands, run as a user runs them: the built binary, a folder of its own.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "cli/applications.rs"]
mod applications;
mod support;
#[path = "cli/users.rs"]
mod users;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use signet::{directory::PasswordDigest, secret::Secret};
use tempfile::TempDir;

/// A folder with the quick start's configuration and keys.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let quick_start = Path::new(env!("CARGO_MANIFEST_DIR")).join("signet.toml");
    fs::copy(quick_start, folder.path().join("signet.toml")).unwrap();
    support::copy_keys(&folder.path().join("keys"));
    folder
}

fn signet(folder: &TempDir, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signet"))
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    command.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    command.wait_with_output().unwrap()
}

#[track_caller]
fn succeeds(folder: &TempDir, arguments: &[&str], input: &str) -> String {
    let output = signet(folder, arguments, input);
    assert!(output.status.success(), "signet {arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn fails(folder: &TempDir, arguments: &[&str], input: &str) -> String {
    let output = signet(folder, arguments, input);
    assert!(!output.status.success(), "signet {arguments:?}: {output:?}");
    String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_command_has_help_with_examples() {
    let folder = folder();
    for command in
        ["serve", "keys", "openapi", "check", "hash", "verify", "users", "applications", "health"]
    {
        let help = succeeds(&folder, &[command, "--help"], "");
        assert!(help.contains("Examples:"), "{command}: {help}");
    }
}

#[test]
fn hash_secret_prints_the_sha256_and_trims_one_newline() {
    let folder = folder();
    // printf demo-secret | sha256sum
    let digest = "cd577fe2561ebff23505db0bb006300c7cdecbd46bc0e03c449afafaca2c25bf";
    for input in ["demo-secret", "demo-secret\n", "demo-secret\r\n"] {
        assert_eq!(succeeds(&folder, &["hash", "secret"], input).trim(), digest);
    }
    assert_ne!(succeeds(&folder, &["hash", "secret"], "demo-secret\n\n").trim(), digest);
    assert!(fails(&folder, &["hash", "secret"], "").contains("standard input"));
}

#[test]
fn hash_password_prints_another_argon2id_digest_each_time_and_trims_one_newline() {
    let folder = folder();
    let mut printed = Vec::new();
    for input in ["demo-password", "demo-password\n", "demo-password\r\n"] {
        let line = succeeds(&folder, &["hash", "password"], input).trim().to_owned();
        assert!(line.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{line}");
        let digest: PasswordDigest = line.parse().unwrap();
        assert!(digest.matches(&Secret::new("demo-password".to_owned())), "{input:?}");
        assert!(!printed.contains(&line));
        printed.push(line);
    }
    assert!(fails(&folder, &["hash", "password"], "\n").contains("standard input"));
    assert!(fails(&folder, &["hash", "password"], &"x".repeat(1025)).contains("1024"));
    succeeds(&folder, &["hash", "password"], &"x".repeat(1024));
}

#[test]
fn keys_are_listed_rotated_and_retired() {
    let folder = folder();
    let list = succeeds(&folder, &["keys", "list"], "");
    let active = list.lines().find(|line| line.contains("ES256") && line.contains("active"));
    let kid = active.unwrap_or_else(|| panic!("{list}")).split(' ').next().unwrap().to_owned();

    let rotated = succeeds(&folder, &["keys", "rotate", "--alg", "ES256"], "");
    assert!(rotated.contains("made") && rotated.contains("(in 6m"), "{rotated}");
    let again = succeeds(&folder, &["keys", "rotate", "--alg", "ES256"], "");
    assert!(again.contains("already scheduled"), "{again}");
    let list = succeeds(&folder, &["keys", "list"], "");
    assert!(list.lines().any(|line| line.contains("ES256") && line.contains("next")), "{list}");

    let now = succeeds(&folder, &["keys", "rotate", "--alg", "ES256", "--now"], "");
    assert!(now.contains("brought forward"), "{now}");
    let retired = succeeds(&folder, &["keys", "retire", &kid], "");
    assert!(retired.contains(&kid), "{retired}");
    assert!(!succeeds(&folder, &["keys", "list"], "").contains(&kid));
    assert!(fails(&folder, &["keys", "retire", &kid], "").contains(&kid));
}

#[test]
fn keys_generate_says_what_it_made_and_that_nothing_is_missing() {
    let folder = folder();
    assert!(succeeds(&folder, &["keys", "generate"], "").contains("nothing is missing"));
    fs::remove_dir_all(folder.path().join("keys")).unwrap();
    let made = succeeds(&folder, &["keys", "generate", "--alg", "EdDSA"], "");
    assert!(made.starts_with("made "), "{made}");
}

#[test]
fn check_finds_the_quick_start_well_and_names_what_is_wrong() {
    let folder = folder();
    let fine = succeeds(&folder, &["check"], "");
    assert!(fine.contains("ES256 signs with") && !fine.contains("wrong"), "{fine}");

    let path = folder.path().join("signet.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("grant_types", "grant_tips")).unwrap();
    let wrong = fails(&folder, &["check"], "");
    assert!(wrong.contains("applications.0") && wrong.contains("grant_tips"), "{wrong}");
    assert!(wrong.contains("signet.toml"), "{wrong}");
}

#[test]
fn check_says_what_the_store_forgets_and_what_is_missing_without_it() {
    let folder = folder();
    let memory = succeeds(&folder, &["check"], "");
    assert!(memory.contains("mind   store: memory: a restart forgets"), "{memory}");

    let path = folder.path().join("signet.toml");
    let text = fs::read_to_string(&path).unwrap();
    let nobody = "[store]\nurl = \"redis://signet:hidden@127.0.0.1:1\"\n";
    fs::write(&path, text.replace("[store]\n", nobody)).unwrap();
    let away = fails(&folder, &["check"], "");
    assert!(away.contains("wrong  store: the store does not answer"), "{away}");
    assert!(away.contains("none is renewed or revoked") && !away.contains("hidden"), "{away}");
}

#[test]
fn openapi_prints_the_document_in_both_formats() {
    let folder = folder();
    let json: serde_json::Value =
        serde_json::from_str(&succeeds(&folder, &["openapi"], "")).unwrap();
    assert_eq!(json["info"]["title"], "Signet");
    let yaml = succeeds(&folder, &["openapi", "--format", "yaml"], "");
    assert!(yaml.starts_with("openapi: "), "{yaml}");
}

#[test]
fn a_missing_configuration_names_the_file_and_the_option() {
    let folder = tempfile::tempdir().unwrap();
    let message = fails(&folder, &["serve"], "");
    assert!(message.contains("signet.toml") && message.contains("--config"), "{message}");
}

#[test]
fn verify_says_why_a_token_is_not_valid_and_health_that_nothing_listens() {
    let folder = folder();
    let port = support::free_port().to_string();
    let path = folder.path().join("signet.toml");
    let text = fs::read_to_string(&path).unwrap().replace("8080", &port);
    fs::write(&path, text).unwrap();
    assert!(fails(&folder, &["verify", "-"], "garbage\n").starts_with("not valid: "));
    assert!(fails(&folder, &["health"], "").contains(&port));
}

/// Base64url may begin with a hyphen, and one `kid` in 64 does.
#[test]
fn a_kid_that_begins_with_a_hyphen_is_no_option() {
    let folder = folder();
    let kid = format!("-{}", "A".repeat(42));
    assert!(fails(&folder, &["keys", "retire", &kid], "").contains(&kid));
}
