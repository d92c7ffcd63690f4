//! The README's lines work when pasted.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;

use std::process::Command;

use support::{
    Answer, Request,
    browser::{COOKIE, encoded, form, location},
    process::Process,
};

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

/// Does what the README tells a person to do with a browser.
async fn code_on_the_page(process: &Process) -> String {
    let start = "http://127.0.0.1:8080/oauth2/authorize?";
    let query = README.split(start).nth(1).unwrap().lines().next().unwrap();
    let mut cookie = String::new();
    let mut open = async |request: Request| {
        let answer = process.send(request.header("Cookie", &cookie)).await;
        if let Some(kept) = answer.header("Set-Cookie") {
            assert!(kept.starts_with(COOKIE), "{answer:?}");
            cookie = kept.split(';').next().unwrap().to_owned();
        }
        answer
    };
    let sent = |page: &Answer, action: &str, fields: &[(&str, &str)]| {
        let form = form(page, action).unwrap();
        let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
        Request::form(&form.action, &encoded(&all))
    };
    let begun = open(Request::get(&format!("/oauth2/authorize?{query}"))).await;
    let page = open(Request::get(&location(&begun))).await;
    let person = [("username", "demo"), ("password", "demo-password")];
    let signed_in = open(sent(&page, "/login", &person)).await;
    let page = open(Request::get(&location(&signed_in))).await;
    let authorized = open(sent(&page, "/consent", &[("decision", "allow")])).await;
    let page = open(Request::get(&location(&authorized))).await;
    let (_, code) = page.text().split_once("<textarea").unwrap();
    let (_, code) = code.split_once('>').unwrap();
    code.split("</textarea>").next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_curl_line_of_the_readme_works_when_pasted() {
    // However long the lines before it take, the code is good.
    let longer = |config: String| {
        let lifetime =
            ["# authorization_code_lifetime = \"60s\"", "authorization_code_lifetime = \"10m\""];
        assert!(config.contains(lifetime[0]));
        config.replace(lifetime[0], lifetime[1])
    };
    let process = Process::start(longer).await;
    let port = process.address.port().to_string();
    let binary =
        format!("{} --config '{}'", env!("CARGO_BIN_EXE_signet"), process.config_file().display());
    // One terminal for all of them: what one block sets, a later one uses.
    let blocks: Vec<&str> = blocks().into_iter().filter(|block| block.contains("curl")).collect();
    let script = blocks.join("printf '\\036'\n");
    // The binary is built already; the port is the test's own.
    let script = script.replace("8080", &port).replace("cargo run --release --quiet --", &binary);
    let script = script.replace("PASTE-THE-CODE-HERE", &code_on_the_page(&process).await);
    let output = Command::new("bash").args(["-euo", "pipefail", "-c", &script]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let refused = String::from_utf8(output.stderr).unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<&str> = answers.split('\x1e').collect();
    let expected: [&[&str]; 13] = [
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
        &["\"id_token\":\"", "\"refresh_token\":\"", "\"preferred_username\":\"demo\""],
    ];
    assert_eq!(answers.len(), expected.len(), "{answers:?}");
    for (answer, parts) in answers.iter().zip(expected) {
        for part in parts {
            assert!(answer.contains(part), "no {part} in {answer}");
        }
    }
    assert!(refused.contains("not valid: the token was revoked"), "{refused}");
}
