//! The README's lines work when pasted.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;

use std::process::Command;

use support::process::Process;

const README: &str = include_str!("../README.md");

/// The shell blocks of the README.
fn blocks() -> Vec<&'static str> {
    README.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_readme_begins_with_exactly_two_commands() {
    let commands: Vec<&str> = blocks().into_iter().take(2).map(str::trim).collect();
    assert_eq!(commands, ["cargo run --release -- serve", "scripts/test"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_curl_line_of_the_readme_works_when_pasted() {
    let process = Process::start(|config| config).await;
    let port = process.address.port().to_string();
    let binary =
        format!("{} --config '{}'", env!("CARGO_BIN_EXE_signet"), process.config_file().display());
    // One terminal for all of them: what one block sets, a later one uses.
    let blocks: Vec<&str> = blocks().into_iter().filter(|block| block.contains("curl")).collect();
    let script = blocks.join("printf '\\036'\n");
    // The binary is built already; the port is the test's own.
    let script = script.replace("8080", &port).replace("cargo run --release --quiet --", &binary);
    let output = Command::new("bash").args(["-euo", "pipefail", "-c", &script]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let refused = String::from_utf8(output.stderr).unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<&str> = answers.split('\x1e').collect();
    let expected: [&[&str]; 12] = [
        &["\"access_token\":\"", "\"refresh_token\":\"sgr_"],
        &["\"scope\":\"read\""],
        &["\"jwks_uri\":", "\"keys\":["],
        &["\"client_id\": \"demo\"", "\"status_list\": {"],
        &["\"access_token\":\"", "\"refresh_token\":\"sgr_"],
        &["\"active\":true", "\"client_id\":\"demo\""],
        &["{}"],
        &["{\"status_lists\":[\"http://", "so it is refused"],
        &["{\"items\":[{\"id\":\"", "\"client_name\":\"Demo application\"", "204 No Content"],
        &["\"client_name\":\"Station\"", "\"client_secret\":\"sgs_", "204 No Content"],
        &["username  zoe", "roles     consumer", "\"access_token\":\""],
        &["401 Unauthorized", "invalid_client"],
    ];
    assert_eq!(answers.len(), expected.len(), "{answers:?}");
    for (answer, parts) in answers.iter().zip(expected) {
        for part in parts {
            assert!(answer.contains(part), "no {part} in {answer}");
        }
    }
    assert!(refused.contains("not valid: the token was revoked"), "{refused}");
}
