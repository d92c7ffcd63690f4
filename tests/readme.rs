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
    let mut answers = Vec::new();
    for block in blocks().into_iter().filter(|block| block.contains("curl")) {
        // The binary is built already; the port is the test's own.
        let script =
            block.replace("8080", &port).replace("cargo run --release --quiet --", &binary);
        let output =
            Command::new("bash").args(["-euo", "pipefail", "-c", &script]).output().unwrap();
        assert!(output.status.success(), "{block}\n{output:?}");
        answers.push(String::from_utf8(output.stdout).unwrap());
    }
    assert_eq!(answers.len(), 5, "{answers:?}");
    assert!(answers[0].contains("\"access_token\":\""), "{answers:?}");
    assert!(answers[1].contains("\"scope\":\"read\""), "{answers:?}");
    assert!(
        answers[2].contains("\"jwks_uri\":") && answers[2].contains("\"keys\":["),
        "{answers:?}"
    );
    assert!(answers[3].contains("\"client_id\": \"demo\""), "{answers:?}");
    assert!(
        answers[4].contains("401 Unauthorized") && answers[4].contains("invalid_client"),
        "{answers:?}"
    );
}
