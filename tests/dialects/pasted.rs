//! The lines of `docs/dialects.md` work when pasted against the quick start.

use std::{collections::BTreeMap, process::Command};

use crate::support::{
    Answer, Request,
    browser::{encoded, form, location, unescaped},
    process::Process,
};

const DOCUMENT: &str = include_str!("../../docs/dialects.md");

fn blocks() -> Vec<&'static str> {
    DOCUMENT.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Sends `request` with `cookies`, and keeps those of the answer.
async fn send(
    process: &Process,
    cookies: &mut BTreeMap<String, String>,
    request: Request,
) -> Answer {
    let pairs: Vec<String> =
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let answer = process.send(request.header("Cookie", pairs.join("; "))).await;
    for (name, value) in &answer.headers {
        if name.eq_ignore_ascii_case("set-cookie") {
            let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
    answer
}

/// Does what the document has a person do in a browser.
async fn copied_code(process: &Process) -> String {
    let mut cookies = BTreeMap::new();
    let mut target =
        "/oauth/authorize?client_id=demo&redirect_uri=urn:ietf:wg:oauth:2.0:oob&response_type=code"
            .to_owned();
    let issuer = format!("http://{}", process.address);
    for _ in 0..12 {
        let mut answer = send(process, &mut cookies, Request::get(&target)).await;
        if answer.status == 200 {
            if let Some(code) = answer.text().split("<textarea id=\"code\"").nth(1) {
                let code = code.split_once('>').unwrap().1.split('<').next().unwrap();
                return unescaped(code);
            }
            let filled_in = form(&answer, "").unwrap();
            let person =
                [("username", "demo"), ("password", "demo-password"), ("decision", "allow")];
            let hidden = filled_in.hidden.iter().map(|(name, value)| (&**name, &**value));
            let fields: Vec<(&str, &str)> = hidden.chain(person).collect();
            let request = Request::form(&filled_in.action, &encoded(&fields));
            answer = send(process, &mut cookies, request).await;
        }
        let place = location(&answer);
        target = place.strip_prefix(&issuer).map_or(place.clone(), str::to_owned);
    }
    panic!("no code was shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_the_document_works_when_pasted() {
    let process = Process::start(|config| config).await;
    let port = process.address.port().to_string();
    // One terminal for all of them: what one block sets, a later one uses.
    let script = blocks().join("printf '\\036'\n").replace("8080", &port);
    // The binary is built already.
    let configuration = process.config_file();
    let binary = format!("{} --config '{}'", env!("CARGO_BIN_EXE_signet"), configuration.display());
    let script = script.replace("cargo run --release --quiet --", &binary);
    let script = script.replace("RETURNED_CODE", &copied_code(&process).await);
    let output = Command::new("bash").args(["-euo", "pipefail", "-c", &script]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<&str> = answers.split('\x1e').collect();
    let expected: [&[&str]; 11] = [
        &[],
        &["\"refresh_token\":\"sgr_", "\"token_type\":\"Bearer\""],
        &[
            "\"items\":[{",
            "\"client_name\":\"Film list\"",
            "\"client_name\":\"Films\"",
            "204 No Content",
        ],
        &["204 No Content"],
        &["\"expires\":", "\"expires_in\":600", "\"refresh_token\":\"sgr_"],
        &[
            "303 See Other",
            "location: /account/applications/new",
            "location: /oauth2/authorize?client_id=demo&",
        ],
        &["\"access_token\":\"", "\"refresh_token\":\"sgr_", "\"token_type\":\"bearer\""],
        &["\"scope\":\"write\"", "\"refresh_token\":\"sgr_"],
        &["200 OK", "{}", "invalid_grant"],
        &["\"token\":\"", "\"refresh_token\":\"sgr_"],
        &["\"access_token\":\"", "\"refresh_token\":\"sgr_"],
    ];
    assert_eq!(answers.len(), expected.len() + 1, "{answers:?}");
    for (answer, parts) in answers.iter().zip(expected) {
        for part in parts {
            assert!(answer.contains(part), "no {part} in {answer}");
        }
        assert_eq!(answer.contains("\"error\""), parts.contains(&"invalid_grant"), "{answer}");
    }
    let opened = answers.last().unwrap();
    assert!(opened.contains("\"client_name\":\"Developer portal\""), "{opened}");
}
